"""One's own recovery codes, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.access import actions, queries
from tabard.kernel.endpoint import endpoint
from tabard.org.tree import person

router = Router(tags=["Access"])


class RecoveryOut(Schema):
    factor: bool = Field(description="Whether there is a second factor, without which codes are for nothing.")
    left: int
    made_at: datetime | None


class RecoveryMade(Schema):
    codes: list[str] = Field(description="Shown this once.")


@endpoint(router, "GET", "/recovery-codes", may="own.profile", response=RecoveryOut)
def recovery_codes(request: Any) -> Any:
    """How many of one's own recovery codes are left."""
    return queries.own_recovery(request.actor)


@endpoint(
    router,
    "POST",
    "/recovery-codes",
    may="own.profile",
    does="recovery_codes.make",
    response={201: RecoveryMade},
)
def make_recovery_codes(request: Any) -> Any:
    """New recovery codes, made signed in; those from before stop working."""
    me = person(request.actor, request.actor.person_id)
    return Status(201, {"codes": actions.make_recovery_codes(request.actor, me)})
