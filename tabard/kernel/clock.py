"""The one clock. Everything that asks for the time asks here, so that a test can set it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid

# By how much the clocks of two nodes may differ before what comes from later on is no longer believed.
SLACK = timedelta(minutes=5)

_set_to: datetime | None = None
_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _standing.get() or _set_to or datetime.now(UTC)


def today() -> date:
    """The current day in UTC."""
    return now().date()


def latest() -> datetime:
    """The latest moment from which something can come that has happened already."""
    return now() + SLACK


def within(since: datetime, span: timedelta) -> bool:
    """Whether `since` is no longer ago than `span`.

    No if it comes from later on: then the clock was set back, and how long ago it is nobody knows.
    """
    return -SLACK <= now() - since <= span


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Set the clock for a test."""
    global _set_to
    before, _set_to = _set_to, moment.astimezone(UTC)
    try:
        yield
    finally:
        _set_to = before


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """Let it be `moment`, for who asks here and now alone: other threads go on."""
    before = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(before)


def to_utc(local: datetime, zone: str, *, field: str = "due_at") -> datetime:
    """The moment a wall clock in `zone` shows `local` (without zone), in UTC.

    On the night the clocks go back an hour exists twice: the first one is meant. On the night they go
    forward an hour does not exist: refused, with the hour after it as the proposal.
    """
    if local.tzinfo is not None:
        raise ValueError("local must be a wall-clock time without zone")
    there = ZoneInfo(zone)
    moment = local.replace(tzinfo=there, fold=0).astimezone(UTC)
    back = moment.astimezone(there).replace(tzinfo=None)
    if back != local:
        raise Invalid(
            {
                field: [
                    _("%(time)s does not exist in %(zone)s on that day: the clocks go forward. Try %(next)s.")
                    % {"time": f"{local:%H:%M}", "zone": zone, "next": f"{back:%H:%M}"}
                ]
            }
        )
    return moment


def is_twice(local: datetime, zone: str) -> bool:
    """Whether a wall clock in `zone` shows `local` twice: the clocks go back that night."""
    there = ZoneInfo(zone)
    first, second = (local.replace(tzinfo=there, fold=fold) for fold in (0, 1))
    # In a gap the two differ as well, but then the first one is the later.
    return first.utcoffset() != second.utcoffset() and first.astimezone(UTC) < second.astimezone(UTC)


def from_utc(moment: datetime, zone: str) -> datetime:
    """What a wall clock in `zone` shows at `moment`, without zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def known_zone(zone: str, *, field: str = "zone") -> str:
    """`zone` if it is a name of the IANA time zone database, else `Invalid`."""
    if zone not in available_timezones():
        raise Invalid(
            {field: [_("“%(zone)s” is not a time zone. Write it as Europe/Sofia.") % {"zone": zone[:60]}]}
        )
    return zone


def spread(most: float) -> float:
    """A factor between 1 and `most`, for waits of many that shall not all end at once."""
    return 1 + (most - 1) * secrets.randbelow(10_000) / 10_000
