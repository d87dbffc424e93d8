"""Operations of access."""

from ninja import Router

from tabard.access.api import emergencies, leavers, sessions, sources, tokens

router = Router()
for part in (tokens, emergencies, leavers, sessions, sources):
    router.add_router("", part.router)
