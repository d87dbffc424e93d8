"""What of one channel hangs on one person, to be shared with a second or given to another."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from tabard.kernel.holdings import Holding, holdings
from tabard.org.models import Grant, Person
from tabard.org.policies import path_ids
from tabard.register.models import Channel


@dataclass(frozen=True)
class Hanging:
    """Who answers for a channel and who backs them; the grants by which the first acts on it, those for
    this channel alone among them as `own`; and what else of theirs hangs on it, by kind."""

    first: Person | None
    second: Person | None
    grants: list[Grant]
    held: list[tuple[Holding, list[int]]]

    @property
    def own(self) -> list[Grant]:
        return [grant for grant in self.grants if grant.channel_id]


def hanging(channel: Channel) -> Hanging:
    """What of `channel` hangs on whoever answers for it."""
    first = channel.answers
    if first is None:
        return Hanging(None, channel.backs, [], [])
    reaching = Q(channel_id=channel.pk) | Q(channel_id=None, unit__in=path_ids(channel.unit))
    grants = Grant.objects.active().filter(reaching, person=first).select_related("role", "unit", "person")
    held = [(h, h.of_channel(first.pk, channel.pk)) for h in holdings("person")]
    there = [(h, ids) for h, ids in held if ids]
    return Hanging(first, channel.backs, list(grants.order_by("id")), there)
