"""Accounts nobody told us about, by API."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.kernel.errors import Invalid
from tabard.org.queries import person_named
from tabard.org.queries import unit as unit_of
from tabard.register.queries import channel as channel_of
from tabard.watch import actions, candidates, queries

router = Router(tags=["Watch"])
ONE = "/sightings/{int:sighting_id}"


class SightingOut(Schema):
    """One account. `label`: unrelated, look-alike, same-owner or impostor, as it looks; `decision`: ours,
    employee, fan, parody, impostor, squatter, unrelated, or nothing yet. `rank` is the score as decisions
    about others like it have moved it.
    """

    id: int
    unit_id: int
    platform: str
    handle: str
    url: str
    name: str
    bio: str
    site: str
    avatar: str
    like_id: int | None
    score: ByItself[float]
    rank: ByItself[float]
    label: str
    reasons: ByItself[list[str]]
    source: str
    reported: ByItself[int]
    first_seen_at: datetime
    last_seen_at: ByItself[datetime]
    decision: str
    words: str
    decided_by_id: int | None
    decided_at: datetime | None
    channel_id: int | None

    @staticmethod
    def resolve_platform(found: Any) -> str:
        return str(found.platform_id)

    @staticmethod
    def resolve_reasons(found: Any) -> list[str]:
        return list(found.says)


class SightingIn(Schema):
    """`handle` with its `platform`, or a link; `avatar` as PDQ in 64 hexadecimal digits."""

    platform: str = ""
    handle: str
    name: str = ""
    bio: str = ""
    url: str = ""
    site: str = ""
    avatar: str = ""


class SightingsIn(Schema):
    """At most 5,000 accounts. What is like none of our channels stays with `unit_id`."""

    unit_id: int
    sightings: list[SightingIn]
    source: Literal["link", "file", "name", "check"] = "link"
    words: str = ""


class SightingOutcome(Schema):
    """What became of one: new, again, decided (before), ours or refused, with why."""

    given: str
    outcome: str
    sighting_id: int | None
    why: str


class SightingDecision(Schema):
    """`seen`: the decision that stood there when it was read; another one is a conflict."""

    decision: Literal["ours", "employee", "fan", "parody", "impostor", "squatter", "unrelated"]
    words: str = ""
    seen: str = ""


class SightingChange(Schema):
    """What is left out stays as it is. `picture`: base64; only its likeness is kept."""

    name: str | None = None
    bio: str | None = None
    site: str | None = None
    picture: str | None = None


class SightingAdoption(Schema):
    """People are ids, e-mails or names."""

    unit_id: int
    name: str | None = None
    purpose: str = ""
    audience: str = ""
    languages: list[str] = Field(default_factory=list)
    owner: str | int
    deputy: str | int | None = None


class TipIn(Schema):
    """A link, or a handle with its `platform`."""

    profile: str
    platform: str = ""
    words: str = ""


class TipOut(Schema):
    """What one told us, and what was decided; nothing yet where that is empty."""

    id: int
    platform: str
    handle: str
    note: str
    at: datetime
    decision: str

    @staticmethod
    def resolve_platform(found: Any) -> str:
        return str(found.sighting.platform_id)

    @staticmethod
    def resolve_handle(found: Any) -> str:
        return str(found.sighting.handle)

    @staticmethod
    def resolve_decision(found: Any) -> str:
        return str(found.sighting.decision)


class CandidateOut(Schema):
    """A name that could pass for a channel. `answer`: nobody, unsure or there, where somebody has looked."""

    handle: str
    family: str
    url: str
    answer: str
    looked_at: datetime | None
    sighting_id: int | None


class PortraitOut(Schema):
    """How a channel of ours looks; `picture`: whether its likeness is kept."""

    bio: str
    site: str
    picture: bool

    @staticmethod
    def resolve_picture(found: Any) -> bool:
        return bool(found.avatar)


class PortraitChange(Schema):
    """What is left out stays as it is. `picture`: base64; only its likeness is kept."""

    bio: str | None = None
    site: str | None = None
    picture: str | None = None


class LookIn(Schema):
    handle: str
    answer: Literal["nobody", "unsure", "there"]


class ComparedOut(Schema):
    changed: int


@endpoint(router, "GET", "/sightings", may="watch.see", response=Listed[SightingOut])
def sightings(
    request: Any,
    q: str = "",
    state: str = "",
    label: str = "",
    decision: str = "",
    platform: str = "",
    source: str = "",
    age: str = "",
    unit_id: int | None = None,
    like_id: int | None = None,
    within: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Accounts that could be taken for ours, the likeliest first; those that wait, unless asked otherwise."""
    scope = unit_of(request.actor, within) if within is not None else None
    asked = query(
        q=q, state=state, label=label, decision=decision, platform=platform, source=source, age=age,
        unit=unit_id, like=like_id, sort=sort, after=after, size=size,
    )  # fmt: skip
    return listed(queries.sightings(request.actor, scope, asked))


