"""Who left, and what became of what they had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.following import followed
from tabard.access.models import Departure
from tabard.kernel import doors, holdings
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.query import Column, Listing, Page, Sort
from tabard.kernel.search import with_words
from tabard.org.models import Person
from tabard.org.models.grants import Grant
from tabard.org.succession import successor

DEPARTURES: Listing[Departure] = Listing(
    name="departures",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)),),
    search=lambda rows, words: with_words(rows, words, "person__search"),
    columns=(
        Column(gettext_lazy("When (UTC)"), lambda d: d.at.isoformat()),
        Column(gettext_lazy("Who"), lambda d: d.person.name),
        Column(gettext_lazy("Said by"), lambda d: d.who),
        Column(gettext_lazy("Why"), lambda d: d.reason),
        Column(gettext_lazy("Went to"), lambda d: d.to.name if d.to else ""),
        Column(gettext_lazy("Evidence"), lambda d: d.evidence),
    ),
)


def visible(by: Actor, scope: Any) -> QuerySet[Departure]:
    rows: QuerySet[Departure] = Departure.objects.visible_to(by).select_related("person__unit", "to")
    return rows.filter(person__unit__path__startswith=scope.path) if scope else rows


def departures(by: Actor, scope: Any, params: Mapping[str, list[str]]) -> Page[Departure]:
    """A page of those who left, the latest first."""
    return DEPARTURES.page(by, visible(by, scope), params)


def departure(by: Actor, departure_id: int) -> Departure:
    """One record, with `closed` and `handed_over` as [label, count] in the reader's language."""
    for found in visible(by, None).filter(pk=departure_id):
        names = {d.name: d.label for d in doors.doors()} | {
            h.name: h.label for h in holdings.holdings("person")
        }
        for part in ("closed", "handed_over"):
            counts = found.evidence.get(part, {})
            setattr(found, part, [(names.get(name, name), count) for name, count in counts.items()])
        setattr(found, "followed", followed(found.pk))  # noqa: B010 only the page of it has this
        return found
    raise Missing(_("There is no such record, or it is not yours to read."))


def before_leaving(person: Person) -> dict[str, Any]:
    """What will end and go elsewhere if `person` leaves: ways in, grants, and who gets the rest."""
    open_doors = [(d.label, count) for d, count in doors.counted(person.pk)]
    grants = Grant.objects.filter(person=person, ended_at=None).select_related("role", "unit", "person")
    held = [(h.label, count) for h, count in holdings.counted("person", person.pk)]
    return {"doors": open_doors, "grants": list(grants), "held": held, "heir": successor(person)}
