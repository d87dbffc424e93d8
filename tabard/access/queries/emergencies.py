"""Emergencies, the latest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.models import Emergency
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.kernel.search import with_words
from tabard.org.models import Grant, Person, Unit

WORDS = {
    "asked": gettext_lazy("Waits for an answer"),
    "lapsed": gettext_lazy("Nobody answered"),
    "refused": gettext_lazy("Refused"),
    "running": gettext_lazy("Holds now"),
    "over": gettext_lazy("To be reviewed"),
    "reviewed": gettext_lazy("Reviewed"),
}
TONES = {
    "asked": "warn", "lapsed": "mute", "refused": "mute", "running": "bad", "over": "warn", "reviewed": "ok"
}  # fmt: skip


def _with(rows: QuerySet[Emergency], states: list[str]) -> QuerySet[Emergency]:
    found = rows.none()
    every: Any = rows
    parts = {
        "asked": every.waiting(),
        "running": every.running(),
        "over": every.over().filter(reviewed_at=None),
        "reviewed": every.filter(reviewed_at__isnull=False),
    }
    for state in parts.keys() & states:
        found = found | parts[state]
    return found


EMERGENCIES: Listing[Emergency] = Listing(
    name="emergencies",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)),),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            _with,
            choices=lambda by: [Choice(s, str(WORDS[s])) for s in ("asked", "running", "over", "reviewed")],
        ),
    ),
    search=lambda rows, words: with_words(rows, words, "person__search"),
    columns=(
        Column(gettext_lazy("When (UTC)"), lambda e: e.asked_at.isoformat()),
        Column(gettext_lazy("Who"), lambda e: e.person.name),
        Column(gettext_lazy("Second person"), lambda e: e.second.name if e.second else ""),
        Column(gettext_lazy("Unit"), lambda e: e.unit.name),
        Column(gettext_lazy("Why"), lambda e: e.reason),
        Column(gettext_lazy("State"), lambda e: str(WORDS[e.state])),
        Column(gettext_lazy("Review"), lambda e: e.review),
    ),
)


def visible_emergencies(by: Actor, scope: Any) -> QuerySet[Emergency]:
    """Those that `by` may see."""
    rows: QuerySet[Emergency] = Emergency.objects.visible_to(by)
    rows = rows.select_related("person__unit", "second", "unit", "grant", "reviewed_by")
    return rows.filter(unit__path__startswith=scope.path) if scope else rows


def emergencies(by: Actor, scope: Any, params: Mapping[str, list[str]]) -> Page[Emergency]:
    """A page of them, each with `word` and `tone` of its state."""
    page = EMERGENCIES.page(by, visible_emergencies(by, scope), params)
    for each in page.rows:
        _shown(each)
    return page


def emergency(by: Actor, emergency_id: int) -> Emergency:
    """One of them."""
    for found in visible_emergencies(by, None).filter(pk=emergency_id):
        return _shown(found)
    raise Missing(_("There is no such emergency, or it is not yours to see."))


def seconds(by: Actor, units: list[Unit]) -> list[Person]:
    """Who may agree to emergencies of `units`, whether `by` sees them otherwise or not; never `by`."""
    above = {int(part) for unit in units for part in unit.path.split("/") if part}
    grants = Grant.objects.active().filter(
        unit__in=above, channel_id=None, role__permissions__contains=["emergency.agree"]
    )
    people = Person.objects.filter(is_active=True, pk__in=grants.values("person")).exclude(pk=by.person_id)
    return list(people.select_related("unit").order_by("name", "pk")[:200])


def second(by: Actor, unit: Unit, person_id: int) -> Person | None:
    """One of them."""
    return next((person for person in seconds(by, [unit]) if person.pk == person_id), None)


def _shown(found: Emergency) -> Emergency:
    found.word, found.tone = WORDS[found.state], TONES[found.state]  # type: ignore[attr-defined]
    return found
