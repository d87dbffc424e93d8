"""Operations of the register."""

from ninja import Router

from tabard.register.api import channels, doubts, then, who

router = Router()
for part in (channels, doubts, then, who):
    router.add_router("", part.router)
