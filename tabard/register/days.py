"""Days as people name them in questions about the past."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.errors import Invalid


def end_of(said: str, zone: str, name: str = "day") -> datetime | None:
    """The last moment of a past day; None for today, and where no day is named. `Invalid` about `name`."""
    if not said:
        return None
    try:
        day: date | None = parse_date(said)
    except ValueError:
        day = None
    if day is None or not 1971 <= day.year <= 2199:
        raise Invalid({name: [_("“%(given)s” is not a day.") % {"given": said[:20]}]})
    end = datetime.combine(day, time.max, ZoneInfo(zone))
    return end if end < clock.now() else None
