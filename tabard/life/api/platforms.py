"""Platforms by API: what we do there, and what they announce to change."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.life import actions, changes
from tabard.org.queries import person_named
from tabard.org.tree import root
from tabard.register import queries as register
from tabard.register.actions import set_stage

router = Router(tags=["Platforms"])


class PlatformStageIn(Schema):
    """What the organisation does there, and why. Where it is leaving, no new channel can be asked for."""

    platform: str
    stage: Literal["watching", "piloting", "using", "leaving"]
    reason: str


class PlatformStageOut(Schema):
    slug: str
    name: str
    stage: str
    stage_words: str


class DatedFactOut(Schema):
    """What a platform has announced, as it was read at its source on a day."""

    key: str
    platform: str
    on: date
    title: str
    what: str
    source: str
    read: date


class PlatformChangeOut(Schema):
    """What a platform does from a day on; `placements`: which it touches, none for all; `outcome`: done or
    skipped, empty while it is to be done."""

    id: int
    platform: str
    title: str
    what: str
    source: str
    takes_effect: date
    placements: list[str]
    owner_id: int | None
    due_on: date
    outcome: str
    words: str
    ended_by_id: int | None
    ended_at: datetime | None

    @staticmethod
    def resolve_platform(found: Any) -> str:
        return str(found.platform_id)


class PlatformChangeIn(Schema):
    """`owner`: an id, e-mail or name; `due_on`: the day it takes effect, where it is left out."""

    platform: str
    title: str
    what: str
    source: str
    takes_effect: date
    placements: list[str] = []
    owner: str | int | None = None
    due_on: date | None = None


class PlatformChangeGiven(Schema):
    id: int
    owner: str | int | None = None
    due_on: date | None = None


class PlatformChangeEnded(Schema):
    id: int
    outcome: Literal["done", "skipped"]
    words: str = Field(..., description="How it was done, or why nothing was to be done.")


class TouchedOut(Schema):
    """Whom it touches, as far as you may see it; of channels and variants the first 50."""

    channels: list[int]
    channel_count: int
    variants: list[int]
    variant_count: int
    connector: bool
    abilities: list[str]
    placements: list[str]


@endpoint(
    router, "POST", "/platforms/stage", may="policies.set", does="platform.stage", response=PlatformStageOut
)
def stage(request: Any, body: PlatformStageIn) -> Any:
    """Say for the whole organisation what it does on a platform."""
    set_stage(request.actor, root(request.actor), **body.dict())
    return next(each for each in register.platforms() if each.slug == body.platform)


@endpoint(router, "GET", "/platforms/facts", may="channels.see", response=list[DatedFactOut])
def facts(request: Any, platform: str = "") -> Any:
    """What platforms have announced, as far as Tabard knows, the latest first."""
    return changes.facts_of(platform)


@endpoint(router, "GET", "/platform-changes", may="channels.see", response=Listed[PlatformChangeOut])
def platform_changes(
    request: Any,
    q: str = "",
    state: str = "",
    platform: str = "",
    owner_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What platforms change, what takes effect first first. `state`: open, late or over."""
    asked = query(q=q, state=state, platform=platform, owner=owner_id, sort=sort, after=after, size=size)
    return listed(changes.changes(request.actor, asked))


@endpoint(router, "GET", "/platform-changes/touched", may="channels.see", response=TouchedOut)
def touched(request: Any, id: int) -> Any:
    """Which channels, planned posts and abilities of our connector a change touches."""
    found = changes.touched(request.actor, changes.one_change(id))
    return {
        "channels": [channel.pk for channel in found.channels],
        "channel_count": found.channel_count,
        "variants": [variant.pk for variant in found.posts],
        "variant_count": found.post_count,
        "connector": found.connector,
        "abilities": found.abilities,
        "placements": found.placements,
    }


@endpoint(
    router,
    "POST",
    "/platform-changes",
    may="channels.edit",
    does="platform_change.add",
    response={201: PlatformChangeOut},
)
def add(request: Any, body: PlatformChangeIn) -> Status[Any]:
    """Write down what a platform announces."""
    given = body.dict()
    given["owner"] = person_named(request.actor, str(given["owner"] or ""), "owner")
    return Status(201, actions.add_change(request.actor, root(request.actor), **given))


@endpoint(
    router,
    "POST",
    "/platform-changes/given",
    may="channels.edit",
    does="platform_change.give",
    response=PlatformChangeOut,
)
def give(request: Any, body: PlatformChangeGiven) -> Any:
    """Somebody does what is to be done, or by another day."""
    owner = person_named(request.actor, str(body.owner or ""), "owner")
    return actions.give_change(request.actor, changes.one_change(body.id), owner=owner, due_on=body.due_on)


@endpoint(
    router,
    "POST",
    "/platform-changes/ended",
    may="own.channels",
    does="platform_change.end",
    response=PlatformChangeOut,
)
def end(request: Any, body: PlatformChangeEnded) -> Any:
    """It is done, or nothing was to be done."""
    return actions.end_change(
        request.actor, changes.one_change(body.id), outcome=body.outcome, words=body.words
    )
