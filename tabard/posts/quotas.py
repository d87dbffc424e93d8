"""How many posts go out on a channel in a day, by the platform's word or a pace of ours; and where that is
less than is planned."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tabard.connectors.card import Per
from tabard.connectors.registry import card, platforms
from tabard.posts.models import Post, Variant

DAY = timedelta(days=1)
PLANNED = ("scheduled", "handed_over")


@dataclass(frozen=True)
class Crowd:
    """`count` posts within a day on one channel, of which `most` go out in it."""

    count: int
    most: int


def daily(platform: str) -> int | None:
    """How many posts of any 24 hours go out on a channel; None if there is no such number."""
    if platform not in platforms():
        return None
    found = [
        budget.n // budget.costs["publish"]
        for budget in card(platform).budgets
        if budget.per is Per.CHANNEL
        and budget.n
        and budget.seconds == DAY.total_seconds()
        and budget.costs.get("publish")
    ]
    return min(found, default=None)


def crowds(variants: Iterable[Variant]) -> dict[int, Crowd]:
    """Variants at whose moment too much is planned on their channel, with how much. Two queries at most."""
    asked = [(v, most) for v in variants if (most := daily(v.channel.platform_id)) is not None]
    moments = _moments({v.post_id for v, _most in asked})
    if not moments:
        return {}
    asked = [(v, most) for v, most in asked if v.post_id in moments]
    planned = _planned({v.channel_id for v, _most in asked}, moments.values())
    found = {}
    for variant, most in asked:
        due = moments[variant.post_id]
        others = [at for number, at in planned[variant.channel_id] if number != variant.pk]
        count = most_in_a_day([*others, due], due)
        if count > most:
            found[variant.pk] = Crowd(count, most)
    return found


def _moments(posts: set[int]) -> dict[int, datetime]:
    """When these posts are due, as far as that is chosen."""
    rows = Post.objects.filter(pk__in=posts).values_list("pk", "due_at") if posts else ()
    return {number: at for number, at in rows if at is not None}


def _planned(channels: set[int], moments: Iterable[datetime]) -> dict[int, list[tuple[int, datetime]]]:
    """What is planned, or went out, on these channels within a day of any of these moments."""
    there = list(moments)
    rows = Variant.objects.filter(
        channel__in=channels,
        state__in=PLANNED,
        post__due_at__gt=min(there) - DAY,
        post__due_at__lt=max(there) + DAY,
    )
    found: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for channel, number, at in rows.values_list("channel", "pk", "post__due_at"):
        if at is not None:
            found[channel].append((number, at))
    return found


def most_in_a_day(times: Sequence[datetime], moment: datetime) -> int:
    """How many of `times` lie in the fullest 24 hours that have `moment` in them."""
    there = sorted(times)
    begins = [at for at in there if moment - DAY < at <= moment]
    return max((bisect_left(there, at + DAY) - bisect_left(there, at) for at in begins), default=0)
