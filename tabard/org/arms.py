"""The arms of a unit, drawn once when it is made: unlike every other's; a team's differ from its parent's."""

from __future__ import annotations

from collections.abc import Iterable

from tabard.kernel.arms import differ, draw
from tabard.org.models import Unit
from tabard.org.models.units import UnitKind


def arms_for(unit: Unit, start: int = 0, taken: Iterable[str] | None = None) -> str:
    """The written arms for `unit` (with name, kind and parent set). One query, none with `taken` given."""
    if unit.kind == UnitKind.TEAM and unit.parent is not None:
        bearer = _bearer(unit.parent)
        if bearer:
            siblings = (
                unit.parent.children.exclude(arms="").exclude(pk=unit.pk).values_list("arms", flat=True)
            )
            return str(differ(unit.name, bearer, siblings, start).arms)
    if taken is None:
        others = Unit.objects.exclude(arms="").exclude(arms__contains="+").exclude(pk=unit.pk)
        taken = others.values_list("arms", flat=True)
    return str(draw(unit.name, taken, start).arms)


def _bearer(unit: Unit) -> str:
    """The arms of the nearest unit upward that has its own."""
    here: Unit | None = unit
    while here is not None and (not here.arms or "+" in here.arms):
        here = here.parent
    return here.arms if here else ""
