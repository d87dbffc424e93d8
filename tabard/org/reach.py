"""How far an actor's grants reach: the one place where permission meets rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.permissions import ALLOWED, Answer
from tabard.kernel.place import Place
from tabard.org.catalogue import OWN, PERMISSIONS
from tabard.org.models import Absence, Grant, Person, Unit

Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass(frozen=True)
class Held:
    """A grant in force, as far as deciding needs it. `through` is whom the actor stands in for."""

    permissions: frozenset[str]
    unit_path: str
    channel_id: int | None
    role: str
    until: datetime | None
    through: str = ""

    def covers(self, place: Place) -> bool:
        if self.channel_id is not None:
            return place.channel_id == self.channel_id
        return place.unit_path.startswith(self.unit_path)


@dataclass(frozen=True)
class Reach:
    """Where an actor may do one thing: everywhere, or in these subtrees and on these channels."""

    everything: bool
    unit_ids: frozenset[int]
    channel_ids: frozenset[int]
    person_id: int | None

    def narrow(self, rows: Rows, *, unit: str, channel: str = "", own: str = "") -> Rows:
        """Only the rows within reach. `unit`, `channel` and `own` name the fields that tell."""
        if self.everything:
            return rows
        within = Q(**{f"{unit}__in": self.unit_ids})
        if channel and self.channel_ids:
            within |= Q(**{f"{channel}__in": self.channel_ids})
        if own and self.person_id:
            within |= Q(**{own: self.person_id})
        return rows.filter(within)


def held(by: Actor) -> list[Held]:
    """The grants `by` acts on at this moment, those of people they stand in for included. One query."""
    if "held" not in by.known:
        by.known["held"] = _held(by.person_id) if by.person_id else []
    found: list[Held] = by.known["held"]
    return found


def _held(person_id: int) -> list[Held]:
    now = clock.now()
    away = Absence.objects.filter(
        deputy=person_id, starts_at__lte=now, ends_at__gt=now, ended_at=None, person__is_active=True
    ).values("person")
    grants = (
        Grant.objects.active()
        # As one list of people rather than "me or", which would read every grant there is.
        .filter(person__in=away.union(Person.objects.filter(pk=person_id).values("pk")))
        .filter(person__is_active=True)
        .select_related("role", "unit", "person")
    )
    return [
        Held(
            permissions=frozenset(g.role.permissions),
            unit_path=g.unit.path,
            channel_id=g.channel_id,
            role=g.role.slug,
            until=g.ends_at,
            through="" if g.person_id == person_id else g.person.name,
        )
        for g in grants
    ]


def reach(by: Actor, permission: str) -> Reach:
    """Where `by` may do `permission`. At most two queries per actor, however many permissions are asked."""
    key = f"reach:{permission}"
    if key not in by.known:
        by.known[key] = _reach(by, permission)
    found: Reach = by.known[key]
    return found


def _reach(by: Actor, permission: str) -> Reach:
    nothing = Reach(False, frozenset(), frozenset(), by.person_id)
    if permission not in PERMISSIONS:
        raise LookupError(f"unknown permission {permission!r}")
    if by.allowed is not None and permission not in by.allowed:
        return Reach(False, frozenset(), frozenset(), None)
    if by.everywhere and by.person_id is None:
        return Reach(True, frozenset(), frozenset(), None)
    grants = [g for g in held(by) if permission in g.permissions]
    if not grants:
        return nothing
    paths = {g.unit_path for g in grants if g.channel_id is None}
    if any(path.count("/") == 2 for path in paths):
        return Reach(True, frozenset(), frozenset(), by.person_id)
    units = (
        frozenset(pk for pk, path in _tree(by) if any(path.startswith(p) for p in paths))
        if paths
        else frozenset()
    )
    channels = frozenset(g.channel_id for g in grants if g.channel_id is not None)
    return Reach(False, units, channels, by.person_id)


def _tree(by: Actor) -> list[tuple[int, str]]:
    """Every unit's id and path: a few hundred rows, read once per actor."""
    if "tree" not in by.known:
        by.known["tree"] = list(Unit.objects.values_list("pk", "path"))
    found: list[tuple[int, str]] = by.known["tree"]
    return found


def judge(by: Actor, permission: str, place: Place | None) -> Answer:
    """The answer to `may()`; the kernel has already checked what a token or job is limited to."""
    if by.everywhere and by.person_id is None:
        return ALLOWED
    if by.person_id is None:
        return Answer(False, _("Sign in first."))
    if permission.startswith(OWN):
        return ALLOWED
    grants = [g for g in held(by) if permission in g.permissions]
    if grants and (place is None or any(g.covers(place) for g in grants)):
        return ALLOWED
    wanted = {"right": str(PERMISSIONS[permission])}
    if grants:
        return Answer(False, _("Your right “%(right)s” does not reach this unit or channel.") % wanted)
    return Answer(False, _("This needs the right “%(right)s”, and none of your grants gives it.") % wanted)
