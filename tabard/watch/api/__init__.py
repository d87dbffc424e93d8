"""Operations of the watch."""

from ninja import Router

from tabard.watch.api import sightings

router = Router()
for part in (sightings,):
    router.add_router("", part.router)
