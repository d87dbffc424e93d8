"""Operations of the log."""

from ninja import Router

from tabard.audit.api import keeping, leaving, log, seals

router = Router()
for part in (log, seals, keeping, leaving):
    router.add_router("", part.router)
