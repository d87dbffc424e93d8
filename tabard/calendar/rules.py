"""The days of a month page: whole weeks, each day from midnight to midnight where the viewer is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Day:
    """One day of a calendar, and the two moments (UTC) between which it lies in the viewer's zone."""

    date: date
    begins: datetime
    ends: datetime
    in_month: bool
    weekend: bool


def midnight(day: date, zone: str) -> datetime:
    """The moment a day begins in `zone`; where that minute is skipped, the first that exists."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def days(first: date, count: int, zone: str, month: int) -> list[Day]:
    """`count` days from `first`."""
    found = [first + timedelta(days=n) for n in range(count)]
    return [
        Day(d, midnight(d, zone), midnight(d + timedelta(days=1), zone), d.month == month, d.weekday() >= 5)
        for d in found
    ]


def month_days(year: int, month: int, zone: str, *, first_weekday: int = 0) -> list[Day]:
    """The weeks that a month touches, each whole; weeks begin on Monday (0) unless said."""
    first = date(year, month, 1)
    begin = first - timedelta(days=(first.weekday() - first_weekday) % 7)
    after = date(year + month // 12, month % 12 + 1, 1)
    weeks = -(-(after - begin).days // 7)
    return days(begin, weeks * 7, zone, month)
