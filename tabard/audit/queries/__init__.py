"""Reading the log: by person, thing, action, place and time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tabard.audit.changes import changes
from tabard.audit.lists import LOG, PERIOD, of_period, said, through
from tabard.audit.models import Entry
from tabard.audit.queries.seals import seal_of
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.query import Page

__all__ = ["LOG", "entries", "entry", "exportable", "said", "through", "visible"]


def visible(by: Actor, scope: Any) -> QuerySet[Entry]:
    """Entries about places whose log `by` may read."""
    found = permissions.reach(by, "audit.see")
    rows: QuerySet[Entry] = found.narrow(Entry.objects.all(), unit="unit_id", channel="channel_id")
    return rows.filter(unit_path__startswith=scope.path) if scope else rows


def exportable(by: Actor, scope: Any) -> QuerySet[Entry]:
    """Those of them that `by` may take away as a file."""
    found = permissions.reach(by, "audit.export")
    rows: QuerySet[Entry] = found.narrow(visible(by, scope), unit="unit_id", channel="channel_id")
    return rows


def entries(by: Actor, scope: Any, params: Mapping[str, list[str]]) -> Page[Entry]:
    """A page of the log, each entry with `said`."""
    near = of_period(params)
    page = (LOG if near is None else PERIOD).page(by, visible(by, scope), params, near=near)
    for entry in page.rows:
        entry.said = said(entry)  # type: ignore[attr-defined]
        entry.through = through(entry)  # type: ignore[attr-defined]
    return page


def entry(by: Actor, entry_id: int) -> Entry:
    """One entry, with `said`, `changes` ([name, before, after]) and its `seal`."""
    for found in visible(by, None).filter(pk=entry_id):
        found.said = said(found)  # type: ignore[attr-defined]
        found.through = through(found)  # type: ignore[attr-defined]
        found.changes = changes(found)  # type: ignore[attr-defined]
        found.seal = seal_of(found)  # type: ignore[attr-defined]
        return found
    raise Missing(_("There is no such entry, or it is not yours to read."))