@endpoint(
    router, "POST", "/sightings", may="watch.decide", does="sighting.record", response=list[SightingOutcome]
)
def record(request: Any, body: SightingsIn) -> Any:
    """Record accounts that were found."""
    place = unit_of(request.actor, body.unit_id)
    rows = [each.dict() for each in body.sightings]
    recorded = actions.record(request.actor, place, rows=rows, source=body.source, words=body.words)
    return [
        {
            "given": each.row.given,
            "outcome": each.what,
            "sighting_id": each.sighting.pk if each.sighting else None,
            "why": each.row.why,
        }
        for each in recorded.outcomes
    ]


@endpoint(
    router,
    "POST",
    "/sightings/comparison",
    may="watch.decide",
    does="sighting.compare",
    response=ComparedOut,
)
def compare(request: Any) -> Any:
    """Compare all that waits with the register as it is now; Tabard does so by itself every five minutes."""
    return {"changed": actions.compare(request.actor, queries.whole())}


@endpoint(router, "GET", ONE, may="watch.see", response=SightingOut)
def sighting(request: Any, sighting_id: int) -> Any:
    """One sighting."""
    return queries.sighting(request.actor, sighting_id)


@endpoint(router, "PATCH", ONE, may="watch.decide", does="sighting.describe", response=SightingOut)
def describe(request: Any, sighting_id: int, body: SightingChange) -> Any:
    """Write down what it says of itself."""
    found = queries.sighting(request.actor, sighting_id)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    picture = _bytes(given.pop("picture", ""))
    actions.describe(request.actor, found, picture=picture, **given)
    return queries.sighting(request.actor, sighting_id)


def _bytes(written: str) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid({"picture": [_("This is no picture, or a very large one.")]}) from error


@endpoint(router, "PUT", ONE + "/decision", may="watch.decide", does="sighting.decide", response=SightingOut)
def decide(request: Any, sighting_id: int, body: SightingDecision) -> Any:
    """Say what it is."""
    found = queries.sighting(request.actor, sighting_id)
    actions.decide(request.actor, found, **body.dict())
    return queries.sighting(request.actor, sighting_id)


@endpoint(
    router, "DELETE", ONE + "/decision", may="watch.decide", does="sighting.reopen", response=SightingOut
)
def reopen(request: Any, sighting_id: int) -> Any:
    """Take back what was decided."""
    actions.reopen(request.actor, queries.sighting(request.actor, sighting_id))
    return queries.sighting(request.actor, sighting_id)


@endpoint(router, "POST", ONE + "/adoption", may="watch.decide", does="sighting.adopt", response=SightingOut)
def adopt(request: Any, sighting_id: int, body: SightingAdoption) -> Any:
    """Take it into the register, as a proposed channel."""
    found = queries.sighting(request.actor, sighting_id)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    given["unit"] = unit_of(request.actor, given.pop("unit_id"))
    for name in {"owner", "deputy"} & given.keys():
        given[name] = person_named(request.actor, str(given[name]), name)
    actions.adopt(request.actor, found, **given)
    return queries.sighting(request.actor, sighting_id)


@endpoint(router, "GET", "/tips", may="own.tips", response=list[TipOut])
def tips(request: Any) -> Any:
    """What one has told us, with what was decided."""
    return queries.tips(request.actor)


@endpoint(router, "POST", "/tips", may="own.tips", does="sighting.tip", response={201: TipOut})
def tip(request: Any, body: TipIn) -> Status[Any]:
    """Tell us of an account."""
    made = actions.tip(request.actor, queries.whole(), **body.dict())
    return Status(201, queries.tip(request.actor, made.pk))


@endpoint(router, "GET", "/channels/{int:channel_id}/names", may="watch.see", response=list[CandidateOut])
def names(request: Any, channel_id: int) -> Any:
    """Names under which others could pass for a channel, the likeliest first."""
    channel = candidates.channel(request.actor, channel_id)
    return [
        {
            "handle": each.handle,
            "family": each.family,
            "url": each.url,
            "answer": each.look.answer if each.look else "",
            "looked_at": each.look.at if each.look else None,
            "sighting_id": each.found.pk if each.found else None,
        }
        for each in candidates.candidates(request.actor, channel)
    ]


@endpoint(
    router,
    "POST",
    "/channels/{int:channel_id}/names/looks",
    may="watch.decide",
    does="look.note",
    response={204: None},
)
def look(request: Any, channel_id: int, body: LookIn) -> Status[None]:
    """Note that somebody has looked for a name; who is there becomes a sighting."""
    channel = candidates.channel(request.actor, channel_id)
    actions.note_look(request.actor, channel, handle=body.handle, answer=body.answer)
    return Status(204, None)


@endpoint(router, "GET", "/channels/{int:channel_id}/portrait", may="channels.see", response=PortraitOut)
def portrait(request: Any, channel_id: int) -> Any:
    """How a channel looks, by which accounts that copy it are found."""
    return queries.portrait(channel_of(request.actor, channel_id))


@endpoint(
    router,
    "PATCH",
    "/channels/{int:channel_id}/portrait",
    may="channels.edit",
    does="channel.portray",
    response=PortraitOut,
)
def portray(request: Any, channel_id: int, body: PortraitChange) -> Any:
    """Write down how a channel looks."""
    found = channel_of(request.actor, channel_id)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    picture = _bytes(given.pop("picture", ""))
    actions.portray(request.actor, found, picture=picture, **given)
    return queries.portrait(found)
