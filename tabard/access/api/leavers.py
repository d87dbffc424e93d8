"""Leaving and coming back, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from tabard.access import actions, queries
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org import tree
from tabard.org.schemas import PersonOut

router = Router(tags=["Access"])


class DepartureOut(Schema):
    id: int
    person_id: int
    to_id: int | None
    by_id: int | None
    said_by: str
    reason: str
    at: datetime
    evidence: dict[str, Any]


class FollowedOut(Schema):
    """One thing that is done because somebody left."""

    kind: str
    label: str
    state: str
    who: str
    due: datetime | None
    ended: datetime | None
    note: str


class DepartureWhole(DepartureOut):
    followed: list[FollowedOut]

    @staticmethod
    def resolve_followed(found: Any) -> list[dict[str, Any]]:
        names = ("label", "who", "due", "ended", "note")
        return [
            {"kind": kind, "state": line.word, **{n: getattr(line, n) for n in names}}
            for kind, lines in found.followed
            for line in lines
        ]


class Leaving(Schema):
    reason: str
    to_id: int | None = None


PERSON = "/people/{int:person_id}"


@endpoint(
    router, "POST", PERSON + "/departure", may="org.people", does="person.leave", response={201: DepartureOut}
)
def leave(request: Any, person_id: int, body: Leaving) -> Any:
    """Somebody left: all that opens for them ends; what they held goes to `to_id` or their deputy."""
    person = tree.person(request.actor, person_id)
    to = tree.person(request.actor, body.to_id) if body.to_id else None
    return Status(201, actions.leave(request.actor, person, reason=body.reason, to=to))


@endpoint(router, "DELETE", PERSON + "/departure", may="org.people", does="person.return", response=PersonOut)
def come_back(request: Any, person_id: int) -> Any:
    """They may sign in again, with nothing of what they had."""
    return actions.come_back(request.actor, tree.person(request.actor, person_id))


@endpoint(router, "GET", "/departures", may="org.people", response=Listed[DepartureOut])
def departures(request: Any, q: str = "", sort: str = "", after: str = "", size: int = 50) -> Any:
    """Who left, the latest first."""
    return listed(queries.departures(request.actor, None, query(q=q, sort=sort, after=after, size=size)))


@endpoint(router, "GET", "/departures/{int:departure_id}", may="org.people", response=DepartureWhole)
def departure(request: Any, departure_id: int) -> Any:
    """What ended, who got what, and what is still being done."""
    return queries.departure(request.actor, departure_id)
