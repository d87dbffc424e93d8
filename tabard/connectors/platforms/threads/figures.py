"""Figures of posts and of the profile, by Threads' own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.threads.client import graph

OF_POST = "views,likes,replies,reposts,quotes,shares"


class Figures(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts by post; one call for each, for there is none for several."""
        there = graph(access, self.line(access, http))
        found: dict[str, dict[str, int]] = {}
        for post in remote_ids:
            try:
                items = await there.items(f"{post}/insights", metric=OF_POST)
            except Refused as refused:
                if refused.code != "gone":
                    raise
                continue
            found[post] = {str(each.get("name")): value for each in items for value in _values(each).values()}
        return found

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """Views by day, and followers as they are now.

        The others are given only as one sum over the time that is asked for, which is no figure of a day.
        """
        there = graph(access, self.line(access, http))
        start = datetime.combine(since, time(), UTC)
        end = datetime.combine(until + timedelta(days=1), time(), UTC)
        span = {"since": int(start.timestamp()), "until": int(end.timestamp())}
        items = await there.items("me/threads_insights", metric="views", **span)
        found = [
            Figure("views", value, "views", day) for each in items for day, value in _values(each).items()
        ]
        try:
            items = await there.items("me/threads_insights", metric="followers_count")
        except Refused:  # not told of a profile that is tied to no Instagram profile
            return found
        return found + [
            Figure("followers_count", n, "followers") for each in items for n in _values(each).values()
        ]


def _values(item: Mapping[str, Any]) -> dict[date | None, int]:
    """The numbers of one figure: by day where the platform counts so, else one without a day."""
    total, values = item.get("total_value"), item.get("values")
    if isinstance(total, dict) and isinstance(total.get("value"), int):
        return {None: total["value"]}
    found: dict[date | None, int] = {}
    for each in values if isinstance(values, list) else ():
        if isinstance(each, dict) and isinstance(each.get("value"), int):
            end = date_of(str(each.get("end_time") or ""))
            # A day is told by the moment at which it ends.
            found[(end - timedelta(seconds=1)).date() if end else None] = each["value"]
    return found
