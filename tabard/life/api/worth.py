"""Whether channels are needed, by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Router, Schema

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.life import actions, worth_queries
from tabard.org.queries import unit as unit_of
from tabard.org.tree import root
from tabard.register import queries as register

router = Router(tags=["Register"])
ONE = "/channels/{int:channel_id}/worth"


class WorthFigures(Schema):
    """What is known in figures; the median of the platform beside it. Null where nobody knows, or where fewer
    than three channels are known. `growth`, in percent over 90 days, from `growth_since` on; `failed` in
    percent of what was to be posted in 90 days; `safety` of 100 points."""

    active_on: date | None = None
    posts: float | None = None
    followers: float | None = None
    growth: float | None = None
    growth_since: date | None = None
    failed: float | None = None
    safety: float | None = None
    hours: float | None = None
    cost: float | None = None


class WorthOut(Schema):
    """Whether a channel is needed. `verdict`: doubtful, ask, needed or unknown; `points` speak against it;
    `decision`: keep, merge or retire."""

    id: int | None
    channel_id: int
    verdict: str
    points: int
    reasons: list[str]
    figures: WorthFigures
    usual: WorthFigures
    hours: int | None
    cost: int | None
    decision: str
    words: str
    into_id: int | None
    ask_on: date | None
    decided_by_id: int | None
    decided_at: datetime | None

    @staticmethod
    def resolve_reasons(found: Any) -> list[str]:
        return worth_queries.says(found)


class WorthDecision(Schema):
    """`ask_on`: needed to keep; `into_id`: needed to merge."""

    decision: Literal["keep", "merge", "retire"]
    reason: str
    ask_on: date | None = None
    into_id: int | None = None


class Upkeep(Schema):
    """What it takes in a month. What is left out stays; null: nobody knows."""

    hours: int | None = Field(None, ge=0)
    cost: int | None = Field(None, ge=0)


class LookedAtWorth(Schema):
    """Of how many channels something is new."""

    changed: int


@endpoint(router, "GET", "/needed", may="channels.see", response=Listed[WorthOut])
def needed(
    request: Any,
    q: str = "",
    verdict: str = "",
    state: str = "",
    platform: str = "",
    unit_id: int | None = None,
    within: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Channels worth asking about, unless `state` (ask, again, kept) or `verdict` asks for others."""
    scope = unit_of(request.actor, within) if within is not None else None
    asked = query(
        q=q, verdict=verdict, state=state, platform=platform, unit=unit_id, sort=sort, after=after, size=size
    )
    return listed(worth_queries.worths(request.actor, scope, asked))


@endpoint(router, "POST", "/needed", may="channels.edit", does="worth.look", response=LookedAtWorth)
def look(request: Any) -> Any:
    """Look at every channel now; it is done each hour by itself."""
    return {"changed": actions.look_at_worth(request.actor, root(request.actor))}


@endpoint(router, "GET", ONE, may="channels.see", response=WorthOut)
def worth(request: Any, channel_id: int) -> Any:
    """Whether one channel is needed: all that is known, and what was decided."""
    return worth_queries.worth(request.actor, register.channel(request.actor, channel_id))


@endpoint(router, "PATCH", ONE, may="channels.edit", does="worth.upkeep", response=WorthOut)
def upkeep(request: Any, channel_id: int, body: Upkeep) -> Any:
    """Write down what it takes in a month."""
    found = register.channel(request.actor, channel_id)
    actions.note_upkeep(request.actor, found, **body.dict(exclude_unset=True))
    return worth_queries.worth(request.actor, found)


@endpoint(
    router,
    "POST",
    ONE + "/decision",
    may="channels.edit",
    does=("worth.keep", "worth.merge", "worth.retire"),
    response=WorthOut,
)
def decide(request: Any, channel_id: int, body: WorthDecision) -> Any:
    """Keep it and ask again on a day, merge it into another channel, or retire it."""
    by, found = request.actor, register.channel(request.actor, channel_id)
    into = register.channel(by, body.into_id) if body.into_id else None
    if body.decision == "keep":
        actions.keep_channel(by, found, reason=body.reason, ask_on=body.ask_on)
    elif body.decision == "merge":
        actions.merge_channel(by, found, into=into, reason=body.reason)
    else:
        actions.retire_channel(by, found, reason=body.reason)
    return worth_queries.worth(by, register.channel(by, channel_id))
