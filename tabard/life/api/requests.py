"""Requests for channels by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.life import actions, queries
from tabard.life.alike import Wanted, look_alikes
from tabard.org.queries import person_named
from tabard.org.queries import unit as unit_of

router = Router(tags=["Register"])
ONE = "/channel-requests/{int:channel_request_id}"
PEOPLE = ("answers", "backs")


class ChannelRequestOut(Schema):
    """Somebody asks for a channel. `state`: asked, back, approved, refused or withdrawn."""

    id: int
    unit_id: int
    platform: str
    handle: str
    name: str
    purpose: str
    audience: str
    languages: list[str]
    why: str
    answers_id: int
    backs_id: int
    until: date
    state: str
    asked_by_id: int | None
    asked_at: datetime
    words: str
    decided_by_id: int | None
    decided_at: datetime | None
    channel_id: int | None

    @staticmethod
    def resolve_platform(found: Any) -> str:
        return str(found.platform_id)


class ChannelRequestChange(Schema):
    """What is left out stays as it is. People are ids, e-mails or names."""

    handle: str | None = None
    name: str | None = None
    purpose: str | None = None
    audience: str | None = None
    languages: list[str] | None = None
    why: str | None = None
    answers: str | int | None = None
    backs: str | int | None = None
    until: date | None = None


class ChannelRequestIn(Schema):
    """`handle` as it shall be, with its `platform`, or a link. `answers` and `backs` answer comments and
    stand in: ids, e-mails or names; `until`: tried until this day."""

    unit_id: int
    handle: str
    platform: str = ""
    name: str = ""
    purpose: str
    audience: str
    languages: list[str]
    why: str
    answers: str | int
    backs: str | int
    until: date


class ChannelRequestDecision(Schema):
    decision: Literal["send_back", "approve", "refuse"]
    words: str = Field("", description="Needed to send it back and to refuse.")


class AlikeOut(Schema):
    """A channel that may do already, and why; `sure` where it would be found to be there twice."""

    channel_id: int
    handle: str
    platform: str
    reasons: list[str]
    sure: bool


def _given(by: Any, body: Schema) -> dict[str, Any]:
    """The fields that were sent; people looked up."""
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    for name in {*PEOPLE} & given.keys():
        given[name] = person_named(by, str(given[name]), name)
    return given


@endpoint(router, "GET", "/channel-requests", may="channels.see", response=Listed[ChannelRequestOut])
def channel_requests(
    request: Any,
    q: str = "",
    state: str = "",
    platform: str = "",
    asked_by_id: int | None = None,
    unit_id: int | None = None,
    within: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Channels that somebody asks for, the newest first."""
    scope = unit_of(request.actor, within) if within is not None else None
    asked = query(
        q=q, state=state, platform=platform, asked_by=asked_by_id, unit=unit_id, sort=sort, after=after,
        size=size,
    )  # fmt: skip
    return listed(queries.requests(request.actor, scope, asked))


@endpoint(
    router,
    "POST",
    "/channel-requests",
    may="own.channels",
    does="request.ask",
    response={201: ChannelRequestOut},
)
def ask(request: Any, body: ChannelRequestIn) -> Status[Any]:
    """Ask for a channel."""
    place = unit_of(request.actor, body.unit_id)
    given = _given(request.actor, body)
    del given["unit_id"]
    made = actions.ask(request.actor, place, **given)
    return Status(201, queries.request(request.actor, made.pk))


@endpoint(router, "GET", "/channel-requests/alike", may="channels.see", response=list[AlikeOut])
def alike(
    request: Any,
    handle: str = "",
    platform: str = "",
    unit_id: int | None = None,
    purpose: str = "",
    audience: str = "",
    languages: str = "",
) -> Any:
    """Channels of the register that may do already; `languages` with commas between."""
    said = [each.strip() for each in languages[:200].split(",") if each.strip()]
    wanted = Wanted(platform[:40], handle[:500], unit_id, purpose[:300], audience[:300], said)
    return [
        {
            "channel_id": found.channel.pk,
            "handle": found.channel.handle,
            "platform": found.channel.platform_id,
            "reasons": found.reasons,
            "sure": found.sure,
        }
        for found in look_alikes(request.actor, wanted)
    ]


@endpoint(router, "GET", ONE, may="channels.see", response=ChannelRequestOut)
def channel_request(request: Any, channel_request_id: int) -> Any:
    """One request."""
    return queries.request(request.actor, channel_request_id)


@endpoint(router, "PATCH", ONE, may="own.channels", does="request.change", response=ChannelRequestOut)
def change(request: Any, channel_request_id: int, body: ChannelRequestChange) -> Any:
    """Say it otherwise; what was sent back is asked again."""
    found = queries.request(request.actor, channel_request_id)
    actions.change_request(request.actor, found, **_given(request.actor, body))
    return queries.request(request.actor, channel_request_id)


@endpoint(router, "DELETE", ONE, may="own.channels", does="request.withdraw", response=ChannelRequestOut)
def withdraw(request: Any, channel_request_id: int) -> Any:
    """No longer ask for it."""
    actions.withdraw(request.actor, queries.request(request.actor, channel_request_id))
    return queries.request(request.actor, channel_request_id)


@endpoint(
    router,
    "POST",
    ONE + "/decision",
    may="channels.edit",
    does=("request.approve", "request.send_back", "request.refuse"),
    response=ChannelRequestOut,
)
def decide(request: Any, channel_request_id: int, body: ChannelRequestDecision) -> Any:
    """Approve it, which puts it into the register as proposed; send it back; or refuse it."""
    found = queries.request(request.actor, channel_request_id)
    if body.decision == "approve":
        actions.approve_request(request.actor, found, words=body.words)
    elif body.decision == "refuse":
        actions.refuse_request(request.actor, found, words=body.words)
    else:
        actions.send_back(request.actor, found, words=body.words)
    return queries.request(request.actor, channel_request_id)
