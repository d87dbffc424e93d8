"""Operations of the register."""

from ninja import Router

from tabard.register.api import channels, who

router = Router()
for part in (channels, who):
    router.add_router("", part.router)
