"""How safe channels and units are, by API."""

from __future__ import annotations

from typing import Any

from ninja import Field, Router, Schema

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org import queries as org
from tabard.safety.queries import score, unit_score

router = Router(tags=["Safety"])


class FactOut(Schema):
    """`well` is null where nobody knows. `who_id` does the next step."""

    name: str
    well: bool | None
    weight: int
    said: str
    do: str
    who_id: int | None

    @staticmethod
    def resolve_who_id(found: Any) -> int | None:
        return found.who.pk if found.who else None


class SafetyOut(Schema):
    channel_id: int
    unit_id: int
    points: int | None = Field(description="0 to 100; null where nothing is known.")
    facts: list[FactOut]


class UnitSafetyOut(Schema):
    """The mean of the channels at and below a unit."""

    unit_id: int
    points: int | None
    channels: int
    bad: int = Field(description="How many have less than 50 points.")
    unknown: int


def _out(channel: Any) -> dict[str, Any]:
    points, facts = score.score_of(channel), score.steps(channel)
    return {"channel_id": channel.pk, "unit_id": channel.unit_id, "points": points, "facts": facts}


def _unit_out(unit_id: int, of: unit_score.OfUnit) -> dict[str, Any]:
    counts = {"channels": of.channels, "bad": of.bad, "unknown": of.unknown}
    return {"unit_id": unit_id, "points": of.points, **counts}


@endpoint(router, "GET", "/safety", may="channels.see", response=Listed[SafetyOut])
def safety(
    request: Any,
    q: str = "",
    level: str = "",
    wrong: str = "",
    unknown: str = "",
    platform: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Channels, the worst first. `level`: bad, middling, good, unknown; `wrong`, `unknown`: a fact."""
    scope = org.unit(request.actor, unit_id) if unit_id else None
    asked = query(q=q, level=level, wrong=wrong, unknown=unknown, platform=platform)
    asked |= query(sort=sort, after=after, size=size)
    page = score.safety(request.actor, scope, asked, steps=True)
    counts = {"count": page.count, "more_than_counted": page.more_than_counted}
    return {"items": [_out(c) for c in page.rows], "after": page.older, **counts}


@endpoint(router, "GET", "/channels/{int:channel_id}/safety", may="channels.see", response=SafetyOut)
def channel(request: Any, channel_id: int) -> Any:
    """One channel: its points, and each fact with the next step."""
    return _out(score.channel_safety(request.actor, channel_id))


@endpoint(router, "GET", "/units/{int:unit_id}/safety", may="channels.see", response=UnitSafetyOut)
def unit(request: Any, unit_id: int) -> Any:
    """One unit with all below it."""
    of, _worst = unit_score.unit_safety(request.actor, org.unit(request.actor, unit_id))
    return _unit_out(unit_id, of)


@endpoint(router, "GET", "/safety/units", may="channels.see", response=Listed[UnitSafetyOut])
def units(
    request: Any,
    q: str = "",
    level: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Units with channels, the worst first; of `unit_id` and below. `level`: bad, middling, good, unknown."""
    scope = org.unit(request.actor, unit_id) if unit_id else None
    asked = query(q=q, level=level, sort=sort, after=after, size=size)
    page = unit_score.units(request.actor, scope, asked)
    return listed(page) | {"items": [_unit_out(unit.pk, unit.of) for unit in page.rows]}
