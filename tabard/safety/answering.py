"""Who has to change a password or a key: the first of a fixed line who is here and may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from tabard.kernel.place import Place
from tabard.org.models import Grant, Person, Unit
from tabard.org.policies import path_ids
from tabard.register.models import Channel

RIGHT = "vault.edit"


class Line:
    """Looked up once for many things at once: three queries, and for each thing only what is above it.

    `also`: rights that it takes besides, to change what another app keeps.
    """

    def __init__(self, units: Iterable[Unit], *also: str) -> None:
        ids = {pk for unit in units for pk in path_ids(unit)}
        self.units = {u.pk: u for u in Unit.objects.filter(pk__in=ids).select_related("lead", "deputy")}
        self._on_unit: dict[int, dict[int, int]] = defaultdict(dict)
        self._on_channel: dict[int, dict[int, int]] = defaultdict(dict)
        owners: dict[int, None] = {}
        for pk, person, unit, channel, role in _grants(ids, [RIGHT, *also]):
            held = self._on_unit[unit] if channel is None else self._on_channel[channel]
            held.setdefault(person, pk)
            if role == "owner" and channel is None and self.units[unit].parent_id is None:
                owners.setdefault(person)
        holders = {
            person for held in (*self._on_unit.values(), *self._on_channel.values()) for person in held
        }
        self._people = Person.objects.in_bulk(holders)
        self._owners = [self._people[pk] for pk in owners]

    def first(self, place: Place, channel: Any = None) -> Person | None:
        """Owner and deputy of the channel, lead and deputy of the unit and of those above it, an owner of the
        organisation: the first of them who may change what is kept there, or else the first who is here."""
        there = [p for p in self._all(place, channel) if p is not None and p.is_active]
        return next((p for p in there if self.may(p, place)), there[0] if there else None)

    def may(self, person: Person, place: Place) -> bool:
        return any(person.pk in held for held in self._over(place))

    def everybody(self, place: Place) -> list[Person]:
        """All who may change what is kept at `place`, by the grant that came first."""
        first: dict[int, int] = {}
        for held in self._over(place):
            for person, grant in held.items():
                first[person] = min(grant, first.get(person, grant))
        return [self._people[pk] for pk in sorted(first, key=first.__getitem__)]

    def _over(self, place: Place) -> Iterator[dict[int, int]]:
        """Who holds the right on the channel, and on the unit and each one above it, by their first grant."""
        if place.channel_id in self._on_channel:
            yield self._on_channel[place.channel_id]
        for pk in _above(place):
            if pk in self._on_unit:
                yield self._on_unit[pk]

    def _all(self, place: Place, channel: Any) -> Iterator[Person | None]:
        if channel is not None:
            yield from (channel.owner, channel.deputy)
        for pk in reversed(_above(place)):
            if unit := self.units.get(pk):
                yield from (unit.lead, unit.deputy)
        yield from self._owners


def _grants(units: set[int], rights: list[str]) -> list[tuple[int, int, int, int | None, str]]:
    """The grants of the rights on these units and on channels in them: whose, where, and by which role."""
    channels = Channel.objects.filter(unit__in=units).values("pk")
    there = Q(channel_id=None, unit__in=units) | Q(channel_id__in=channels)
    may = Grant.objects.active().filter(there, role__permissions__contains=rights, person__is_active=True)
    return list(may.order_by("id").values_list("id", "person", "unit", "channel_id", "role__slug"))


def _above(place: Place) -> list[int]:
    return [int(part) for part in place.unit_path.split("/") if part]
