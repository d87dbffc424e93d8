"""Figures of pins and of the account, under Pinterest's names and ours. They settle after about two days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.http import Http
from tabard.connectors.platforms.pinterest.client import Client

AT_ONCE, BACK = 100, 89  # pins in one question; days that are kept there
PIN = {
    "TOTAL_REACTIONS": "likes",
    "SAVE": "shares",
    "TOTAL_COMMENTS": "replies",
    "IMPRESSION": "impressions",
    "PIN_CLICK": "clicks",
    "OUTBOUND_CLICK": "link_clicks",
}
ACCOUNT = {
    "IMPRESSION": "impressions",
    "ENGAGEMENT": "engagements",
    "PIN_CLICK": "clicks",
    "OUTBOUND_CLICK": "link_clicks",
    "SAVE": "shares",
}


class Measuring(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """What became of each pin in the last 90 days."""
        client, today = Client.of(access, self.line(access, http)), http.clock().date()
        found: dict[str, dict[str, int]] = {}
        for at in range(0, len(remote_ids), AT_ONCE):
            answer = await client.get(
                "/pins/analytics",
                pin_ids=list(remote_ids[at : at + AT_ONCE]),
                start_date=str(today - timedelta(days=BACK)),
                end_date=str(today),
                metric_types=list(PIN),
            )
            found |= {pin: counts for pin, each in answer.items() if (counts := _pin(each)) is not None}
        return found

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """The account's figures by day, and its followers now."""
        client = Client.of(access, self.line(access, http))
        account = await client.get("/user_account")
        followers = account.get("follower_count")
        known = [Figure("follower_count", followers, "followers")] if isinstance(followers, int) else []
        oldest = http.clock().date() - timedelta(days=BACK)
        answer = await client.get(
            "/user_account/analytics",
            start_date=str(max(since, oldest)),
            end_date=str(max(until, oldest)),
            metric_types=list(ACCOUNT),
        )
        by_day = (answer.get("all") or {}).get("daily_metrics") or ()
        return known + [figure for day in by_day for figure in _day(day)]


def _pin(found: Any) -> dict[str, int] | None:
    """Counts of a pin that is there, under our names; None for one that is gone."""
    every = found.get("all") if isinstance(found, dict) else None
    if not isinstance(every, dict):
        return None
    # Reactions and comments are told for the pin's whole life only.
    counts = {**(every.get("summary_metrics") or {}), **(every.get("lifetime_metrics") or {})}
    return {ours: round(float(counts.get(theirs) or 0)) for theirs, ours in PIN.items()}


def _day(found: Mapping[str, Any]) -> list[Figure]:
    """A day's figures; one that is not worked out yet has none."""
    if found.get("data_status") not in {"READY", None}:
        return []
    day = date.fromisoformat(str(found["date"]))
    counts = found.get("metrics") or {}
    return [
        Figure(theirs, round(float(counts[theirs])), ours, day)
        for theirs, ours in ACCOUNT.items()
        if isinstance(counts.get(theirs), int | float)
    ]
