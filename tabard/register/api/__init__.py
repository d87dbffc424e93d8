"""Operations of the register."""

from ninja import Router

from tabard.register.api import channels, then, who

router = Router()
for part in (channels, then, who):
    router.add_router("", part.router)
