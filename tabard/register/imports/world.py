"""What stands in the register and the organisation before an import, looked up once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.org.models import Person, Unit
from tabard.register.models import Channel


class Unfit(ValueError):
    """Why one row is refused: a field and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class People:
    """People by e-mail and by name. Two queries' worth of rows, whatever the size of the file."""

    def __init__(self) -> None:
        self.by_email: dict[str, Person] = {}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in Person.objects.only("pk", "email", "name", "is_active"):
            self.by_email[person.email.casefold()] = person
            self.by_name[text.folded(person.name)].append(person)

    def find(self, said: str, field: str) -> Person:
        found = self.by_email.get(said.casefold())
        there = [found] if found else self.by_name.get(text.folded(said), [])
        if len(there) > 1:
            raise Unfit(
                field, _("There are several people called %(name)s; give the e-mail.") % {"name": said}
            )
        if not there:
            raise Unfit(field, _("Nobody here is called %(name)s.") % {"name": said[:80]})
        if not there[0].is_active:
            raise Unfit(field, _("%(person)s has left.") % {"person": there[0]})
        return there[0]


class Units:
    """Open units at or below the unit that the import is for."""

    def __init__(self, top: Unit) -> None:
        self.top = top
        self.by_reference: dict[str, Unit] = {}
        self.by_slug: dict[str, Unit] = {}
        self.by_name: dict[str, list[Unit]] = defaultdict(list)
        self.children: dict[tuple[int, str], Unit] = {}
        units = {
            u.pk: u for u in Unit.objects.open().within(top).select_related("lead", "deputy").order_by("path")
        }
        self.by_id = units
        for unit in units.values():
            if unit.parent_id in units:
                unit.parent = units[unit.parent_id]
            self.add(unit)

    def add(self, unit: Unit) -> None:
        if unit.reference:
            self.by_reference[unit.reference.casefold()] = unit
        if unit.slug:
            self.by_slug[unit.slug] = unit
        self.by_name[text.folded(unit.name)].append(unit)
        if unit.parent is not None:
            self.children[id(unit.parent), text.folded(unit.name)] = unit

    def child(self, parent: Unit, name: str) -> Unit | None:
        return self.children.get((id(parent), text.folded(name)))

    def find(self, said: str, field: str = "unit") -> Unit:
        """By reference, slug, name, or a way down such as `House > Ohio`."""
        found = self.by_reference.get(said.casefold()) or self.by_slug.get(said)
        if found is not None:
            return found
        there = self._way(said) if ">" in said else self.by_name.get(text.folded(said), [])
        if len(there) > 1:
            sentence = _("There are %(n)s units called %(name)s; give the reference of one.")
            raise Unfit(field, sentence % {"n": len(there), "name": said[:80]})
        if not there:
            sentence = _("There is no unit “%(name)s” in %(top)s.")
            raise Unfit(field, sentence % {"name": said[:80], "top": self.top.name})
        return there[0]

    def _way(self, said: str) -> list[Unit]:
        names = [n.strip() for n in said.split(">")]
        here = self.by_name.get(text.folded(names[0]), [])
        for name in names[1:]:
            here = [child for unit in here if (child := self.child(unit, name))]
        return here


class Channels:
    """Every channel of the organisation by its three keys: two imports must not make one channel twice."""

    def __init__(self, units: Units) -> None:
        self.by_reference: dict[str, Channel] = {}
        self.by_id: dict[tuple[str, str], Channel] = {}
        self.by_handle: dict[tuple[str, str], Channel] = {}
        self.retired: dict[tuple[str, str], Channel] = {}
        rows: Any = Channel.objects.select_related("unit", "owner", "deputy", "recovery_owner")
        for channel in rows.iterator(2000):
            channel.unit = units.by_id.get(channel.unit_id, channel.unit)
            if channel.state == "retired":
                self.retired[channel.platform_id, channel.handle.casefold()] = channel
            else:
                self.add(channel)

    def add(self, channel: Channel) -> None:
        if channel.reference:
            self.by_reference[channel.reference.casefold()] = channel
        if channel.remote_id:
            self.by_id[channel.platform_id, channel.remote_id] = channel
        self.by_handle[channel.platform_id, channel.handle.casefold()] = channel
