"""Shared credentials, rotations and safety, by API."""

from ninja import Router

from tabard.safety.api import admins, credentials, rotations, score

router = Router(tags=["Safety"])
for part in (credentials, rotations, score, admins):
    router.add_router("", part.router)
