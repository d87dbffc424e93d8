"""What sites said, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from tabard.watch.askable import definitions
from tabard.watch.models import Asked
from tabard.watch.sites.whys import EXISTS, MORES, UNSURE, WHYS, More


def said(why: str, more: Any = None) -> str:
    """Why a site could not tell, in the reader's language."""
    if why not in WHYS:
        return ""
    told = More.of(more)
    end = [gettext(MORES[told.code]) % dict(told.values)] if told and _fits(told) else []
    return " ".join([gettext(WHYS[why]), *end])


def _fits(told: More) -> bool:
    try:
        return bool(MORES[told.code] % dict(told.values))
    except KeyError:
        return False


def told(rows: Iterable[Any]) -> list[Asked]:
    """Each with why as `says`, and the name of its site as `site_name`."""
    known, _faults = definitions()
    found = list(rows)
    for each in found:
        each.says = said(each.why, each.more) if each.answer == UNSURE else ""
        each.site_name = known[each.site.site].name if each.site.site in known else each.site.site
        each.tone = "bad" if each.answer == EXISTS else "mute" if each.answer == UNSURE else "ok"
    return found
