"""Figures of posts and of the page, by Facebook's own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.errors import Refused
from tabard.connectors.families.meta import Graph
from tabard.connectors.http import Http
from tabard.connectors.platforms.facebook.client import graph
from tabard.connectors.since import time_of

REACTED = "reactions.limit(0).summary(total_count),comments.limit(0).filter(stream).summary(total_count)"
BY_DAY = {"page_media_view": "views", "page_total_media_view_unique": "reach", "page_post_engagements": ""}


class Figures(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts by post; one call for each."""
        there = graph(access, self.line(access, http))
        found = {post: await _of_post(there, post) for post in remote_ids}
        return {post: counts for post, counts in found.items() if counts is not None}

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """Followers as they are now, the rest by day, one by one: an unknown name fails a whole call."""
        there = graph(access, self.line(access, http))
        now = (await there.get(access.remote_id, fields="followers_count")).get("followers_count")
        found = [Figure("followers_count", now, "followers")] if type(now) is int else []
        start, end = (datetime.combine(day, time(), UTC) for day in (since, until + timedelta(days=1)))
        span = {"period": "day", "since": int(start.timestamp()), "until": int(end.timestamp())}
        for name, ours in BY_DAY.items():
            try:
                items = await there.items(f"{access.remote_id}/insights", metric=name, **span)
            except Refused as refused:
                if refused.code != "100":  # a page that few follow, or a name that has ended
                    raise
                continue
            found += [Figure(name, value, ours, day) for item in items for day, value in _days(item)]
        return found


async def _of_post(there: Graph, post: str) -> dict[str, int] | None:
    """What is counted of one post; None if it is gone. A film counts no shares."""
    fields = f"{REACTED},shares" if "_" in post else REACTED
    try:
        found = await there.get(post, fields=fields)
    except Refused as refused:
        if refused.code != "gone":
            raise
        return None
    counts = {"likes": _total(found.get("reactions")), "replies": _total(found.get("comments"))}
    shares = found.get("shares")
    return counts | {"shares": _count(shares)}


def _count(found: Any) -> int:
    count = found.get("count") if isinstance(found, dict) else None
    return count if type(count) is int else 0


def _total(found: Any) -> int:
    summary = found.get("summary") if isinstance(found, dict) else None
    total = summary.get("total_count") if isinstance(summary, dict) else None
    return total if type(total) is int else 0


def _days(item: Mapping[str, Any]) -> list[tuple[date, int]]:
    values = item.get("values")
    return [
        ((at - timedelta(seconds=1)).date(), each["value"])
        for each in (values if isinstance(values, list) else ())
        if isinstance(each, dict) and type(each.get("value")) is int and (at := time_of(each.get("end_time")))
    ]
