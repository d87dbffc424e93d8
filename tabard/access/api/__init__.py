"""Operations of access."""

from ninja import Router

from tabard.access.api import directories, emergencies, leavers, movers, recovery, sessions, sources, tokens

router = Router()
for part in (tokens, emergencies, leavers, movers, sessions, recovery, sources, directories):
    router.add_router("", part.router)
