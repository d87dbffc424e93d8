"""What is read of sightings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named, ways
from tabard.kernel.permissions import reach
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.filters import all_platforms
from tabard.register.models import Channel
from tabard.watch import learning
from tabard.watch.judging import said
from tabard.watch.models import Portrait, Report, Sighting

WITH = ("unit", "platform", "like", "decided_by", "channel")
DECISIONS = dict(Sighting.Decision.choices)
# After these there is more to do with it: nobody is led on to the next.
MORE_TO_DO = ("ours", "employee")
LARGEST = 5_000_000  # bytes of a picture
OUTCOMES = {
    "new": gettext_lazy("New"),
    "again": gettext_lazy("Seen before"),
    "decided": gettext_lazy("Decided before"),
    "ours": gettext_lazy("One of our channels"),
    "refused": gettext_lazy("Not understood"),
}
AGES = {
    "day": (gettext_lazy("Since yesterday"), timedelta(days=1)),
    "week": (gettext_lazy("In the last week"), timedelta(days=7)),
    "month": (gettext_lazy("In the last month"), timedelta(days=30)),
}
STATES = {
    "waits": (gettext_lazy("To decide"), lambda: Q(decision="") & ~Q(label="unrelated")),
    "decided": (gettext_lazy("Decided"), lambda: ~Q(decision="")),
    "nothing": (gettext_lazy("Nothing alike"), lambda: Q(decision="", label="unrelated")),
}


def _since(age: timedelta) -> Callable[[], Q]:
    return lambda: Q(first_seen_at__gte=clock.now() - age)


SIGHTINGS: Listing[Any] = Listing(
    name="sightings",
    sorts=(
        Sort("likeliest", gettext_lazy("Likeliest first"), ("-rank",)),
        Sort("newest", gettext_lazy("Newest"), ("-first_seen_at",)),
        Sort("oldest", gettext_lazy("Oldest"), ("first_seen_at",)),
        Sort("handle", gettext_lazy("Handle"), ("handle",)),
    ),
    filters=(
        ways("state", gettext_lazy("State"), STATES),
        Filter("label", gettext_lazy("Looks like"), any_of("label"), named(Sighting.Label.choices)),
        Filter("decision", gettext_lazy("Decision"), any_of("decision"), named(Sighting.Decision.choices)),
        Filter("platform", gettext_lazy("Platform"), any_of("platform"), all_platforms),
        Filter("source", gettext_lazy("How it was found"), any_of("source"), named(Sighting.Source.choices)),
        ways(
            "age",
            gettext_lazy("Found"),
            {name: (label, _since(age)) for name, (label, age) in AGES.items()},
        ),
        Filter("unit", gettext_lazy("Unit"), ids_of("unit")),
        Filter("like", gettext_lazy("Channel"), ids_of("like")),
    ),
    search=folded_in("search", sign="@"),
    columns=(
        Column(gettext_lazy("Platform"), lambda s: s.platform.name),
        Column(gettext_lazy("Handle"), lambda s: s.handle),
        Column(gettext_lazy("Name"), lambda s: s.name),
        Column(gettext_lazy("Address"), lambda s: s.url),
        Column(gettext_lazy("Like"), lambda s: s.like.handle if s.like else ""),
        Column(gettext_lazy("Unit"), lambda s: s.unit.name),
        Column(gettext_lazy("Score"), lambda s: s.score),
        Column(gettext_lazy("Looks like"), lambda s: s.get_label_display()),
        Column(gettext_lazy("Reasons"), lambda s: " ".join(said(s.reasons))),
        Column(gettext_lazy("How it was found"), lambda s: s.get_source_display()),
        Column(gettext_lazy("Reports"), lambda s: s.reported),
        Column(gettext_lazy("Found (UTC)"), lambda s: s.first_seen_at.isoformat(timespec="seconds")),
        Column(gettext_lazy("Decision"), lambda s: s.get_decision_display()),
        Column(gettext_lazy("Why"), lambda s: s.words),
        Column(gettext_lazy("Decided by"), lambda s: s.decided_by and s.decided_by.name),
        Column(
            gettext_lazy("Decided (UTC)"),
            lambda s: s.decided_at and s.decided_at.isoformat(timespec="seconds"),
        ),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Sightings that `by` may see in `scope`."""
    rows: QuerySet[Any] = Sighting.objects.visible_to(by)
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return beside(rows, *WITH)


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the list and of its file: what is decided, or like nothing, only where it is asked for."""
    rows = visible(by, scope)
    asked = any(params.get(name) for name in ("state", "label", "decision", "q"))
    return rows if asked else rows.filter(STATES["waits"][1]())


def sightings(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of sightings, each with its reasons as `says`."""
    page = SIGHTINGS.page(by, exported(by, scope, params), params)
    for row in page.rows:
        row.says = said(row.reasons)
    return page


def sighting(by: Actor, sighting_id: int) -> Sighting:
    """One sighting with its reasons as `says`. `Missing` if there is none, or not for `by`."""
    for row in visible(by, None).filter(pk=sighting_id):
        row.says = said(row.reasons)
        one: Sighting = row
        return one
    raise Missing(_("There is no such sighting, or it is not yours to see."))


def shown(by: Actor, sighting_id: int | None) -> Sighting | None:
    """One sighting, or nothing where `by` has none of that number."""
    found: Sighting | None = visible(by, None).filter(pk=sighting_id or 0).first()
    return found


def waiting(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Sightings that wait for a decision of `by`, the likeliest first."""
    rows: QuerySet[Any] = reach(by, "watch.decide").narrow(
        Sighting.objects.waiting(), unit="unit", channel="like"
    )
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return rows.order_by("-rank", "-pk")


def next_after(by: Actor, scope: Unit | None, decided: Sighting) -> Sighting | None:
    """What is decided next, once this one is: the likeliest that is left."""
    found: Sighting | None = waiting(by, scope).exclude(pk=decided.pk).first()
    return found


def reports(by: Actor, found: Sighting) -> list[Report]:
    """Who reported a sighting that `by` has been shown, the latest first."""
    rows = Report.objects.visible_to(by).filter(sighting=found).select_related("person")
    return list(rows[:50])


def like_it(found: Sighting) -> tuple[int, int]:
    """How many of others like it were decided, and how many of these to be a threat."""
    threats, decided = learning.about(found)
    return decided, threats


def portrait(channel: Channel) -> Portrait:
    """How a channel that the reader has been shown looks; an empty one where nobody has said it."""
    return Portrait.objects.filter(channel=channel).first() or Portrait(channel=channel)


def whole() -> Unit:
    """The organisation as one: where tips go."""
    return Unit.objects.get(parent=None)


def tips(by: Actor) -> list[Report]:
    """What `by` told us, with what was decided; the latest hundred."""
    rows = Report.objects.filter(person=by.person_id or 0, source="tip").order_by("-pk")
    return list(rows.select_related("sighting__platform")[:100])


def tip(by: Actor, report_id: int) -> Report:
    """One of one's own tips."""
    found = Report.objects.filter(person=by.person_id or 0, source="tip", pk=report_id)
    return found.select_related("sighting__platform").get()
