"""What an answer says besides itself, out of a form or from a program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tabard.attestation.kinds import Clean
from tabard.kernel import clock, text
from tabard.kernel.errors import Invalid


def meant(carries: Mapping[str, Clean], said: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """`said` as it is meant; `Invalid` names every field that cannot be, or that is not asked for."""
    found, wrong = {}, {}
    for name, value in said.items():
        if name not in carries:
            wrong[name] = [_("This answer does not take “%(name)s”.") % {"name": name[:40]}]
            continue
        try:
            found[name] = carries[name](value, zone)
        except Invalid as error:
            wrong[name] = error.fields.get(name) or [error.reason]
        except ValueError as error:
            wrong[name] = [str(error)]
    if wrong:
        raise Invalid(wrong)
    return found


def kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same as it is kept with the answer: plain values, without what was left open."""
    return {name: _plain(value) for name, value in sorted(given.items()) if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list) else str(value)


def number(value: Any, zone: str) -> int | None:
    """The number of something; nothing where nothing is said."""
    if value in (None, ""):
        return None
    found = value if isinstance(value, int) and not isinstance(value, bool) else text.number(str(value))
    if found is None:
        raise ValueError(_("“%(given)s” is no number.") % {"given": str(value)[:20]})
    return found


def moment(value: Any, zone: str) -> datetime | None:
    """A day and time; without a zone of its own it is meant in `zone`."""
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, datetime) else parse_datetime(str(value))
    except ValueError:
        found = None
    if found is None:
        raise ValueError(_("“%(given)s” is not a day and time.") % {"given": str(value)[:25]})
    if not 1970 <= found.year <= 2200:
        raise ValueError(_("“%(given)s” is not a day and time.") % {"given": str(value)[:25]})
    return found if found.tzinfo else clock.to_utc(found, zone)


def line(value: Any, zone: str) -> str:
    """One line of words."""
    return text.name(str(value if value is not None else ""))[:500]
