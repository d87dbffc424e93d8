"""Moving and suspending people, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.access import actions
from tabard.kernel.endpoint import Moment, endpoint
from tabard.org import queries as org
from tabard.org import tree
from tabard.org.schemas import PersonOut

router = Router(tags=["Access"])


class Moving(Schema):
    unit_id: int
    reason: str
    ends: list[int] = Field(default=[], description="Ids of grants that end.")
    role_id: int | None = Field(default=None, description="Given in the new unit.")
    days: int | None = Field(default=None, description="Overlap; left out: as long as the policy allows.")


class Suspending(Schema):
    reason: str
    until: Moment


class SuspensionOut(Schema):
    id: int
    person_id: int
    by_id: int | None
    said_by: str
    reason: str
    starts_at: datetime
    until: datetime
    ended_at: datetime | None


PERSON = "/people/{int:person_id}"


@endpoint(router, "POST", PERSON + "/move", may="org.people", does="person.move", response=PersonOut)
def move(request: Any, person_id: int, body: Moving) -> Any:
    """To another unit; what they had there ends, at once or after the overlap."""
    return actions.move_person(
        request.actor,
        tree.person(request.actor, person_id),
        to=org.unit(request.actor, body.unit_id),
        reason=body.reason,
        ends=[tree.grant(request.actor, pk) for pk in body.ends[:200]],
        role=tree.role(body.role_id) if body.role_id else None,
        days=body.days,
    )


@endpoint(
    router,
    "POST",
    PERSON + "/suspension",
    may="org.people",
    does="person.suspend",
    response={201: SuspensionOut},
)
def suspend(request: Any, person_id: int, body: Suspending) -> Any:
    """Nothing opens for them until then; what they hold stays theirs."""
    person = tree.person(request.actor, person_id)
    return Status(201, actions.suspend(request.actor, person, reason=body.reason, until=body.until))


@endpoint(
    router, "DELETE", PERSON + "/suspension", may="org.people", does="person.resume", response=PersonOut
)
def resume(request: Any, person_id: int) -> Any:
    """They may sign in again, with what they had; sessions and tokens stay closed."""
    return actions.resume(request.actor, tree.person(request.actor, person_id))
