"""Who may do what, and why, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tabard.kernel import clock
from tabard.kernel.endpoint import Moment, endpoint
from tabard.register import who

router = Router(tags=["Access"])


class WhyOut(Schema):
    """One chain: the grant because of which somebody may do this, and from where it reaches."""

    person_id: int
    person: str
    role: str
    rights: list[str]
    grant_id: int
    unit_id: int
    channel_id: int | None
    way: list[int]
    because: str
    starts_at: datetime
    ends_at: datetime | None
    given_by_id: int | None
    reason: str
    stands_in_for_id: int | None


class WhoOut(Schema):
    """`allowed` where one person and one right were asked about; `known_since` where `at` is before it."""

    at: datetime | None
    known_since: datetime | None
    allowed: bool | None
    reason: str
    chains: list[WhyOut]


@endpoint(router, "GET", "/who", may="grants.see", response=WhoOut)
def who_may(
    request: Any,
    person_id: int | None = None,
    unit_id: int | None = None,
    channel_id: int | None = None,
    right: str = "",
    at: Moment | None = None,
) -> Any:
    """Who may do what, and why, now or at a past moment. Name a person, a unit or a channel."""
    said = {"right": right} | {
        name: str(value)
        for name, value in (("person", person_id), ("unit", unit_id), ("channel", channel_id))
        if value
    }
    asked = who.question(request.actor, said, "UTC")
    asked.at = at if at and at < clock.now() else None
    return who.told(asked.ask(request.actor))
