"""Days as forms give them."""

from __future__ import annotations

from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid


def day(typed: str, field: str) -> date | None:
    """The day that was typed, None for nothing. `Invalid` at `field` where it is none."""
    try:
        found = parse_date(typed) if typed else None
    except ValueError:
        found = None
    if typed and found is None:
        raise Invalid({field: [_("Give a day to come, within two years.")]})
    return found
