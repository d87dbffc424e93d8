"""Channels of the register that do, or nearly do, what another one is wanted for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.life.rules import alike, meaning
from tabard.register import duplicates
from tabard.register.models import Channel

MOST = 8
LOOKED_AT = 300  # rows that may be compared for one question
COMPARED = 6  # words of a purpose by which rows are looked for


@dataclass(frozen=True)
class Wanted:
    """What a channel is, or shall be. `but`: the channel it is itself, where it is there."""

    platform: str = ""
    handle: str = ""
    unit_id: int | None = None
    purpose: str = ""
    audience: str = ""
    languages: Sequence[str] = field(default=())
    but: int | None = None


@dataclass(frozen=True)
class Alike:
    """A channel and why it may do already; `sure` where it is the very same, or would be found twice."""

    channel: Any
    reasons: list[str]
    sure: bool = False


def same_as(channel: Channel) -> Wanted:
    """What a channel is there for."""
    return Wanted(
        channel.platform_id, channel.handle, channel.unit_id, channel.purpose,
        channel.audience, channel.languages, channel.pk,
    )  # fmt: skip


def look_alikes(by: Actor, wanted: Wanted) -> list[Alike]:
    """Channels `by` may see that are like `wanted`, the most alike first. Two queries."""
    asked = _entry("asked", wanted.platform, wanted.handle, wanted)
    rows = Channel.objects.visible_to(by).exclude(state="retired").exclude(pk=wanted.but or 0)
    rows = rows.filter(_near(asked, wanted)).select_related("unit", "platform")
    near = list(rows.order_by("-pk")[:LOOKED_AT])
    twice = _twice(asked, near)
    found = []
    for each in near:
        reasons = [*twice.get(each.pk, []), *_serves(each, wanted, asked)]
        if reasons:
            found.append(Alike(each, list(dict.fromkeys(reasons)), each.pk in twice))
    return sorted(found, key=lambda one: (not one.sure, -len(one.reasons), one.channel.handle))[:MOST]


def _near(asked: duplicates.Entry, wanted: Wanted) -> Q:
    """The rows worth comparing: in the same unit on the same platform, of that handle, or of such words."""
    near = Q(pk__in=[])
    if asked.handle:
        near |= Q(platform=asked.platform, handle__iexact=asked.handle)
    if wanted.unit_id and asked.platform:
        near |= Q(unit=wanted.unit_id, platform=asked.platform)
    for word in sorted(meaning(wanted.purpose), key=len, reverse=True)[:COMPARED]:
        near |= Q(search__contains=word)
    return near


def _twice(asked: duplicates.Entry, near: Iterable[Any]) -> dict[int, list[str]]:
    """Those that would be found to be there twice, with why."""
    entries = [_entry(str(c.pk), c.platform_id, c.handle, c) for c in near]
    said = {
        duplicates.SPELT_APART: _("It is this channel."),
        duplicates.SAME_PURPOSE: _("The same purpose, in the same unit, on the same platform."),
        duplicates.NEARLY_ONE: _("The handles differ only in marks."),
    }
    for group in duplicates.groups([asked, *entries]):
        if any(each.key == "asked" for each in group.entries):
            reasons = [said.get(why, _("It is this channel.")) for why in group.reasons]
            return {int(each.key): reasons for each in group.entries if each.key != "asked"}
    return {}


def _entry(key: str, platform: str, link: str, about: Any) -> duplicates.Entry:
    row = {
        "id": key,
        "platform": platform,
        "url": link,
        "unit": str(about.unit_id or ""),
        "language": ",".join(sorted(about.languages)),
        "purpose": about.purpose,
    }
    return duplicates.entry(row, 0)


def _serves(channel: Channel, wanted: Wanted, asked: duplicates.Entry) -> list[str]:
    """What it has in common, unless it speaks another language or to another place."""
    if channel.languages and wanted.languages and not set(channel.languages) & set(wanted.languages):
        return []
    here = duplicates.place_in(channel.handle, ",".join(sorted(channel.languages)))
    if here != duplicates.place_in(asked.handle, asked.language):
        return []
    if not alike(channel.purpose, wanted.purpose):
        return []
    found = [_("Much the same purpose.")]
    if alike(channel.audience, wanted.audience):
        found.append(_("For much the same people."))
    return found
