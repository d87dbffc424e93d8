"""Figures of a location by day. Google gives none of single posts, and those of the last days come late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.families.google import Client
from tabard.connectors.http import Http
from tabard.connectors.platforms.google.card import FIGURES

DAILY = {
    "BUSINESS_IMPRESSIONS_DESKTOP_MAPS": "",
    "BUSINESS_IMPRESSIONS_DESKTOP_SEARCH": "",
    "BUSINESS_IMPRESSIONS_MOBILE_MAPS": "",
    "BUSINESS_IMPRESSIONS_MOBILE_SEARCH": "",
    "BUSINESS_DIRECTION_REQUESTS": "",
    "CALL_CLICKS": "",
    "WEBSITE_CLICKS": "link_clicks",
    "BUSINESS_BOOKINGS": "",
    "BUSINESS_FOOD_MENU_CLICKS": "",
}


class Counting(Connector):
    """`figures`."""

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """What the location was seen and used for, day by day."""
        client = Client.of(access, self.line(access, http))
        url = f"https://{FIGURES}/v1/locations/{access.remote_id}:fetchMultiDailyMetricsTimeSeries"
        days = {
            f"dailyRange.{name}.{part}": getattr(day, part)
            for name, day in (("startDate", since), ("endDate", until))
            for part in ("year", "month", "day")
        }
        found = await client.get(url, dailyMetrics=list(DAILY), **days)
        series = [
            one
            for many in found.get("multiDailyMetricTimeSeries") or ()
            for one in many.get("dailyMetricTimeSeries") or ()
        ]
        return [figure for one in series for figure in _series(one)]


def _series(one: Mapping[str, Any]) -> list[Figure]:
    name = str(one.get("dailyMetric") or "")
    values = (one.get("timeSeries") or {}).get("datedValues") or ()
    return [_figure(name, each) for each in values if name in DAILY and each.get("date")]


def _figure(name: str, each: Mapping[str, Any]) -> Figure:
    day = each["date"]
    # A day on which nothing happened has no value.
    return Figure(name, int(each.get("value") or 0), DAILY[name], date(day["year"], day["month"], day["day"]))
