"""Many units at once, as lists bring them: their paths, addresses and arms are made here, set-wise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.text import slugify

from tabard.kernel import text
from tabard.kernel.actions import step
from tabard.kernel.arms import differ, draw
from tabard.org.models import Unit
from tabard.org.models.units import UnitKind

CHANGED = ("name", "kind", "reference", "lead", "deputy", "zone", "search")


@step
def keep_units(made: Sequence[Unit], changed: Sequence[Unit]) -> None:
    """Store units that were checked by the caller. `made` are new, each with its parent set, new or not."""
    slugs = set(Unit.objects.values_list("slug", flat=True))
    bearings = _Bearings()
    waiting = list(made)
    while waiting:
        level = [u for u in waiting if u.parent is not None and u.parent.pk is not None]
        waiting = [u for u in waiting if u.parent is None or u.parent.pk is None]
        if not level:
            raise ValueError("units whose parents are not among them")
        for unit in level:
            unit.parent = unit.parent  # takes over the key that the parent has by now
            unit.slug = _free(unit.name, slugs)
            unit.arms = bearings.of(unit)
        Unit.objects.bulk_create(level, batch_size=1000)
        for unit in level:
            unit.path = f"{unit.parent.path}{unit.pk}/" if unit.parent else ""
        Unit.objects.bulk_update(level, ["path"], batch_size=1000)
    Unit.objects.bulk_update(changed, CHANGED, batch_size=1000)


class _Bearings:
    """The arms that are taken, read once."""

    def __init__(self) -> None:
        self.own: list[str] = []
        self.teams: dict[int, list[str]] = defaultdict(list)
        for arms, parent in Unit.objects.exclude(arms="").values_list("arms", "parent"):
            if "+" in arms and parent is not None:
                self.teams[parent].append(arms)
            else:
                self.own.append(arms)

    def of(self, unit: Unit) -> str:
        bearer = self._bearer(unit.parent) if unit.kind == UnitKind.TEAM else ""
        if bearer and unit.parent is not None:
            arms = str(differ(unit.name, bearer, self.teams[unit.parent.pk]).arms)
            self.teams[unit.parent.pk].append(arms)
            return arms
        arms = str(draw(unit.name, self.own).arms)
        self.own.append(arms)
        return arms

    def _bearer(self, unit: Unit | None) -> str:
        while unit is not None and (not unit.arms or "+" in unit.arms):
            unit = unit.parent
        return unit.arms if unit else ""


def _free(name: str, taken: set[str]) -> str:
    base = slugify(text.folded(name))[:70] or "unit"
    found = next(s for n in range(1, 1_000_000) if (s := base if n == 1 else f"{base}-{n}") not in taken)
    taken.add(found)
    return found
