"""What is read of imports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, named
from tabard.kernel.permissions import reach
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort, safe_cell
from tabard.kernel.text import folded
from tabard.org.models import Unit
from tabard.register.imports.columns import KNOWN
from tabard.register.imports.reading import read
from tabard.register.models import Import

SHOWN = 200


def _search(rows: QuerySet[Import], words: str) -> QuerySet[Import]:
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(by__search__contains=folded(word)))
    return rows


def _refusing(rows: QuerySet[Import], values: list[str]) -> QuerySet[Import]:
    return rows.filter(counts__refused__gt=0) if "yes" in values else rows


IMPORTS: Listing[Import] = Listing(
    name="imports",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)),),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(Import.State.choices)),
        Filter(
            "refused", gettext_lazy("Refused"), _refusing, lambda by: [Choice("yes", _("Has refused rows"))]
        ),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("File"), lambda i: i.name),
        Column(gettext_lazy("Unit"), lambda i: i.unit.name),
        Column(gettext_lazy("By"), lambda i: i.by),
        Column(gettext_lazy("State"), lambda i: i.get_state_display()),
        Column(gettext_lazy("Rows"), lambda i: i.rows),
        Column(gettext_lazy("Refused"), lambda i: i.counts.get("refused", 0)),
        Column(gettext_lazy("Brought (UTC)"), lambda i: i.started_at.isoformat(timespec="minutes")),
    ),
)


def page(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Import]:
    """A page of imports."""
    return IMPORTS.page(by, imports(by, scope), params)


def imports(by: Actor, scope: Unit | None) -> QuerySet[Import]:
    """Imports that `by` may see, the newest first, without their files."""
    rows: QuerySet[Any] = reach(by, "channels.import").narrow(Import.objects.all(), unit="unit")
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return rows.select_related("unit", "by").defer("source", "results")


def brought(by: Actor, import_id: int) -> Import:
    """One import. `Missing` if there is none, or not for `by`."""
    found = imports(by, None).filter(pk=import_id).first()
    if found is None:
        raise Missing(_("There is no such import, or it is not yours to see."))
    return found


def results(found: Import, outcome: str = "", after: int = 0, most: int = SHOWN) -> list[dict[str, Any]]:
    """What became of the rows: those with `outcome`, from a row on."""
    rows = [r for r in found.results if r["row"] > after and (not outcome or r["outcome"] == outcome)]
    return rows[:most]


def fields(kind: str) -> Sequence[tuple[str, str]]:
    """What a column can be."""
    return [(field, str(label)) for field, (label, _names) in KNOWN[kind].items()]


def mapping(found: Import) -> list[tuple[str, str]]:
    """Each column of the file with the field it is taken for, or nothing."""
    taken = {header: field for field, header in found.columns.get("map", {}).items()}
    return [(header, taken.get(header, "")) for header in found.columns.get("headers", []) if header]


def refused_rows(found: Import) -> Iterator[str]:
    """The refused rows as CSV, as they were, with the reason: to be mended and brought again."""
    why = {r["row"]: " ".join(r["why"]) for r in found.results if r["outcome"] == "refused"}
    table = read(found.name, bytes(found.source))
    headers = [h for h in table.headers if h]
    yield "\ufeff" + _line([*map(safe_cell, headers), _("Why it was refused")])
    for row in table.rows:
        if row.number in why:
            yield _line([*(safe_cell(row.cells.get(h, "")) for h in headers), safe_cell(why[row.number])])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
