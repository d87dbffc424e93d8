"""What an answer's status means where a platform gives it no meaning of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from tabard.connectors.errors import ConnectorError, Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.http import Answer
from tabard.connectors.scrub import scrub
from tabard.connectors.words import _

WAIT = timedelta(minutes=5)  # if a platform says "too many" and not for how long
LONGEST = timedelta(days=1)


def object_of(answer: Answer, error: Callable[[Answer], ConnectorError]) -> dict[str, Any]:
    """The object of an answer that is a success; else the `error` that it means there is raised."""
    if not answer.ok:
        raise error(answer)
    found = answer.json()
    if isinstance(found, dict):
        return found
    raise answer.unreadable()


def asked_until(headers: httpx.Headers, now: datetime) -> datetime | None:
    """When a platform asks to be called again, from any of the headers in use; None if it does not say.

    Retry-After is seconds or a date; the reset headers are seconds since 1970, seconds from now, or ISO
    times.
    """
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"):
        if until := time_in(headers.get(name, ""), now):
            return min(max(until, now + timedelta(seconds=1)), now + LONGEST)
    return None


def time_in(value: str, now: datetime) -> datetime | None:
    """A moment as headers write it: seconds since 1970, seconds from now, or a date."""
    value = value.strip()
    try:
        number = float(value)
    except ValueError:
        return date_of(value)
    if not 0 <= number < 4e9:
        return None
    return datetime.fromtimestamp(number, UTC) if number > 1e9 else now + timedelta(seconds=number)


def date_of(value: str) -> datetime | None:
    """A time as headers and answers write it (ISO 8601 or RFC 9110), aware; None if it is none."""
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        try:
            found = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def limited(answer: Answer) -> Limited:
    """The error for "too many requests"."""
    now = answer.http.clock()
    says = _("The platform's limit is reached for now.")
    return Limited(says, until=asked_until(answer.headers, now) or now + WAIT, raw=answer.raw())


def failure(answer: Answer, says: str = "", code: str = "") -> ConnectorError:
    """The error for an answer that is no success. `says`: what the platform itself said, for people."""
    status, raw = answer.status, answer.raw()
    if status == 429:
        return limited(answer)
    if status == 401:
        return Revoked(_("The platform no longer accepts this channel's credential."), code=code, raw=raw)
    if status >= 500 or status in {408, 425}:
        if answer.commit:
            return Unsure(
                _("The platform had a fault while it took the post."), code=code or "fault", raw=raw
            )
        until = asked_until(answer.headers, answer.http.clock())
        return Later(_("The platform has a fault at the moment."), code=code or "fault", raw=raw, until=until)
    if says:
        return Refused(
            _("The platform refused it: %(reason)s"),
            code=code,
            raw=raw,
            reason=scrub(says, answer.http.hidden())[:300],
        )
    return Refused(_("The platform refused it (answer %(status)s)."), code=code, raw=raw, status=status)
