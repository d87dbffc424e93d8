"""Who answers for a unit, read for many units at once."""

from __future__ import annotations

from collections.abc import Iterable

from tabard.attestation.rules import Desk
from tabard.kernel import clock
from tabard.org.models import Absence, Grant, Person, Unit
from tabard.org.policies import path_ids


class Lines:
    """The leads and deputies of units and of all above them, those who are here. Three queries."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.ids = {unit.pk: path_ids(unit)[::-1] for unit in units}
        needed = {pk for line in self.ids.values() for pk in line}
        said = {pk: (lead, deputy) for pk, lead, deputy in _leads(needed)}
        people = {p for pair in said.values() for p in pair if p}
        self.here = set(Person.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
        self.desks = {pk: Desk(self._if_here(lead), self._if_here(dep)) for pk, (lead, dep) in said.items()}
        owners = Grant.objects.active().filter(role__slug="owner", unit__parent=None, person__is_active=True)
        self.owners: list[int] = list(owners.order_by("id").values_list("person", flat=True))

    def of(self, unit_id: int) -> list[Desk]:
        """The unit and the ones above it, upward."""
        return [self.desks[pk] for pk in self.ids[unit_id] if pk in self.desks]

    def _if_here(self, person: int | None) -> int | None:
        return person if person in self.here else None


def standing_in(people: Iterable[int]) -> dict[int, list[int]]:
    """By person: who stands in for them at this moment. One query."""
    now = clock.now()
    away = Absence.objects.filter(
        person__in=set(people), ended_at=None, starts_at__lte=now, ends_at__gt=now, deputy__is_active=True
    )
    found: dict[int, list[int]] = {}
    for person, deputy in away.order_by("id").values_list("person", "deputy"):
        found.setdefault(person, []).append(deputy)
    return found


def _leads(units: set[int]) -> Iterable[tuple[int, int | None, int | None]]:
    found: Iterable[tuple[int, int | None, int | None]] = Unit.objects.filter(pk__in=units).values_list(
        "pk", "lead", "deputy"
    )
    return found
