"""What is read of imports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.permissions import reach
from tabard.kernel.query import safe_cell
from tabard.org.models import Unit
from tabard.register.imports.columns import KNOWN
from tabard.register.imports.reading import read
from tabard.register.models import Import

SHOWN = 200


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
