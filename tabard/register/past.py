"""The register as it stood on a day: what has changed since, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from tabard.kernel.actor import Actor
from tabard.org.models import Past, Person, Unit
from tabard.register.models import Channel, Platform

# What the database keeps of a channel when it changes. A change of this list needs a migration.
KEPT = (
    "unit_id",
    "platform_id",
    "handle",
    "name",
    "url",
    "remote_id",
    "state",
    "owner_id",
    "deputy_id",
    "purpose",
    "audience",
    "languages",
    "business_manager",
    "recovery_email",
    "recovery_owner_id",
    "second_factor",
    "admins",
)


@dataclass(frozen=True)
class Stood:
    """One channel as it was. `facts` by column."""

    channel_id: int
    facts: dict[str, Any]

    @property
    def handle(self) -> str:
        return str(self.facts["handle"])

    @property
    def unit_id(self) -> int:
        return int(self.facts["unit_id"])

    @property
    def state(self) -> str:
        return str(self.facts["state"])


@dataclass
class Names:
    """What ids are called now. Three queries, whatever is asked for."""

    units: dict[int, Unit] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    platforms: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, stood: list[Stood]) -> Names:
        people = {s.facts.get(name) for s in stood for name in ("owner_id", "deputy_id", "recovery_owner_id")}
        return cls(
            Unit.objects.only("name", "path", "arms", "kind").in_bulk({s.unit_id for s in stood}),
            dict(Person.objects.filter(pk__in=people - {None}).values_list("pk", "name")),
            dict(Platform.objects.values_list("slug", "name")),
        )

    def say(self, name: str, value: Any) -> str:
        """One fact in words."""
        if value is None or value == "" or value == []:
            return ""
        if name == "unit_id":
            return str(self.units[value].name) if value in self.units else "…"
        if name == "platform_id":
            return self.platforms.get(value, str(value))
        if name in {"owner_id", "deputy_id", "recovery_owner_id"}:
            return self.people.get(value, "…")
        return ", ".join(value) if isinstance(value, list) else str(value)


def known_since() -> datetime | None:
    """Since when changes of channels are kept."""
    rows = Past.objects.filter(kind="reg_since").order_by("-until")
    return next((past.until for past in rows[:1]), None)


def stood(by: Actor, at: datetime, names: Sequence[str] = KEPT) -> dict[int, Stood]:
    """Every channel that `by` may see now and that was there at `at`, with these facts as they were then.

    Two queries.
    """
    rows = Channel.objects.visible_to(by).filter(created_at__lte=at)
    return _stood(rows.order_by("pk").values("pk", *names), _changed_since(at))


def stood_twice(by: Actor, first: datetime, second: datetime) -> tuple[dict[int, Stood], dict[int, Stood]]:
    """The same at two moments, of those alone that may have changed between them. Three queries."""
    since_first, since_second = _changed_since(first), _changed_since(second)
    which = Q(pk__in=list(since_first)) | Q(created_at__gt=first)
    there = Channel.objects.visible_to(by).filter(which, created_at__lte=second).order_by("pk")
    rows = list(there.values("pk", "created_at", *KEPT))
    early = [row for row in rows if row["created_at"] <= first]
    return _stood(early, since_first), _stood(rows, since_second)


def _stood(rows: Iterable[dict[str, Any]], was: dict[int, dict[str, Any]]) -> dict[int, Stood]:
    there = {}
    for row in rows:
        pk = row["pk"]
        then = {name: value for name, value in was.get(pk, {}).items() if name in row}
        there[pk] = Stood(pk, {**row, **then} if then else row)
    return there


def _changed_since(at: datetime) -> dict[int, dict[str, Any]]:
    """By channel what was different, each fact as the first change after `at` found it."""
    found: dict[int, dict[str, Any]] = {}
    rows = Past.objects.filter(kind="channel", until__gt=at).order_by("until", "pk")
    for thing, value in rows.values_list("thing_id", "value").iterator(2000):
        known = found.setdefault(thing, {})
        for name, was in value.items():
            known.setdefault(name, was)
    return found
