"""Figures of posts and of the page, under LinkedIn's names and ours. Days are those of UTC.

Only what was not paid for is counted there, for twelve months back; the last two days come late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.errors import Refused, Revoked
from tabard.connectors.http import Http
from tabard.connectors.platforms.linkedin.client import Client
from tabard.connectors.platforms.linkedin.urns import POST, author, path, whole

AT_ONCE, BACK = 50, 364  # posts in one question; days that are kept there
SHARED = {
    "likeCount": "likes",
    "shareCount": "shares",
    "commentCount": "replies",
    "impressionCount": "impressions",
    "uniqueImpressionsCount": "reach",
    "clickCount": "clicks",
}
GAINED = {"organicFollowerGain": "", "paidFollowerGain": ""}
SEEN = {"pageViews": "views", "uniquePageViews": ""}
LISTS = {"share": "shares", "ugcPost": "ugcPosts"}  # each kind of post has a list of its own


class Figures(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts by post, as they stand now. What is no post, or is gone, is left out."""
        client, page = Client.of(access, self.line(access, http)), author(access)
        found: dict[str, dict[str, int]] = {}
        for kind, name in LISTS.items():
            mine = [urn for urn in remote_ids if whole(POST, urn).startswith(f"urn:li:{kind}:")]
            for at in range(0, len(mine), AT_ONCE):
                wanted = ",".join(path(urn) for urn in mine[at : at + AT_ONCE])
                items = await _asked(
                    client, "organizationalEntityShareStatistics", page, f"{name}=List({wanted})"
                )
                found |= {str(each.get(kind)): _counts(each) for each in items if each.get(kind) in mine}
        return found

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """Followers as they are now; the rest by day."""
        client, page = Client.of(access, self.line(access, http)), author(access)
        found = await _followers(client, page)
        today = http.clock().astimezone(UTC).date()
        since, until = max(since, today - timedelta(days=BACK)), min(until, today)
        if since > until:
            return found
        days = f"timeIntervals=(timeRange:{_span(since, until)},timeGranularityType:DAY)"
        for each in await _asked(client, "organizationalEntityShareStatistics", page, days):
            found += _day(each, each.get("totalShareStatistics"), SHARED)
        for each in await _asked(client, "organizationalEntityFollowerStatistics", page, days):
            found += _day(each, each.get("followerGains"), GAINED)
        if ":organizationBrand:" not in page:  # visits of a brand's page are counted elsewhere
            for each in await _asked(client, "organizationPageStatistics", page, days):
                found += _day(each, _views(each), SEEN)
        return found


async def _asked(client: Client, name: str, page: str, more: str) -> list[dict[str, Any]]:
    """One kind of figures; the question has another name for visits of the page."""
    word = "organization" if name == "organizationPageStatistics" else "organizationalEntity"
    found = await client.get(f"/rest/{name}?q={word}&{word}={path(page)}&{more}")
    items = found.get("elements")
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


async def _followers(client: Client, page: str) -> list[Figure]:
    """How many follow; some roles are not told, and are told the rest all the same."""
    try:
        found = await client.get(f"/rest/networkSizes/{path(page)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER")
    except (Refused, Revoked) as refused:
        if refused.code not in {"scope", "gone"}:
            raise
        return []
    now = found.get("firstDegreeSize")
    return [Figure("firstDegreeSize", now, "followers")] if type(now) is int else []


def _span(since: date, until: date) -> str:
    start, end = (datetime.combine(day, time(), UTC) for day in (since, until + timedelta(days=1)))
    return f"(start:{int(start.timestamp() * 1000)},end:{int(end.timestamp() * 1000)})"


def _counts(each: Mapping[str, Any]) -> dict[str, int]:
    told = each.get("totalShareStatistics")
    known: Mapping[str, Any] = told if isinstance(told, dict) else {}
    return {ours: _whole(known.get(theirs)) for theirs, ours in SHARED.items()}


def _whole(value: object) -> int:
    """A count; likes go below zero there where people took them back from a paid copy."""
    return max(value, 0) if type(value) is int else 0


def _views(each: Mapping[str, Any]) -> object:
    found: Any = each
    for name in ("totalPageStatistics", "views", "allPageViews"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _day(each: Mapping[str, Any], told: object, names: Mapping[str, str]) -> list[Figure]:
    span = each.get("timeRange")
    start = span.get("start") if isinstance(span, dict) else None
    if type(start) is not int or not 0 < start < 4e12 or not isinstance(told, dict):
        return []
    day = datetime.fromtimestamp(start / 1000, UTC).date()
    return [
        Figure(theirs, _whole(told[theirs]), ours, day)
        for theirs, ours in names.items()
        if type(told.get(theirs)) is int
    ]
