"""What is read of how channels look at their platforms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named
from tabard.kernel.permissions import reach
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.life.comparable import GIVEN, comparable, waiting
from tabard.life.models import Comparison, Difference
from tabard.org.models import Unit
from tabard.register.filters import platforms_of

STATES = {
    "open": gettext_lazy("To decide"),
    "accepted": gettext_lazy("Taken over"),
    "refused": gettext_lazy("Left as it is"),
    "over": gettext_lazy("Over"),
}
FIELDS = {
    "handle": gettext_lazy("Handle"),
    "url": gettext_lazy("Link"),
    "name": gettext_lazy("Name"),
    "remote_id": gettext_lazy("Platform id"),
}
# What somebody can take over into the register.
CAN_BE_TAKEN = frozenset({"handle", "url", "name", "id", "other", "gone"})
DRAWN = ("channel__unit", "channel__platform", "decided_by")
SOME = 500  # that are decided at once


@dataclass(frozen=True)
class Told:
    """One fact: what it is here and there."""

    label: str
    here: str
    there: str


def told(row: Difference) -> list[Told]:
    """Every fact that is other, in the reader's language."""
    return [
        Told(str(FIELDS[name]), str(row.here.get(name, "")), str(value))
        for name, value in row.there.items()
        if name in FIELDS and value != row.here.get(name)
    ]


def _as_words(row: Difference) -> str:
    return row.said or "; ".join(f"{f.label}: {f.here or '–'} → {f.there}" for f in told(row))


DIFFERENCES: Listing[Any] = Listing(
    name="differences",
    counted=10_000,
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-found_at",)),
        Sort("oldest", gettext_lazy("Oldest"), ("found_at",)),
        Sort("channel", gettext_lazy("Channel"), ("channel__handle",)),
    ),
    filters=(
        Filter("kind", gettext_lazy("What differs"), any_of("kind"), named(Difference.Kind.choices)),
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter(
            "platform",
            gettext_lazy("Platform"),
            any_of("channel__platform"),
            platforms_of(Difference, "channel__platform"),
        ),
        Filter("channel", gettext_lazy("Channel"), ids_of("channel")),
        Filter("unit", gettext_lazy("Unit"), ids_of("channel__unit")),
    ),
    search=folded_in("channel__search", sign="@"),
    columns=(
        Column(gettext_lazy("Unit"), lambda d: d.channel.unit.name),
        Column(gettext_lazy("Platform"), lambda d: d.channel.platform.name),
        Column(gettext_lazy("Channel"), lambda d: d.channel.handle),
        Column(gettext_lazy("What differs"), lambda d: d.get_kind_display()),
        Column(gettext_lazy("Here and there"), _as_words),
        Column(gettext_lazy("State"), lambda d: STATES[d.state]),
        Column(gettext_lazy("Why"), lambda d: d.words),
        Column(gettext_lazy("Found (UTC)"), lambda d: d.found_at.isoformat()),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Differences of channels that `by` may see and that are not retired."""
    rows: QuerySet[Any] = Difference.objects.visible_to(by).exclude(channel__state="retired")
    return rows.filter(channel__unit__path__startswith=scope.path) if scope is not None else rows


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the list and its file: what is to be decided, where no state is asked for."""
    rows = visible(by, scope).select_related(*DRAWN)
    return rows if params.get("state") else rows.filter(state="open")


def differences(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of differences, each with its facts as `told`."""
    drawn = beside(Difference.objects.all(), *DRAWN)
    page = DIFFERENCES.page(by, exported(by, scope, params), params, drawn=drawn)
    for row in page.rows:
        row.told, row.can_be_taken = told(row), row.kind in CAN_BE_TAKEN
    return page


def difference(by: Actor, difference_id: int) -> Difference:
    """One difference. `Missing` if there is none, or not for `by`."""
    for row in visible(by, None).select_related(*DRAWN).filter(pk=difference_id):
        row.told, row.can_be_taken = told(row), row.kind in CAN_BE_TAKEN
        one: Difference = row
        return one
    raise Missing(_("There is no such difference, or it is not yours to see."))


def marked(by: Actor, ids: Iterable[object]) -> list[Difference]:
    """Those that were marked, as far as they are `by`'s to see."""
    rows = visible(by, None).select_related(*DRAWN).filter(pk__in=text.numbers(ids)[:SOME])
    return list(rows.order_by("pk"))


@dataclass(frozen=True)
class Progress:
    """How far it is with what was last asked for together. `held`: their platforms are to be left alone."""

    channels: int
    tried: int
    held: int


def progress(by: Actor, scope: Unit | None) -> Progress:
    """Of the channels that `by` may change, of those that were asked for last."""
    rows = reach(by, "channels.edit").narrow(comparable(), unit="unit", channel="pk")
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    found: QuerySet[Any] = Comparison.objects.filter(channel__in=rows.values("pk"))
    latest = found.aggregate(at=Max("asked_at"))["at"]
    if latest is None:
        return Progress(0, 0, 0)
    held = waiting() & Q(next_at__gt=clock.now() + GIVEN)
    counted = found.filter(asked_at=latest).aggregate(
        channels=Count("pk"), left=Count("pk", filter=waiting()), held=Count("pk", filter=held)
    )
    return Progress(counted["channels"], counted["channels"] - counted["left"], counted["held"])
