"""The public register by API: for those who decide what is in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from tabard.kernel.endpoint import Listed, Whole, endpoint, listed, query
from tabard.org.queries import place_for
from tabard.org.queries import unit as unit_of
from tabard.org.tree import root
from tabard.public import actions, making, queries
from tabard.public.reading import own

router = Router(tags=["Public register"])
SEE, SHOW = "channels.see", "channels.show"


class PublicRegisterOut(Schema):
    """Whether there is a public register, where it is, and which edition is out."""

    is_on: bool
    since: datetime | None
    contact: str
    address: str
    edition: int | None
    made_at: datetime | None
    channels: int


class PublicRegisterIn(Whole):
    is_on: bool
    contact: str


class PublicChannelOut(Schema):
    """`decided`: yes, no or policy; `is_public`: yes or no; `since`: a day, where it is in the edition."""

    id: int
    platform: str
    handle: str
    unit_id: int
    state: str
    decided: str
    is_public: str
    since: str

    @staticmethod
    def resolve_platform(found: Any) -> str:
        return str(found.platform_id)


class PublicDecision(Schema):
    """`shown`: yes, no or policy. `lasting`: stays listed as "was ours until" once it is retired."""

    shown: str
    lasting: bool | None = None


class PublicDecisions(Schema):
    channel_ids: list[int]
    shown: str
    unit_id: int | None = None


class SigningKeyOut(Schema):
    """`name` is what documents call it; `public` its public half, base64 for addresses."""

    id: int
    name: str
    public: str
    made_at: datetime
    signs_from: datetime
    revoked_at: datetime | None


class RotationOfKey(Schema):
    days: int = actions.DAYS
    lost: bool = False


class EditionOut(Schema):
    id: int
    made_at: datetime
    channels: int
    key_id: int


class DisownedOut(Schema):
    """A profile that is not ours. `kind`: not_ours or impostor."""

    id: int
    unit_id: int
    platform: str
    handle: str
    canonical: str
    kind: str
    note: str
    said_by_id: int | None
    said_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_platform(found: Any) -> str:
        return str(found.platform_id)


class DisownedIn(Schema):
    """`profile` is a link, or a handle with its `platform`."""

    unit_id: int
    profile: str
    platform: str = ""
    kind: str = "not_ours"
    note: str = ""


def _state() -> dict[str, Any]:
    there = queries.publication()
    edition = there.edition if there and there.is_on else None
    return {
        "is_on": bool(there and there.is_on),
        "since": there.since if there else None,
        "contact": there.contact if there else "",
        "address": own("/official/"),
        "edition": edition.pk if edition else None,
        "made_at": edition.made_at if edition else None,
        "channels": edition.channels if edition else 0,
    }


@endpoint(router, "GET", "/public-register", may=SEE, response=PublicRegisterOut)
def public_register(request: Any) -> Any:
    """Whether there is a public register."""
    return _state()


@endpoint(
    router,
    "PUT",
    "/public-register",
    may=SHOW,
    does=("public.turn_on", "public.turn_off"),
    response=PublicRegisterOut,
)
def turn(request: Any, body: PublicRegisterIn) -> Any:
    """Turn the public register on or off, and say anew whom people ask about it."""
    unit = root(request.actor)
    if body.is_on:
        actions.turn_on(request.actor, unit, contact=body.contact)
        making.publish()
    else:
        actions.turn_off(request.actor, unit)
    return _state()


@endpoint(
    router, "POST", "/public-register/editions", may=SHOW, does="public.publish", response={201: EditionOut}
)
def publish(request: Any) -> Status[Any]:
    """Make and sign an edition now."""
    return Status(201, actions.publish(request.actor, root(request.actor)))


@endpoint(router, "GET", "/public-register/keys", may=SEE, response=list[SigningKeyOut])
def signing_keys(request: Any) -> Any:
    """Every key that signs or has signed."""
    return queries.keys()[0]


@endpoint(
    router,
    "POST",
    "/public-register/keys",
    may=SHOW,
    does="public.rotate_key",
    response={201: SigningKeyOut},
)
def rotate(request: Any, body: RotationOfKey) -> Status[Any]:
    """Make a new key; the old one signs for `days` more, unless it is `lost`."""
    made = actions.rotate_key(request.actor, root(request.actor), days=body.days, lost=body.lost)
    making.publish()
    return Status(201, made)


@endpoint(router, "GET", "/public-register/channels", may=SEE, response=Listed[PublicChannelOut])
def public_channels(
    request: Any,
    q: str = "",
    public: str = "",
    decided: str = "",
    platform: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Channels with what was decided about each, and since when it is public."""
    asked = query(
        q=q,
        public=public,
        decided=decided,
        platform=platform,
        unit=unit_id,
        sort=sort,
        after=after,
        size=size,
    )
    return listed(queries.channels(request.actor, None, asked))


@endpoint(
    router, "PUT", "/public-register/channels", may=SHOW, does="channels.show", response=PublicRegisterOut
)
def decide_many(request: Any, body: PublicDecisions) -> Any:
    """The same decision for several channels: for all of them or for none."""
    scope = unit_of(request.actor, body.unit_id) if body.unit_id else None
    place = place_for(request.actor, scope, SHOW)
    marked = queries.some(request.actor, [str(pk) for pk in body.channel_ids])
    actions.show_many(request.actor, place, channels=marked, shown=body.shown)
    making.publish()
    return _state()


@endpoint(router, "GET", "/channels/{int:channel_id}/public", may=SEE, response=PublicChannelOut)
def public_channel(request: Any, channel_id: int) -> Any:
    """What was decided about one channel."""
    return queries.channel(request.actor, channel_id)


@endpoint(
    router,
    "PUT",
    "/channels/{int:channel_id}/public",
    may=SHOW,
    does="channel.show",
    response=PublicChannelOut,
)
def decide(request: Any, channel_id: int, body: PublicDecision) -> Any:
    """Decide whether a channel is public."""
    found = queries.channel(request.actor, channel_id)
    actions.show(request.actor, found, shown=body.shown, lasting=body.lasting)
    making.publish()
    return queries.channel(request.actor, channel_id)


@endpoint(router, "GET", "/disowned-profiles", may=SEE, response=Listed[DisownedOut])
def disowned(
    request: Any, q: str = "", kind: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """Profiles that are said not to be ours."""
    return listed(
        queries.profiles(request.actor, None, query(q=q, kind=kind, sort=sort, after=after, size=size))
    )


@endpoint(router, "POST", "/disowned-profiles", may=SHOW, does="profile.disown", response={201: DisownedOut})
def disown(request: Any, body: DisownedIn) -> Status[Any]:
    """Say that a profile is not ours, or that it was reported as an impostor."""
    given = body.dict()
    place = unit_of(request.actor, given.pop("unit_id"))
    made = actions.disown(request.actor, place, **given)
    making.publish()
    return Status(201, made)


@endpoint(router, "GET", "/disowned-profiles/{int:profile_id}", may=SEE, response=DisownedOut)
def disowned_profile(request: Any, profile_id: int) -> Any:
    """One of them."""
    return queries.profile(request.actor, profile_id)


@endpoint(
    router,
    "DELETE",
    "/disowned-profiles/{int:profile_id}",
    may=SHOW,
    does="profile.take_back",
    response={204: None},
)
def take_back(request: Any, profile_id: int) -> Status[Any]:
    """Say nothing of it any more."""
    actions.take_back(request.actor, queries.profile(request.actor, profile_id))
    making.publish()
    return Status(204, None)
