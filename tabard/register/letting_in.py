"""What a person let us into by one sign-in: which channels of the register it is, and connecting those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tabard.connectors.base import Access, Connected, Profile
from tabard.connectors.card import Limits
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Refusal
from tabard.register import actions
from tabard.register.models import Channel
from tabard.register.rules import same

MOST = 200  # channels of one sign-in


@dataclass(frozen=True)
class Offer:
    """One that we were let into; the channel of the register that it is, or why it cannot be connected."""

    number: int
    handle: str
    name: str
    channel: Channel | None
    why_not: str = ""


def is_it(channel: Channel, one: Connected) -> bool:
    """Whether this is the channel: by the platform's id of it, or by its handle while that is unknown."""
    if channel.remote_id:
        return channel.remote_id == one.profile.remote_id
    return any(same(channel.handle, name) for name in (one.profile.handle, *one.profile.also))


def offers(by: Actor, found: Sequence[Connected]) -> list[Offer]:
    """Each of them, with the channel that it is, as far as `by` may see and connect it."""
    rows = _rows(by, found)
    return [_offer(by, number, one, rows) for number, one in enumerate(found)]


def worth_asking(by: Actor, found: Sequence[Connected]) -> bool:
    """Whether there is one among them that could be connected now."""
    return any(not offer.why_not for offer in offers(by, found))


def _rows(by: Actor, found: Sequence[Connected]) -> list[Channel]:
    names = {name.lower() for one in found for name in (one.profile.handle, *one.profile.also)}
    rows = Channel.objects.visible_to(by).exclude(state="retired")
    rows = rows.filter(platform__in={one.access.platform for one in found})
    rows = rows.alias(lower=Lower("handle")).filter(
        Q(remote_id__in=[one.profile.remote_id for one in found]) | Q(lower__in=names)
    )
    return list(rows.select_related("unit", "platform").order_by("handle", "pk"))


def _offer(by: Actor, number: int, one: Connected, rows: Iterable[Channel]) -> Offer:
    handle, name = one.profile.handle, one.profile.name
    channel = next((each for each in rows if is_it(each, one)), None)
    if channel is None:
        return Offer(number, handle, name, None, _("It is not in the register, or not yours to see."))
    answer = permissions.may(by, "channels.connect", channel.place())
    return Offer(number, handle, name, channel, "" if answer else answer.reason)


def connect_these(
    by: Actor, found: Sequence[Connected], numbers: Iterable[int]
) -> tuple[list[Channel], list[str]]:
    """Connect the chosen ones, each by itself: what was connected, and what was wrong with the others."""
    known, done, wrong = offers(by, found), [], []
    for number in sorted(set(numbers)):
        if not 0 <= number < len(known):
            continue
        offer = known[number]
        if offer.channel is None or offer.why_not:
            wrong.append(f"{offer.handle}: {offer.why_not}")
            continue
        try:
            done.append(actions.connect(by, offer.channel, connected=found[number]))
        except Refusal as refused:
            wrong.append(f"{offer.handle}: {refused.reason}")
    return done, wrong


def plain(found: Sequence[Connected]) -> list[dict[str, Any]]:
    """As JSON, for a session in which it is sealed."""
    return [
        {
            "access": {
                "platform": one.access.platform,
                "base_url": one.access.base_url,
                "remote_id": one.access.remote_id,
                "handle": one.access.handle,
                "secret": dict(one.access.secret),
                "session": dict(one.access.session),
                "limits": one.access.limits.to_data(),
                "servers": dict(one.access.servers),
            },
            "profile": {
                **asdict(one.profile),
                "limits": one.profile.limits.to_data() if one.profile.limits else None,
            },
        }
        for one in found[:MOST]
    ]


def again(kept: Iterable[Mapping[str, Any]]) -> tuple[Connected, ...]:
    """What `plain` gave, as it was."""
    return tuple(_connected(one["access"], one["profile"]) for one in kept)


def _connected(access: Mapping[str, Any], profile: Mapping[str, Any]) -> Connected:
    limits = None if profile["limits"] is None else Limits.from_data(profile["limits"])
    return Connected(
        Access(**{**access, "limits": Limits.from_data(access["limits"])}),
        Profile(**{**profile, "limits": limits, "also": tuple(profile["also"])}),
    )
