"""What forms of the log send, as actions take it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid


def number(request: Any, name: str) -> int | None:
    """A whole number, or None where nothing was typed."""
    typed = request.POST.get(name, "").strip()
    if not typed:
        return None
    found = text.number(typed)
    if found is None:
        raise Invalid({name: [_("Give a whole number.")]})
    return found


def day(request: Any, name: str) -> datetime | None:
    """The beginning of a day in the reader's zone, or None where nothing was typed."""
    typed = request.POST.get(name, "").strip()
    if not typed:
        return None
    try:
        found = parse_date(typed)
    except ValueError:
        found = None
    if found is None or not 1971 <= found.year <= 2199:
        raise Invalid({name: [_("“%(given)s” is not a day.") % {"given": typed[:20]}]})
    return datetime.combine(found, time.min, timezone.get_current_timezone())
