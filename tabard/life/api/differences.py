"""How channels look at their platforms, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Router, Schema

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.life import actions, jobs
from tabard.life import difference_queries as queries
from tabard.org import queries as org

router = Router(tags=["Register"])
ONE = "/differences/{int:difference_id}"


class DifferenceOut(Schema):
    """`kind`: handle, url, name, id, other (another account), gone, dead (access ended) or silent (could not
    be asked). `here` and `there`: fields of the channel. `says`: what the platform said instead. `state`:
    open, accepted, refused or over. `digest` changes when the platform says something else."""

    id: int
    channel_id: int
    kind: str
    here: dict[str, str]
    there: dict[str, str]
    says: str = Field(alias="said")
    state: str
    words: str
    digest: str
    decided_by_id: int | None
    decided_at: datetime | None
    found_at: datetime


class DifferenceDecision(Schema):
    """accepted: as the platform has it; refused: the register is right; open: to be decided again. `digest`,
    where given: decide only about what was seen."""

    decision: Literal["accepted", "refused", "open"]
    words: str = ""
    digest: str = ""


class ComparisonAsk(Schema):
    unit_id: int


class ComparisonOut(Schema):
    """Of the channels that were last asked about together: how many they are, how many have been tried, and
    how many wait because their platform is to be left alone."""

    channels: int
    tried: int
    held: int


@endpoint(router, "GET", "/differences", may="channels.see", response=Listed[DifferenceOut])
def differences(
    request: Any,
    q: str = "",
    kind: str = "",
    state: str = "",
    platform: str = "",
    channel_id: int | None = None,
    unit_id: int | None = None,
    within: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What platforms say otherwise than the register; what is decided or over only with `state`."""
    scope = org.unit(request.actor, within) if within is not None else None
    asked = query(q=q, kind=kind, state=state, platform=platform, channel=channel_id, unit=unit_id)
    asked |= query(sort=sort, after=after, size=size)
    return listed(queries.differences(request.actor, scope, asked))


@endpoint(router, "GET", ONE, may="channels.see", response=DifferenceOut)
def difference(request: Any, difference_id: int) -> Any:
    """One of them."""
    return queries.difference(request.actor, difference_id)


@endpoint(
    router,
    "PUT",
    ONE + "/decision",
    may="channels.edit",
    does=("difference.accept", "difference.refuse", "difference.reopen", "channel.follow"),
    response=DifferenceOut,
)
def decide(request: Any, difference_id: int, body: DifferenceDecision) -> Any:
    """Take it over into the register, leave the register as it is, or ask again."""
    by, found = request.actor, queries.difference(request.actor, difference_id)
    if body.decision == "accepted":
        actions.accept_difference(by, found, seen=body.digest)
    elif body.decision == "refused":
        actions.refuse_difference(by, found, words=body.words, seen=body.digest)
    else:
        actions.reopen_difference(by, found)
    return queries.difference(by, difference_id)


@endpoint(
    router,
    "POST",
    "/comparisons",
    may="channels.edit",
    does=("comparison.ask", "comparison.answer", "comparison.silence"),
    response=ComparisonOut,
)
def compare(request: Any, body: ComparisonAsk) -> Any:
    """Ask the platforms of every connected channel of a unit and those below it. It is done in a while."""
    unit = org.unit(request.actor, body.unit_id)
    actions.ask_platforms(request.actor, unit)
    jobs.compare_now.defer()
    return queries.progress(request.actor, unit)


@endpoint(router, "GET", "/comparisons", may="channels.see", response=ComparisonOut)
def progress(request: Any, within: int | None = None) -> Any:
    """How far it is with those that were last asked for."""
    scope = org.unit(request.actor, within) if within is not None else None
    return queries.progress(request.actor, scope)
