"""Through which channels a post can go: those one may write for, found by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.org.models import Unit
from tabard.org.reach import reach
from tabard.register.models import Channel


def channels_to_write_for(by: Actor, scope: Unit | None) -> QuerySet[Channel]:
    """Channels in use that `by` may write for, in the order of unit and handle."""
    rows = reach(by, "posts.write").narrow(Channel.objects.publishing(), unit="unit", channel="pk")
    if scope:
        rows = rows.filter(unit__path__startswith=scope.path)
    found: QuerySet[Any] = rows.select_related("unit", "platform").order_by("unit__path", "handle", "id")
    return found


# How many channels are offered to choose from; the others are found by name.
OFFERED = 50


@dataclass(frozen=True)
class Offer:
    """Channels to choose from: those chosen already first, then the first few that `words` find."""

    channels: list[Channel]
    words: str
    more: int


def offer(by: Actor, scope: Unit | None, words: str, chosen: set[int], *, besides: set[int]) -> Offer:
    """What `by` can choose from for a post; `besides` are on it already. Three queries at most."""
    there = channels_to_write_for(by, scope).exclude(pk__in=besides)
    marked = list(there.filter(pk__in=chosen)) if chosen else []
    rest = there.exclude(pk__in=chosen)
    for word in text.folded(words[:200].replace("\x00", "")).split():
        named = Q(unit__search__contains=word) | Q(platform__name__icontains=word)
        rest = rest.filter(Q(search__contains=word.lstrip("@")) | named)
    found = list(rest[:OFFERED])
    more = rest.order_by().count() - len(found)
    return Offer([*marked, *found], words, more)


def channels_named(by: Actor, ids: Sequence[int]) -> list[Channel]:
    """These channels, those that `by` may not see left out; `Missing` if any is."""
    found = list(Channel.objects.visible_to(by).filter(pk__in=ids).select_related("unit", "platform"))
    if len(found) != len(set(ids)):
        raise Missing(_("There is no such channel, or it is not yours to see."))
    return found
