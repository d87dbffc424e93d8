"""Operations of access."""

from ninja import Router

from tabard.access.api import leavers, tokens

router = Router()
for part in (tokens, leavers):
    router.add_router("", part.router)
