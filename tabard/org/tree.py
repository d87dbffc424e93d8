"""The unit tree as it is looked at: leads, deputies, counts, and where it hangs on one person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tabard.kernel import holdings, text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.holdings import Holding, Item, Tie
from tabard.org.models import Absence, Grant, Person, Reorganisation, Role, Unit
from tabard.org.models.units import UnitKind

# What screens and programs are told of a unit in the tree, and what words are looked for in.
OWN = (
    "name",
    "slug",
    "kind",
    "arms",
    "path",
    "parent",
    "reference",
    "zone",
    "closed_at",
    "search",
)


@dataclass
class Branch:
    """A unit in the tree: how deep, how many below it, and what is risky about it."""

    unit: Unit
    kind: str
    depth: int
    below: int = 0
    people: int = 0
    risks: list[str] = field(default_factory=list)


def branches(by: Actor, scope: Unit | None, words: str = "") -> list[Branch]:
    """The tree in order, with risks. A fixed number of queries, however large it is."""
    rows: Any = Unit.objects.visible_to(by).open()
    if scope:
        rows = rows.filter(path__startswith=scope.path)
    staff = dict(
        Person.objects.filter(is_active=True, unit__in=rows.order_by().values("pk"))
        .order_by()
        .values_list("unit")
        .annotate(n=Count("pk"))
    )
    units = list(beside(rows, "lead", "deputy", own=OWN))
    names = {u.pk: (u.name.casefold(), u.pk) for u in units}
    units.sort(key=lambda u: [names.get(int(i), ("", int(i))) for i in u.path.split("/") if i])
    top = min((u.depth for u in units), default=0)
    below = Counter(u.parent_id for u in units)
    wanted = text.folded(words).split()
    kinds = {kind: str(label) for kind, label in UnitKind.choices}
    return [
        Branch(u, kinds[u.kind], u.depth - top, below[u.pk], staff.get(u.pk, 0), risks_of(u))
        for u in units
        if all(word in u.search for word in wanted)
    ]


def risks_of(unit: Unit) -> list[str]:
    """What hangs on one person, in words; the unit comes with lead and deputy (A2)."""
    lead, deputy = unit.lead, unit.deputy
    if lead is None and deputy is None:
        return [_("Nobody is accountable.")]
    found = []
    if lead is None:
        found.append(_("It has a deputy and no lead."))
    if deputy is None and lead is not None:
        found.append(_("It hangs on %(person)s alone.") % {"person": lead})
    found += [_("%(person)s has left.") % {"person": p} for p in (lead, deputy) if p and not p.is_active]
    return found


@dataclass(frozen=True)
class Held:
    """One kind of thing that somebody or some unit holds."""

    holding: Holding
    count: int
    items: list[Item]


def held_by_unit(unit: Unit, *, items: bool = False, of: str = "") -> list[Held]:
    """What a unit holds itself, kind by kind: what is empty is left out. `of`: one kind with its items."""
    return _held("unit", unit.pk, items, of)


def held_by_person(person: Person, *, items: bool = True) -> list[Held]:
    """Everything a person holds, in one view (B8)."""
    return _held("person", person.pk, items)


@dataclass(frozen=True)
class Tied:
    """One kind of thing that is somebody's own, and what becomes of it when they go."""

    tie: Tie
    items: list[Item]


def ties_of(person: Person) -> list[Tied]:
    """What is a person's own: it ends or is changed when they go, and is given to nobody."""
    found = [Tied(each, list(each.items(person.pk))) for each in holdings.ties()]
    return [each for each in found if each.items]


def _held(kind: str, pk: int, items: bool, of: str = "") -> list[Held]:
    counted = holdings.counted(kind, pk)
    return [Held(h, n, list(h.items(pk)) if items or h.name == of else []) for h, n in counted]


def grants_on(unit: Unit) -> list[Grant]:
    """Who may do what in `unit`: the first fifty grants on it and above it, the nearest first."""
    ids = [int(part) for part in unit.path.split("/") if part]
    rows = Grant.objects.active().filter(unit__in=ids).filter(Q(channel_id=None) | Q(unit=unit.pk))
    rows = rows.select_related("person", "role", "unit", "grantor")
    return list(rows.order_by("-unit__path", "role", "person__name")[:50])


def grants_of(by: Actor, person: Person) -> QuerySet[Grant]:
    """Every grant of `person` that `by` may see, the newest first."""
    rows = Grant.objects.filter(person=person)
    if by.person_id != person.pk:
        rows = Grant.objects.visible_to(by).filter(person=person)
    found: QuerySet[Any] = rows.select_related("role", "unit", "grantor", "ended_by").order_by("-id")
    return found


def grant(by: Actor, grant_id: int) -> Grant:
    """One grant. `Missing` if there is none, or not for `by`."""
    for found in Grant.objects.visible_to(by).select_related("person", "role", "unit").filter(pk=grant_id):
        return found
    raise Missing(_("There is no such grant, or it is not yours to see."))


def person(by: Actor, person_id: int) -> Person:
    """One person: oneself, or of a unit that `by` may see."""
    rows: QuerySet[Person] = Person.objects.filter(pk=person_id)
    if by.person_id != person_id:
        rows = Person.objects.visible_to(by).filter(pk=person_id)
    for found in rows.select_related("unit"):
        return found
    raise Missing(_("There is no such person, or they are not yours to see."))


def absences(by: Actor, of: Person) -> QuerySet[Absence]:
    """Absences of a person, and those in which they stand in."""
    found: QuerySet[Any] = Absence.objects.filter(Q(person=of) | Q(deputy=of)).select_related(
        "person", "deputy"
    )
    return found.order_by("-starts_at", "-id")


def absence(by: Actor, absence_id: int) -> Absence:
    """One absence that concerns `by`, or a person whose grants `by` may see."""
    for found in Absence.objects.select_related("person__unit", "deputy").filter(pk=absence_id):
        if by.person_id in {found.person_id, found.deputy_id} or person(by, found.person_id):
            return found
    raise Missing(_("There is no such absence."))


def roles() -> list[Role]:
    """Every role."""
    return list(Role.objects.order_by("id"))


def role(role_id: int) -> Role:
    """One role. `Missing` if there is none."""
    for found in Role.objects.filter(pk=role_id):
        return found
    raise Missing(_("There is no such role."))


def reorganisations(by: Actor) -> QuerySet[Reorganisation]:
    """Planned and past changes of units that `by` may see, the newest first."""
    rows = Reorganisation.objects.filter(unit__in=Unit.objects.visible_to(by))
    found: QuerySet[Any] = rows.select_related("unit", "target", "planned_by").order_by("-id")
    return found


def reorganisation(by: Actor, change_id: int) -> Reorganisation:
    """One change. `Missing` if there is none, or not for `by`."""
    for found in reorganisations(by).filter(pk=change_id):
        return found
    raise Missing(_("There is no such change, or it is not yours to see."))


def root(by: Actor) -> Unit:
    """The whole organisation. `Missing` before it was founded."""
    for found in Unit.objects.filter(parent=None):
        return found
    raise Missing(_("The organisation has not been founded yet."))
