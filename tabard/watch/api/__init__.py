"""Operations of the watch."""

from ninja import Router

from tabard.watch.api import cases, sightings, sites

router = Router()
for part in (sightings, cases, sites):
    router.add_router("", part.router)
