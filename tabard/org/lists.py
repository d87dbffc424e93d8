"""Lists of people and grants: filters, search, sorts, CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.narrowing import any_of, folded_in, named, ways, words_in
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.org import tree
from tabard.org.models import Absence, Grant, Person, Reorganisation, Role, Unit
from tabard.org.tree import reorganisations


def _grant_search(rows: QuerySet[Grant], words: str) -> QuerySet[Grant]:
    for word in text.folded(words).split():
        rows = rows.filter(Q(person__search__contains=word) | Q(reason__icontains=word))
    return rows


def _change_search(rows: QuerySet[Reorganisation], words: str) -> QuerySet[Reorganisation]:
    for word in words.split():
        rows = rows.filter(Q(unit__search__contains=text.folded(word)) | Q(reason__icontains=word))
    return rows


def _roles(by: Actor) -> Sequence[Choice]:
    return [Choice(role.slug, str(role)) for role in Role.objects.order_by("id")]


def _is_here(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    return rows.filter(is_active="here" in values) if len(set(values)) == 1 else rows


def _in_force(rows: QuerySet[Grant], values: list[str]) -> QuerySet[Grant]:
    now = clock.now()
    over = Q(ended_at__isnull=False) | Q(ends_at__lte=now)
    which = {"active": ~over & Q(starts_at__lte=now), "planned": ~over & Q(starts_at__gt=now), "ended": over}
    found = Q(pk__in=[])
    for value in values:
        found |= which.get(value, Q(pk__in=[]))
    return rows.filter(found)


PEOPLE: Listing[Person] = Listing(
    name="people",
    counted=10_000,
    sorts=(
        Sort("name", gettext_lazy("Name"), ("name",)),
        Sort("newest", gettext_lazy("Newest"), ("-joined_at",)),
    ),
    filters=(
        Filter(
            "here",
            gettext_lazy("Here"),
            _is_here,
            lambda by: [Choice("here", _("Here")), Choice("left", _("Left"))],
        ),
        Filter(
            "role",
            gettext_lazy("Role"),
            lambda rows, values: rows.filter(
                pk__in=Grant.objects.active().filter(role__slug__in=values).values("person")
            ),
            _roles,
        ),
    ),
    search=folded_in("search"),
    columns=(
        Column(gettext_lazy("Name"), lambda p: p.name),
        Column(gettext_lazy("E-mail"), lambda p: p.email),
        Column(gettext_lazy("Job title"), lambda p: p.title),
        Column(gettext_lazy("Unit"), lambda p: p.unit.name),
        Column(gettext_lazy("Here"), lambda p: _("yes") if p.is_active else _("left")),
    ),
)

GRANTS: Listing[Grant] = Listing(
    name="grants",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-created_at",)),
        Sort("person", gettext_lazy("Person"), ("person__name",)),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            _in_force,
            lambda by: [
                Choice("active", _("In force")),
                Choice("planned", _("Planned")),
                Choice("ended", _("Ended")),
            ],
        ),
        Filter("role", gettext_lazy("Role"), any_of("role__slug"), _roles),
    ),
    search=_grant_search,
    columns=(
        Column(gettext_lazy("Person"), lambda g: g.person.name),
        Column(gettext_lazy("Role"), lambda g: str(g.role)),
        Column(gettext_lazy("Unit"), lambda g: g.unit.name),
        Column(gettext_lazy("Channel"), lambda g: g.channel_id),
        Column(gettext_lazy("Starts"), lambda g: g.starts_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Ends"), lambda g: g.ends_at and g.ends_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Reason"), lambda g: g.reason),
        Column(gettext_lazy("Given by"), lambda g: g.grantor),
        Column(gettext_lazy("Ended"), lambda g: g.ended_at and g.ended_at.isoformat(timespec="minutes")),
    ),
)


def _role_search(rows: QuerySet[Role], words: str) -> QuerySet[Role]:
    """By what it is called in the reader's language, or by a right in it."""
    wanted = text.folded(words).split()
    kept = [
        role.pk
        for role in rows
        if all(w in text.folded(f"{role} {' '.join(role.permissions)}") for w in wanted)
    ]
    return rows.filter(pk__in=kept)


ROLES: Listing[Role] = Listing(
    name="roles",
    sorts=(
        Sort("first", gettext_lazy("In order"), ("id",)),
        Sort("newest", gettext_lazy("Newest"), ("-id",)),
    ),
    filters=(
        ways(
            "kind",
            gettext_lazy("Kind"),
            {
                "given": (gettext_lazy("Of Tabard"), lambda: Q(built_in=True)),
                "changed": (gettext_lazy("Of Tabard, changed here"), lambda: Q(built_in=True, changed=True)),
                "own": (gettext_lazy("Of our own"), lambda: Q(built_in=False)),
            },
        ),
    ),
    search=_role_search,
    columns=(
        Column(gettext_lazy("Name"), str),
        Column(gettext_lazy("Of Tabard"), lambda r: _("yes") if r.built_in else _("no")),
        Column(gettext_lazy("Rights"), lambda r: " ".join(sorted(r.permissions))),
    ),
)


