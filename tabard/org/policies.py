"""Which policy holds where, and who said so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tabard.org.models import Policy, Unit
from tabard.org.rules import MATTERS, Matter, combined, is_looser


@dataclass(frozen=True)
class PolicyView:
    """One matter at one unit: what holds, what is said here, and where the rest comes from."""

    matter: Matter
    holds: Any
    here: Policy | None
    inherited: Any
    source: Unit | None
    tightened_above: bool


def path_ids(unit: Unit) -> list[int]:
    """The ids of the units from the root down to `unit`."""
    return [int(part) for part in unit.path.split("/") if part]


def policies(unit: Unit) -> list[PolicyView]:
    """Every matter at `unit`. One query."""
    ids = path_ids(unit)
    said = list(Policy.objects.filter(unit__in=ids).select_related("unit", "set_by").order_by("unit__path"))
    above = [p for p in said if p.unit_id != unit.pk]
    whole, before = _combined(said, ids[0]), _combined(above, ids[0])
    found = []
    for name, matter in MATTERS.items():
        here = next((p for p in said if p.unit_id == unit.pk and p.matter == name), None)
        source = next((p.unit for p in reversed(above) if p.matter == name), None)
        overtaken = bool(here and unit.parent_id and is_looser(name, before[name], here.value))
        found.append(PolicyView(matter, whole[name], here, before[name], source, overtaken))
    return found


def inherited(unit: Unit) -> dict[str, Any]:
    """What holds for `unit` by the units above it alone."""
    ids = path_ids(unit)
    said = Policy.objects.filter(unit__in=ids[:-1]).order_by("unit__path")
    return _combined(list(said), ids[0])


def holding(unit: Unit, matter: str) -> Any:
    """What holds at `unit` about one matter. One query."""
    return holding_in([unit], matter)[unit.pk]


def holding_in(units: Iterable[Unit], matter: str) -> dict[int, Any]:
    """What holds at each of `units` about one matter. One query."""
    lines = {unit.pk: path_ids(unit) for unit in units}
    rows = Policy.objects.filter(unit__in={pk for ids in lines.values() for pk in ids}, matter=matter)
    said = {policy.unit_id: policy for policy in rows}
    return {
        pk: _combined([said[each] for each in ids if each in said], ids[0])[matter]
        for pk, ids in lines.items()
    }


def said_above(unit: Unit, matter: str) -> Policy | None:
    """The nearest word on a matter above `unit`."""
    said = Policy.objects.filter(unit__in=path_ids(unit)[:-1], matter=matter).select_related("unit")
    return said.order_by("-unit__path").first()


def _combined(said: list[Policy], root: int) -> dict[str, Any]:
    return combined([(p.matter, p.value, p.unit_id == root) for p in said])
