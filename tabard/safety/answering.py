"""Who has to change a password or a key: the first of a fixed line who is here and may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tabard.kernel.place import Place
from tabard.org.models import Grant, Person, Unit
from tabard.org.policies import path_ids

RIGHT = "vault.edit"


class Line:
    """Looked up once for many things at once: three queries."""

    def __init__(self, units: Iterable[Unit]) -> None:
        ids = {pk for unit in units for pk in path_ids(unit)}
        self.units = {u.pk: u for u in Unit.objects.filter(pk__in=ids).select_related("lead", "deputy")}
        grants = Grant.objects.active().filter(role__permissions__contains=[RIGHT], person__is_active=True)
        self.grants = list(grants.select_related("person", "unit", "role").order_by("id"))

    def first(self, place: Place, channel: Any = None) -> Person | None:
        """Owner and deputy of the channel, lead and deputy of the unit and of those above it, an owner of the
        organisation: the first of them who may change what is kept there, or else the first who is here."""
        there = [p for p in self._all(place, channel) if p is not None and p.is_active]
        return next((p for p in there if self.may(p, place)), there[0] if there else None)

    def may(self, person: Person, place: Place) -> bool:
        return any(person.pk == g.person_id for g in self._over(place))

    def everybody(self, place: Place) -> list[Person]:
        """All who may change what is kept at `place`."""
        return list({g.person_id: g.person for g in self._over(place)}.values())

    def _over(self, place: Place) -> Iterator[Grant]:
        for grant in self.grants:
            if grant.channel_id is not None:
                covers = grant.channel_id == place.channel_id
            else:
                covers = place.unit_path.startswith(grant.unit.path)
            if covers:
                yield grant

    def _all(self, place: Place, channel: Any) -> Iterator[Person | None]:
        if channel is not None:
            yield from (channel.owner, channel.deputy)
        for pk in reversed([int(part) for part in place.unit_path.split("/") if part]):
            if unit := self.units.get(pk):
                yield from (unit.lead, unit.deputy)
        yield from (g.person for g in self.grants if g.role.slug == "owner" and g.unit.parent_id is None)