def _over() -> Q:
    return Q(ended_at__isnull=False) | Q(ends_at__lte=clock.now())


ABSENCES: Listing[Absence] = Listing(
    name="absences",
    sorts=(Sort("latest", gettext_lazy("Latest"), ("-starts_at",)),),
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "now": (gettext_lazy("Now"), lambda: ~_over() & Q(starts_at__lte=clock.now())),
                "later": (gettext_lazy("To come"), lambda: ~_over() & Q(starts_at__gt=clock.now())),
                "over": (gettext_lazy("Over"), _over),
            },
        ),
    ),
    search=words_in("person__name", "deputy__name", "reason"),
    columns=(
        Column(gettext_lazy("Person"), lambda a: a.person.name),
        Column(gettext_lazy("Who stands in"), lambda a: a.deputy.name),
        Column(gettext_lazy("From"), lambda a: a.starts_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Until"), lambda a: a.ends_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Reason"), lambda a: a.reason),
        Column(gettext_lazy("Ended"), lambda a: a.ended_at and a.ended_at.isoformat(timespec="minutes")),
    ),
)

CHANGES: Listing[Reorganisation] = Listing(
    name="reorganisations",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)),),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(Reorganisation.State.choices)),
        Filter("kind", gettext_lazy("Kind"), any_of("kind"), named(Reorganisation.Kind.choices)),
    ),
    search=_change_search,
    columns=(
        Column(gettext_lazy("Kind"), lambda c: c.get_kind_display()),
        Column(gettext_lazy("Unit"), lambda c: c.unit.name),
        Column(gettext_lazy("Other unit"), lambda c: c.target and c.target.name),
        Column(gettext_lazy("State"), lambda c: c.get_state_display()),
        Column(gettext_lazy("Reason"), lambda c: c.reason),
        Column(gettext_lazy("Planned by"), lambda c: c.planned_by),
        Column(gettext_lazy("Planned (UTC)"), lambda c: c.planned_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Done (UTC)"), lambda c: c.done_at and c.done_at.isoformat(timespec="minutes")),
    ),
)


def visible_people(by: Actor, scope: Unit | None) -> QuerySet[Person]:
    """The people that `by` may see in `scope`, with how many grants each has."""
    rows: Any = Person.objects.visible_to(by)
    if scope:
        rows = rows.filter(unit__path__startswith=scope.path)
    found: QuerySet[Person] = rows.select_related("unit")
    return found


def people(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Person]:
    """A page of people; each has `held` (how many grants are in force)."""
    drawn = beside(Person.objects.all(), "unit")
    page = PEOPLE.page(by, visible_people(by, scope), params, drawn=drawn)
    ids = [p.pk for p in page.rows]
    held = dict(Grant.objects.active().filter(person__in=ids).values_list("person").annotate(n=Count("pk")))
    for person in page.rows:
        person.held = held.get(person.pk, 0)  # type: ignore[attr-defined]
    return page


def visible_grants(by: Actor, scope: Unit | None) -> QuerySet[Grant]:
    """The grants that `by` may see in `scope`."""
    rows: Any = Grant.objects.visible_to(by)
    if scope:
        rows = rows.filter(unit__path__startswith=scope.path)
    found: QuerySet[Grant] = rows.select_related("person", "role", "unit", "grantor")
    return found


def grants(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Grant]:
    """A page of grants."""
    drawn = beside(Grant.objects.all(), "person", "role", "unit", "grantor")
    return GRANTS.page(by, visible_grants(by, scope), params, drawn=drawn)


def visible_changes(by: Actor, scope: Unit | None) -> QuerySet[Reorganisation]:
    """Reorganisations of units that `by` may see in `scope`."""
    rows = reorganisations(by)
    return rows.filter(unit__path__startswith=scope.path) if scope else rows


def changes(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Reorganisation]:
    """A page of reorganisations."""
    return CHANGES.page(by, visible_changes(by, scope), params)


def every_role() -> QuerySet[Role]:
    """All of them: what roles may do is no secret inside."""
    return Role.objects.all()


def roles(by: Actor, params: Mapping[str, list[str]]) -> Page[Role]:
    """A page of roles."""
    return ROLES.page(by, every_role(), params)


def absences(by: Actor, of: Person, params: Mapping[str, list[str]]) -> Page[Absence]:
    """A page of the absences of somebody, and of those in which they stand in."""
    return ABSENCES.page(by, tree.absences(by, of), params)
