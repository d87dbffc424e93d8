"""What is to be changed, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.safety import elsewhere
from tabard.safety.models import Rotation

STATES = {
    "asked": gettext_lazy("To do"),
    "overdue": gettext_lazy("Overdue"),
    "done": gettext_lazy("Done"),
    "dropped": gettext_lazy("Not needed"),
}
BADGES = {"asked": "info", "overdue": "bad", "done": "done", "dropped": "mute"}
WITH = (
    "credential__unit",
    "credential__channel__unit",
    "credential__channel__platform",
    "channel__unit",
    "channel__platform",
    "unit",
    "person",
    "owner",
    "lead",
    "ended_by",
)


def _whose(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    return rows.filter(owner__in=text.numbers(values))


ROTATIONS: Listing[Rotation] = Listing(
    name="rotations",
    sorts=(
        Sort("due", gettext_lazy("Due first"), ("due_at",)),
        Sort("-due", gettext_lazy("Due last"), ("-due_at",)),
        Sort("newest", gettext_lazy("Newest"), ("-asked_at",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter("why", gettext_lazy("Why"), any_of("why"), named(Rotation.Why.choices)),
        Filter("owner", gettext_lazy("Who does it"), _whose),
        Filter("person", gettext_lazy("Because of"), ids_of("person")),
        Filter("departure", gettext_lazy("Departure"), ids_of("departure")),
    ),
    search=folded_in("person__search", "owner__search", "credential__search", "channel__search"),
    columns=(
        Column(gettext_lazy("What"), lambda r: str(r)),
        Column(gettext_lazy("Unit"), lambda r: r.home.name),
        Column(gettext_lazy("Why"), lambda r: r.get_why_display()),
        Column(gettext_lazy("Because of"), lambda r: r.person.name if r.person else ""),
        Column(gettext_lazy("Who does it"), lambda r: r.owner.name if r.owner else ""),
        Column(gettext_lazy("State"), lambda r: STATES[r.state]),
        Column(gettext_lazy("Asked (UTC)"), lambda r: r.asked_at.isoformat()),
        Column(gettext_lazy("Due (UTC)"), lambda r: r.due_at.isoformat()),
        Column(gettext_lazy("Ended (UTC)"), lambda r: r.ended_at and r.ended_at.isoformat()),
        Column(gettext_lazy("Evidence"), lambda r: r.evidence),
    ),
)


def visible_rotations(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Those that `by` may know of."""
    rows: QuerySet[Any] = Rotation.objects.visible_to(by).select_related(*WITH)
    if scope is not None:
        within = Q(channel__unit__path__startswith=scope.path)
        within |= Q(credential__unit__path__startswith=scope.path) | Q(unit__path__startswith=scope.path)
        rows = rows.filter(within | Q(credential__channel__unit__path__startswith=scope.path))
    return rows


def rotations(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Rotation]:
    """A page of them; what is over only where it is asked for."""
    rows = visible_rotations(by, scope)
    if not any(params.get(name) for name in ("state", "departure", "person")):
        rows = rows.filter(state__in=("asked", "overdue"))
    return ROTATIONS.page(by, rows, params)


def rotation(by: Actor, rotation_id: int) -> Rotation:
    """One of them; `where` is the page of what is kept elsewhere. `Missing` if there is none for `by`."""
    for found in visible_rotations(by, None).filter(pk=rotation_id):
        one: Rotation = found
        one.where = elsewhere.place_of(one) if one.elsewhere else ""  # type: ignore[attr-defined]
        return one
    raise Missing(_("There is no such rotation, or it is not yours to see."))


def of_departure(departure_id: int) -> list[Rotation]:
    """All that one departure asked for, open ones first. For whoever may read the record of it."""
    rows = Rotation.objects.filter(departure=departure_id).select_related(*WITH)
    return sorted(rows, key=lambda r: (r.ended_at is not None, r.due_at, r.pk))
