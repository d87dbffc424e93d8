"""Operations of the watch."""

from ninja import Router

from tabard.watch.api import cases, sightings

router = Router()
for part in (sightings, cases):
    router.add_router("", part.router)
