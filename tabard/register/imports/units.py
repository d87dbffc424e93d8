"""Rows about units: where each stands in the tree, and who leads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.clock import known_zone
from tabard.kernel.errors import Invalid
from tabard.org.models import Unit
from tabard.org.models.units import UnitKind
from tabard.register.imports.columns import KNOWN, UNITS, Columns
from tabard.register.imports.outcomes import CHANGED, NEW, SAME, Row
from tabard.register.imports.reading import Read
from tabard.register.imports.world import People, Unfit, Units

LEVELS = ("level1", "level2", "level3")


class UnitPlanner:
    """Parents are planned before what stands below them, wherever they are in the file."""

    labels = {name: label for name, (label, _names) in KNOWN[UNITS].items()}

    def __init__(self, columns: Columns, top: Unit) -> None:
        self.columns, self.top = columns, top
        self.units, self.people = Units(top), People()
        self.top = self.units.by_id[top.pk]
        self.between: list[Unit] = []
        self.said: dict[int, int] = {}

    def label(self, read: Read) -> str:
        return self.columns.values(read.cells).get("name", "")[:120]

    def ordered(self, rows: list[Read]) -> Iterable[Read]:
        """Rows whose parent is in the file come after it; those that wait for each other come last."""
        if "parent" not in self.columns.fields:
            return rows
        own: dict[str, Read] = {}
        for read in rows:
            values = self.columns.values(read.cells)
            for key in (values.get("name", ""), values.get("reference", "")):
                if key:
                    own.setdefault(key.casefold(), read)
        found: dict[int, Read] = {}
        for read in rows:
            way: list[Read] = []
            here: Read | None = read
            while here is not None and here.number not in found and here not in way:
                way.append(here)
                here = own.get(self.columns.values(here.cells).get("parent", "\0").casefold())
            for each in reversed(way):
                found[each.number] = each
        return list(found.values())

    def row(self, read: Read, label: str) -> Row:
        values = self.columns.values(read.cells)
        name = text.name(values.get("name", ""))
        if not name or len(name) > 120:
            raise Unfit("name", _("Give a name of 1 to 120 characters."))
        known = self._known(values)
        unit = self.units.by_reference.get(values.get("reference", "").casefold() or "\0")
        parent = self._parent(values)
        unit = unit or self.units.child(parent, name)
        if unit is None:
            return self._new(read, label, parent, name, known)
        return self._change(read, label, unit, parent, {**known, "name": name})

    def _known(self, values: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for who in ("lead", "deputy"):
            if who in values:
                found[who] = self.people.find(values[who], who)
        if "reference" in values:
            found["reference"] = text.name(values["reference"])[:120]
        if "zone" in values:
            try:
                found["zone"] = known_zone(values["zone"])
            except Invalid as error:
                raise Unfit("zone", error.reason) from error
        if "kind" in values:
            kinds = {str(v).casefold(): k for k, label in UnitKind.choices for v in (k, label)}
            found["kind"] = kinds.get(values["kind"].casefold(), "")
            if found["kind"] in {"", UnitKind.ORGANISATION}:
                raise Unfit("kind", _("Choose region, district or team."))
        return found

    def _parent(self, values: dict[str, str]) -> Unit:
        here = self.units.find(values["parent"], "parent") if "parent" in values else self.top
        for level in LEVELS:
            if level in values:
                here = self._below(here, text.name(values[level])[:120])
        return here

    def _below(self, parent: Unit, name: str) -> Unit:
        found = self.units.child(parent, name)
        if found is None:
            found = self._made(parent, name, {})
            self.between.append(found)
        return found

    def _made(self, parent: Unit, name: str, known: dict[str, Any]) -> Unit:
        unit = Unit(parent=parent, name=name, search=text.folded(name))
        unit.zone = parent.zone
        for field, value in known.items():
            setattr(unit, field, value)
        unit.kind = unit.kind or _kind_below(parent)
        self._checked_leads(unit.lead, unit.deputy)
        self.units.add(unit)
        return unit

    def _new(self, read: Read, label: str, parent: Unit, name: str, known: dict[str, Any]) -> Row:
        unit = self._made(parent, name, known)
        self.said[id(unit)] = read.number
        changes = {"parent": [None, parent.name], "name": [None, name]}
        changes |= {k: [None, _shown(v)] for k, v in known.items()}
        return Row(read.number, NEW, label, changes, thing=unit)

    def _change(self, read: Read, label: str, unit: Unit, parent: Unit, wanted: dict[str, Any]) -> Row:
        if unit is self.top:
            wanted.pop("kind", None)
        elif unit.parent is not parent and (self._says_where() or unit.parent is None):
            sentence = _(
                "It stands in %(here)s. Moving a unit to %(there)s is a reorganisation, not an import."
            )
            raise Unfit("parent", sentence % {"here": unit.parent, "there": parent.name})
        changes = {
            name: [_shown(getattr(unit, name)), _shown(value)]
            for name, value in wanted.items()
            if getattr(unit, name) != value
        }
        if not changes:
            return Row(read.number, SAME, label, thing=unit)
        if (earlier := self.said.get(id(unit))) is not None:
            sentence = _("Row %(row)s already speaks of this unit and says otherwise.")
            raise Unfit("", sentence % {"row": earlier})
        other = self.units.child(unit.parent, wanted["name"]) if unit.parent is not None else None
        if other is not None and other is not unit:
            raise Unfit("name", _("There is already a unit “%(name)s” there.") % {"name": wanted["name"]})
        self._checked_leads(wanted.get("lead", unit.lead), wanted.get("deputy", unit.deputy))
        for name in changes:
            setattr(unit, name, wanted[name])
        unit.search = text.folded(unit.name)
        self.units.add(unit)
        self.said[id(unit)] = read.number
        return Row(read.number, CHANGED, label, changes, thing=unit)

    def _says_where(self) -> bool:
        return any(name in self.columns.fields for name in ("parent", *LEVELS))

    def _checked_leads(self, lead: Any, deputy: Any) -> None:
        if lead and deputy and lead.pk == deputy.pk:
            raise Unfit("deputy", _("The deputy must be somebody other than the lead."))


def _kind_below(parent: Unit) -> str:
    below = {UnitKind.ORGANISATION: UnitKind.REGION, UnitKind.REGION: UnitKind.DISTRICT}
    return below.get(UnitKind(parent.kind), UnitKind.TEAM)


def _shown(value: Any) -> Any:
    return getattr(value, "email", value)
