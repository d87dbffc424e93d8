"""Operations about a channel's beginning and end."""

from ninja import Router

from tabard.life.api import requests, retirements

router = Router()
for part in (requests, retirements):
    router.add_router("", part.router)
