"""Who stands in when somebody leaves: the first of a fixed line who is here."""

from __future__ import annotations

from collections.abc import Iterator

from tabard.kernel import clock
from tabard.org.models import Absence, Grant, Person, Unit


def successor(person: Person) -> Person | None:
    """Who gets what `person` held: their deputy of the moment, the lead or deputy of their unit, then of the
    units above it, then an owner. None if nobody is left."""
    return next((p for p in _line(person) if p is not None and p.is_active and p.pk != person.pk), None)


def _line(person: Person) -> Iterator[Person | None]:
    now = clock.now()
    away = Absence.objects.filter(person=person, starts_at__lte=now, ends_at__gt=now, ended_at=None)
    for absence in away.select_related("deputy"):
        yield absence.deputy
    unit: Unit | None = person.unit
    while unit is not None:
        yield from (unit.lead, unit.deputy)
        unit = unit.parent  # a handful of levels
    owners = Grant.objects.active().filter(role__slug="owner", unit__parent=None, person__is_active=True)
    for grant in owners.select_related("person").order_by("id"):
        yield grant.person
