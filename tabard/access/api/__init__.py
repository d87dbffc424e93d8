"""Operations of access."""

from ninja import Router

from tabard.access.api import tokens

router = Router()
for part in (tokens,):
    router.add_router("", part.router)
