"""Who may do what, and why: the chain of grants behind it, now or at a moment of the past."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from tabard.kernel import clock, permissions
from tabard.kernel.actor import Actor
from tabard.kernel.place import Place
from tabard.org.models import Absence, Grant, Person, Role, Unit
from tabard.org.people import actor_of
from tabard.org.then import Then, names_of

MOST = 2_000


@dataclass(frozen=True)
class Why:
    """One chain: somebody may do this here because of one grant, perhaps through somebody who is away."""

    person: Person
    grant: Grant
    role: Role
    rights: frozenset[str]
    unit: Unit
    # From the unit the grant is on down to the one that was asked about.
    way: list[Unit] = field(default_factory=list)
    through: Absence | None = None

    def said(self) -> list[str]:
        """The rights in the reader's words, in the order of the catalogue."""
        return _said(self.rights, get_language() or "")


@lru_cache(maxsize=256)
def _said(rights: frozenset[str], language: str) -> list[str]:
    """Kept, as hundreds of rows share a few roles. `language` is the one that is active."""
    return [str(label) for name, label in permissions.catalogue().items() if name in rights]


@dataclass
class Answer:
    """All chains, and what is to be known of them. `verdict` where one person and one right were asked."""

    rows: list[Why]
    at: datetime | None
    since: datetime | None
    verdict: permissions.Answer | None = None


def who(
    by: Actor,
    *,
    person: Person | None = None,
    place: Place | None = None,
    right: str = "",
    at: datetime | None = None,
) -> Answer:
    """Chains that let `person` (or whoever) do `right` (or anything) at `place` (or anywhere).

    Whoever may see the grants of the place sees all that reach it, those on units above included; asked of a
    person alone, only grants one may see are named. The number of queries does not depend on the rows.
    """
    then = Then(at)
    if place is not None:
        where = _then_place(then, place)
        permissions.demand(by, "grants.see", _Asked(place))
    else:
        where = None
    found = _chains(then, _grants(by, then, person, where), person, where)
    rows = [w for w in found if not right or right in w.rights]
    rows.sort(key=lambda w: (w.person.name.casefold(), w.person.pk, w.unit.path, w.grant.pk))
    since = then.since if at and then.since and at < then.since else None
    return Answer(rows[:MOST], at, since, _verdict(person, place, right, at, rows))


@dataclass(frozen=True)
class _Asked:
    at: Place
    seen_with = "org.see"

    def place(self) -> Place:
        return self.at


def _then_place(then: Then, place: Place) -> Place:
    unit = place.unit_id
    if place.channel_id is not None:
        unit = then.get("channel", place.channel_id, "unit_id", unit)
    known = place.unit_path if unit == place.unit_id else ""
    path = then.path(unit, known or Unit.objects.values_list("path", flat=True).get(pk=unit))
    return Place(unit, path, place.channel_id)


def _grants(by: Actor, then: Then, person: Person | None, where: Place | None) -> QuerySet[Grant]:
    """Candidates: in force then by their own dates, on or above the place, or moved since."""
    moment = then.at or clock.now()
    moved = Q(pk__in=then.changed("grant"))
    rows: QuerySet[Grant] = Grant.objects.filter(Q(ended_at=None) | Q(ended_at__gt=moment))
    rows = rows.filter(moved | Q(starts_at__lte=moment) & (Q(ends_at=None) | Q(ends_at__gt=moment)))
    if then.at is not None:
        rows = rows.filter(created_at__lte=then.at)  # nothing was allowed before it was given
    if where is not None:
        ids = [int(part) for part in where.unit_path.split("/") if part]
        here = Q(unit__in=ids, channel_id=None)
        if where.channel_id is not None:
            here |= Q(channel_id=where.channel_id)
        rows = rows.filter(moved | here)
    elif person is None or person.pk != by.person_id:
        rows = Grant.objects.visible_to(by).filter(pk__in=rows.values("pk"))
    if person is not None:
        away = _away(then).filter(deputy=person).values("person")
        rows = rows.filter(Q(person=person) | Q(person__in=away))
    return rows.select_related("person", "role", "unit", "grantor").order_by("id")


def _away(then: Then) -> QuerySet[Absence]:
    moment = then.at or clock.now()
    rows: QuerySet[Any] = Absence.objects.filter(starts_at__lte=moment, ends_at__gt=moment)
    return rows.filter(Q(ended_at=None) | Q(ended_at__gt=moment))


def _chains(then: Then, grants: QuerySet[Grant], person: Person | None, where: Place | None) -> list[Why]:
    held = [(g, _unit_id(then, g)) for g in grants[: 10 * MOST] if _in_force(then, g)]
    roles = _roles(then)
    units = names_of([where.unit_path] if where else [])
    missing = {unit for _g, unit in held} - units.keys()
    units |= Unit.objects.in_bulk(missing) if missing else {}
    stand_ins: dict[int, list[Absence]] = {}
    for absence in _away(then).filter(person__in={g.person_id for g, _u in held}).select_related("deputy"):
        stand_ins.setdefault(absence.person_id, []).append(absence)
    found = []
    for grant, unit_id in held:
        way = _way(units, unit_id, grant, where)
        if way is None:
            continue
        role = roles[then.get("grant", grant.pk, "role_id", grant.role_id)]
        rights = frozenset(then.get("role", role.pk, "permissions", role.permissions))
        found.append(Why(grant.person, grant, role, rights, units[unit_id], way))
        found += [
            Why(a.deputy, grant, role, rights, units[unit_id], way, a)
            for a in stand_ins.get(grant.person_id, ())
            if _here(then, a.deputy)
        ]
    return [w for w in found if person is None or w.person.pk == person.pk]


def _roles(then: Then) -> dict[int, Role]:
    return {role.pk: role for role in Role.objects.all()}


def _unit_id(then: Then, grant: Grant) -> int:
    unit: int = then.get("grant", grant.pk, "unit_id", grant.unit_id)
    return unit


def _here(then: Then, person: Person) -> bool:
    return bool(then.get("person", person.pk, "is_active", person.is_active))


def _in_force(then: Then, grant: Grant) -> bool:
    """By the dates it had then: a grant that was changed since comes whatever its dates are now."""
    if not _here(then, grant.person):
        return False
    was = then.was.get(("grant", grant.pk))
    if was is None or then.at is None:
        return True
    starts, ends = (datetime.fromisoformat(was[n]) if was[n] else None for n in ("starts_at", "ends_at"))
    return (starts is None or starts <= then.at) and (ends is None or ends > then.at)


def _way(units: dict[int, Unit], unit_id: int, grant: Grant, where: Place | None) -> list[Unit] | None:
    """The units from the grant down to the place; None where it does not reach it."""
    if where is None:
        return [units[unit_id]]
    ids = [int(part) for part in where.unit_path.split("/") if part]
    if grant.channel_id is not None:
        return [units[ids[-1]]] if grant.channel_id == where.channel_id else None
    if unit_id not in ids:
        return None
    return [units[pk] for pk in ids[ids.index(unit_id) :] if pk in units]


def _verdict(
    person: Person | None, place: Place | None, right: str, at: datetime | None, rows: list[Why]
) -> permissions.Answer | None:
    """Yes or no, where it can be one: for now as the program itself would decide, conditions included."""
    if person is None or not right:
        return None
    if at is None and person.is_active:
        found = permissions.may(actor_of(person, "screen"), right, place)
        # Without a chain the answer itself says why; with one, a condition stands against it.
        return found if rows else permissions.Answer(found.allowed)
    return permissions.Answer(bool(rows))
