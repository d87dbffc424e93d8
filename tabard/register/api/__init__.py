"""Operations of the register."""

from ninja import Router

from tabard.register.api import apps, channels, doubts, findings, sharing, then, who

router = Router()
for part in (apps, channels, doubts, findings, sharing, then, who):
    router.add_router("", part.router)
