"""Imports: a file is brought, checked row by row, and written."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, permissions, scanning, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.events import emit, tell
from tabard.org.models import Unit
from tabard.register.events import ImportMoved
from tabard.register.imports.columns import UNITS, Columns, checked, guess
from tabard.register.imports.outcomes import Plan
from tabard.register.imports.plan import plan
from tabard.register.imports.reading import LARGEST, Table, read
from tabard.register.imports.writing import write
from tabard.register.models import Import

State = Import.State
KEPT_ROWS = 50_000
MOST_SHEETS = 10  # that are looked into for a list


@action(
    "import.start",
    may="channels.import",
    on=Unit,
    says=gettext_lazy("%(who)s brought %(what)s to be imported"),
    lock=False,
)
def start_import(by: Actor, unit: Unit, *, name: str, data: bytes, kind: str = "", sheet: str = "") -> Import:
    """Take in a file for `unit` and all below it. Nothing in the register changes yet."""
    if len(data) > LARGEST:
        raise Invalid(
            {"file": [_("The file is larger than 10 MB. Split it, and bring the parts one after the other.")]}
        )
    scanning.demand_clean(data, name=name)
    table, columns = _sheet_that_fits(name, data, kind, sheet)
    made = Import.objects.create(
        unit=unit,
        by_id=by.person_id,
        name=text.name(name)[:200] or "file",
        source=data,
        columns=columns,
        rows=len(table.rows),
    )
    emit(by, ImportMoved(made.pk, unit.pk))
    return made


@action(
    "import.columns",
    may="channels.import",
    on=Import,
    says=gettext_lazy("%(who)s said what the columns of %(what)s are"),
)
def set_columns(
    by: Actor, brought: Import, *, kind: str, fields: Mapping[str, str], sheet: str = ""
) -> Import:
    """Say by hand which column is which; it is remembered for files with the same columns.

    `sheet`: of an Excel file another one, whose columns are found out anew.
    """
    if brought.state not in {State.CHECKED, State.FAILED}:
        raise Conflict(_("Columns can be changed once the file has been checked, and before it is written."))
    if sheet and sheet != brought.columns.get("sheet"):
        table = read(brought.name, bytes(brought.source), sheet)
        brought.columns, brought.rows = _columns_of(table, ""), len(table.rows)
    else:
        headers = brought.columns["headers"]
        brought.columns |= checked(kind, fields, headers).as_data(headers)
    brought.state, brought.rows_done, brought.problem = State.CHECKING, 0, ""
    brought.save()
    emit(by, ImportMoved(brought.pk, brought.unit_id))
    return brought


def check_import(by: Actor, brought: Import) -> Import:
    """Plan every row, telling open screens how far it is, then keep what came of it."""
    permissions.demand(by, "channels.import", brought)

    def progress(done: int) -> None:
        Import.objects.filter(pk=brought.pk).update(rows_done=done)
        tell([f"import {brought.pk} {brought.unit_id}"])

    made = plan(_table(brought), Columns.of(brought.columns), brought.unit, progress)
    return record_plan(by, brought, made=made)


@action("import.check", may="channels.import", on=Import, says=gettext_lazy("%(who)s checked %(what)s"))
def record_plan(by: Actor, brought: Import, *, made: Plan) -> Import:
    """Keep what an import would do."""
    if brought.state != State.CHECKING:
        raise Conflict(_("This import is not being checked."))
    _keep(brought, made)
    brought.state = State.CHECKED
    brought.save()
    emit(by, ImportMoved(brought.pk, brought.unit_id))
    return brought


@action(
    "import.begin",
    may="channels.import",
    on=Import,
    says=gettext_lazy("%(who)s told Tabard to import %(what)s"),
)
def begin_import(by: Actor, brought: Import) -> Import:
    """Somebody has seen the plan and says go."""
    if brought.state != State.CHECKED:
        raise Conflict(_("Only a file that was checked and not yet imported can be imported."))
    brought.state = State.WRITING
    brought.save(update_fields=["state"])
    emit(by, ImportMoved(brought.pk, brought.unit_id))
    return brought


@action(
    "import.write",
    may="channels.import",
    on=Import,
    says=gettext_lazy("%(who)s imported %(what)s: %(new)s new, %(changed)s changed, %(refused)s refused"),
)
def write_import(by: Actor, brought: Import) -> Import:
    """Plan once more on what stands now, and write it all: either every row that fits, or nothing."""
    if brought.state == State.DONE:
        raise Conflict(
            _("This file has been imported already. Bring it again to see what has changed since.")
        )
    made = plan(_table(brought), Columns.of(brought.columns), brought.unit)
    if made.kind == UNITS:
        permissions.demand(by, "org.edit", brought.unit)
    try:
        with transaction.atomic():
            write(by, made, brought.name)
    except IntegrityError as error:
        raise Conflict(
            _("The register changed while this file was being written. Check it again.")
        ) from error
    _keep(brought, made)
    brought.state, brought.ended_at = State.DONE, clock.now()
    brought.save()
    note(**made.counts)
    emit(by, ImportMoved(brought.pk, brought.unit_id))
    return brought


@action(
    "import.fail", may="channels.import", on=Import, says=gettext_lazy("%(what)s of %(who)s was not imported")
)
def fail_import(by: Actor, brought: Import, *, problem: str) -> Import:
    """The file as a whole could not be checked or written."""
    brought.state, brought.problem, brought.ended_at = State.FAILED, problem, clock.now()
    brought.save(update_fields=["state", "problem", "ended_at"])
    emit(by, ImportMoved(brought.pk, brought.unit_id))
    return brought


def _keep(brought: Import, made: Plan) -> None:
    brought.counts = made.counts
    brought.results = [row.as_data() for row in made.rows[:KEPT_ROWS]]
    brought.rows_done = len(made.rows)


def _table(brought: Import) -> Table:
    return read(brought.name, bytes(brought.source), brought.columns.get("sheet", ""))


def _sheet_that_fits(name: str, data: bytes, kind: str, sheet: str) -> tuple[Table, dict[str, Any]]:
    """The table with its columns; where no sheet is named and the first one is no list, the first that is."""
    table = read(name, data, sheet)
    try:
        return table, _columns_of(table, kind)
    except Invalid:
        for other in table.sheets[1:MOST_SHEETS] if not sheet else ():
            with suppress(Invalid):
                found = read(name, data, other)
                return found, _columns_of(found, kind)
        raise


def _columns_of(table: Table, kind: str) -> dict[str, Any]:
    """What the columns of a file are, as it was said of one like it, or as they are called."""
    found = _remembered(table.headers, kind) or guess(table.headers, kind)
    of_sheets = {"sheet": table.sheet, "sheets": list(table.sheets)} if len(table.sheets) > 1 else {}
    return found.as_data(table.headers) | of_sheets


def _remembered(headers: list[str], kind: str) -> Columns | None:
    """What somebody said last of a file with the same columns."""
    there = Import.objects.filter(columns__by_hand=True, columns__headers=headers)
    found = there.order_by("-id").values_list("columns", flat=True).first()
    if found is None or (kind and found["kind"] != kind):
        return None
    return Columns.of(found)
