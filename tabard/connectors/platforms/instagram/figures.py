"""Figures of posts and of the profile, by Instagram's own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.errors import Refused, Revoked
from tabard.connectors.families.meta import Graph
from tabard.connectors.http import Http
from tabard.connectors.platforms.instagram.client import graph
from tabard.connectors.since import time_of

OF_POST = "views,reach,likes,comments,saved,shares,total_interactions"
OF_STORY = "views,reach,replies,shares,total_interactions"
OURS = {"comments": "replies"}


class Figures(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts by post; one call for each, for there is none for several."""
        there = graph(access, self.line(access, http))
        found = {post: await _of_post(there, post) for post in remote_ids}
        return {post: counts for post, counts in found.items() if counts is not None}

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """Reach by day; followers and posts as they are now."""
        there = graph(access, self.line(access, http))
        now = await there.get(access.remote_id, fields="followers_count,media_count")
        names = {"followers_count": "followers", "media_count": "posts"}
        found = [Figure(name, now[name], ours) for name, ours in names.items() if type(now.get(name)) is int]
        start, end = (datetime.combine(day, time(), UTC) for day in (since, until + timedelta(days=1)))
        items = await there.items(
            f"{access.remote_id}/insights",
            metric="reach",
            period="day",
            since=int(start.timestamp()),
            until=int(end.timestamp()),
        )
        return found + [
            Figure("reach", value, "reach", (at - timedelta(seconds=1)).date())
            for item in items
            for value, at in _values(item)
            if at
        ]


async def _of_post(there: Graph, post: str) -> dict[str, int] | None:
    """What is counted of one post; None if it is gone. Stories know fewer figures, and refuse all others."""
    for names in (OF_POST, OF_STORY):
        try:
            items = await there.items(f"{post}/insights", metric=names)
        except Refused as refused:
            if refused.code == "gone":
                return None
            if refused.code != "100":
                raise
        except Revoked as revoked:
            if revoked.code != "scope":  # also what a story that few have seen yet answers
                raise
            return None
        else:
            found = {str(each.get("name")): value for each in items for value, _at in _values(each)}
            return {OURS.get(name, name): value for name, value in found.items()}
    return None


def _values(item: Mapping[str, Any]) -> list[tuple[int, datetime | None]]:
    total, values = item.get("total_value"), item.get("values")
    if isinstance(total, dict) and type(total.get("value")) is int:
        return [(total["value"], None)]
    return [
        (each["value"], time_of(each.get("end_time")))
        for each in (values if isinstance(values, list) else ())
        if isinstance(each, dict) and type(each.get("value")) is int
    ]
