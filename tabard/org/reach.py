"""How far an actor's grants reach: the one place where permission meets rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.among import Among
from tabard.kernel.permissions import ALLOWED, Answer
from tabard.kernel.place import Place
from tabard.org.catalogue import OWN, PERMISSIONS

Rows = TypeVar("Rows", bound=QuerySet[Any])
AMONG = Among.lookup_name


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

    def places(self) -> Reach:
        """The same, whoever has it: what a `Question` is asked of."""
        return replace(self, person_id=None)

    def of(self, person_id: int) -> Reach:
        """The same, had by somebody."""
        return replace(self, person_id=person_id)

    def narrow(self, rows: Rows, *, unit: str, channel: str = "", own: str = "") -> Rows:
        """Only the rows within reach. `unit`, `channel` and `own` name the fields that tell."""
        if self.everything:
            return rows
        within = Q(**{f"{unit}__{AMONG}": self.unit_ids})
        if channel and self.channel_ids:
            within |= Q(**{f"{channel}__{AMONG}": self.channel_ids})
        if own and self.person_id:
            within |= Q(**{own: self.person_id})
        return rows.filter(within)

    def parts(
        self, rows: Rows, *, unit: str, own: str = "", within: Collection[int] | None = None
    ) -> list[Rows]:
        """What `narrow` leaves of `rows`, of the units `within` if they are given, as those of each unit and
        one's own. Nothing where all is left, or channels tell: then the rows are in no such parts."""
        if self.channel_ids or (self.everything and within is None):
            return []
        units = self.unit_ids if within is None else set(within)
        if not self.everything:
            units = units & self.unit_ids
        found = [rows.filter(**{unit: pk}) for pk in sorted(units)]
        if own and self.person_id and not self.everything:
            mine = rows.filter(**{own: self.person_id})
            found.append(mine if within is None else mine.filter(**{f"{unit}__in": within}))
        return found


def held(by: Actor) -> list[Held]:
    """The grants `by` acts on at this moment, those of people they stand in for included. One query."""
    if "held" not in by.known:
        by.known["held"] = _held(by.person_id) if by.person_id else []
    found: list[Held] = by.known["held"]
    return found


def _held(person_id: int) -> list[Held]:
    """Asked with every request, so of a function whose plan the database keeps (org 0006): making the plan
    takes it three times what the answer does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM org_grants_held(%s, %s)", [person_id, clock.now()])
        return [
            Held(_set_of(permissions), path, channel, role, until, through)
            for permissions, path, channel, role, until, through in cursor.fetchall()
        ]


@lru_cache(maxsize=256)
def _set_of(permissions: str) -> frozenset[str]:
    """The permissions of a role, given with blanks between: thousands of grants have the same few."""
    return frozenset(permissions.split())


def reach(by: Actor, permission: str) -> Reach:
    """Where `by` may do `permission`. One query per actor for the grants, and one for
    each different set of units they lie on, however many permissions are asked."""
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
    units = _below(by, paths) if paths else frozenset()
    channels = frozenset(g.channel_id for g in grants if g.channel_id is not None)
    return Reach(False, units, channels, by.person_id)


def _below(by: Actor, paths: set[str]) -> frozenset[int]:
    """The units at and below these paths; asked once per actor and set of paths."""
    key = f"below:{sorted(paths)}"
    if key not in by.known:
        with connection.cursor() as cursor:
            # A path is made of digits and slashes: nothing in it means anything to LIKE.
            begins = [f"{path}%" for path in paths]
            cursor.execute("SELECT id FROM org_unit WHERE path LIKE ANY (%s)", [begins])
            by.known[key] = frozenset(pk for (pk,) in cursor.fetchall())
    found: frozenset[int] = by.known[key]
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
