"""What an import would do, row by row, before it does anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from tabard.org.models import Unit
from tabard.register.imports.channels import ChannelPlanner
from tabard.register.imports.columns import CHANNELS, Columns
from tabard.register.imports.outcomes import REFUSED, Plan, Row
from tabard.register.imports.reading import Read, Table
from tabard.register.imports.units import UnitPlanner
from tabard.register.imports.world import Unfit

Step = Callable[[int], None]


def plan(table: Table, columns: Columns, top: Unit, progress: Step | None = None) -> Plan:
    """Plan the rows of `table` for the unit `top` and all below it. Reads, never writes."""
    planner: Any = ChannelPlanner(columns, top) if columns.kind == CHANNELS else UnitPlanner(columns, top)
    made = Plan(columns.kind)
    for done, read in enumerate(planner.ordered(table.rows), 1):
        made.rows.append(_one(planner, read))
        if progress and done % 1000 == 0:
            progress(done)
    made.rows.sort(key=lambda row: row.number)
    made.between = getattr(planner, "between", [])
    return made


def _one(planner: Any, read: Read) -> Row:
    """One row; whatever is wrong with it stays with it."""
    label = planner.label(read)
    if read.wrong:
        return Row(read.number, REFUSED, label, why=[read.wrong])
    try:
        row: Row = planner.row(read, label)
    except Unfit as error:
        named = str(planner.labels.get(error.field, ""))
        said = _("%(field)s: %(sentence)s") % {"field": named, "sentence": error} if named else str(error)
        return Row(read.number, REFUSED, label, why=[said])
    return row
