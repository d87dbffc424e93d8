"""Operations about a channel's beginning and end, and about whether it is needed, and about platforms."""

from ninja import Router

from tabard.life.api import differences, platforms, requests, retirements, worth

router = Router()
for part in (requests, retirements, worth, platforms, differences):
    router.add_router("", part.router)
