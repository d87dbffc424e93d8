"""How safe units are: the mean of their channels' points, and those of all units below."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, IntegerField, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.narrowing import folded_in, named
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.models import Channel
from tabard.safety.queries.score import LEVELS, UNKNOWN, Row, points_of, row, scored


@dataclass(frozen=True)
class OfUnit:
    """A unit with all below it: the mean of its channels' points, how many there are, how many below 50."""

    points: int | None
    channels: int
    bad: int
    unknown: int


class _Mean(Func):
    """The points of a unit, as they are given for each; what is not known is after everything else."""

    template = "(%(expressions)s)::int"
    arg_joiner = " ->> "
    output_field = IntegerField()

    def __init__(self, tallies: Mapping[int, OfUnit]) -> None:
        given = {pk: UNKNOWN if of.points is None else of.points for pk, of in tallies.items()}
        super().__init__(Value(given, JSONField()), Cast(F("pk"), TextField()))


def _level(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    levels = {
        "bad": Q(mean__lt=50),
        "middling": Q(mean__gte=50, mean__lt=80),
        "good": Q(mean__gte=80, mean__lt=UNKNOWN),
        "unknown": Q(mean=UNKNOWN),
    }
    wanted = Q(pk__in=[])
    for value in values:
        wanted |= levels.get(value, Q(pk__in=[]))
    return rows.filter(wanted)


UNITS: Listing[Any] = Listing(
    name="unit_safety",
    sorts=(
        Sort("worst", gettext_lazy("Worst first"), ("mean", "name")),
        Sort("best", gettext_lazy("Best first"), ("-mean", "-name")),
        Sort("name", gettext_lazy("Unit"), ("name",)),
    ),
    filters=(Filter("level", gettext_lazy("Points"), _level, named(LEVELS)),),
    search=folded_in("search"),
    counted=10_000,
    columns=(
        Column(gettext_lazy("Unit"), lambda u: u.name),
        Column(gettext_lazy("Points"), lambda u: u.of.points),
        Column(gettext_lazy("Channels"), lambda u: u.of.channels),
        Column(gettext_lazy("Below 50"), lambda u: u.of.bad),
        Column(gettext_lazy("Nothing known"), lambda u: u.of.unknown),
    ),
)


def units(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of units with channels, the worst first; each has `of`, an `OfUnit`."""
    tallies = _tallies(by, scope)
    drawn = beside(Unit.objects.all())
    page = UNITS.page(by, _with_channels(by, scope, tallies), params, drawn=drawn)
    _told(page.rows, tallies)
    return page


def listed(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> list[Any]:
    """All of them in that order, for a file."""
    tallies = _tallies(by, scope)
    rows = UNITS.narrow(_with_channels(by, scope, tallies), params)
    return _told(list(rows.order_by("mean", "name", "pk")), tallies)


def unit_safety(by: Actor, unit: Unit, worst: int = 0) -> tuple[OfUnit, list[Row]]:
    """One unit with all below it, and as many of its channels as are wanted, the worst first."""
    standings = dict(scored(by, unit).order_by("standing", "handle").values_list("pk", "standing"))
    first = list(standings)[:worst]
    drawn = beside(Channel.objects.all(), "unit", "platform").in_bulk(first)
    for pk, channel in drawn.items():
        channel.standing = standings[pk]  # type: ignore[attr-defined]
    rows = [row(drawn[pk]) for pk in first if pk in drawn]
    return _of(Counter(points_of(standing) for standing in standings.values())), rows


def _tallies(by: Actor, scope: Unit | None) -> dict[int, OfUnit]:
    """Of each unit that has channels, itself or below. One query besides those of the facts."""
    standings = scored(by, scope).order_by().values_list("unit__path", "standing")
    within: dict[int, Counter[int | None]] = defaultdict(Counter)
    for (path, points), n in Counter((path, points_of(standing)) for path, standing in standings).items():
        for pk in path.strip("/").split("/"):
            within[int(pk)][points] += n
    return {pk: _of(points) for pk, points in within.items()}


def _with_channels(by: Actor, scope: Unit | None, tallies: Mapping[int, OfUnit]) -> QuerySet[Any]:
    rows = Unit.objects.visible_to(by).filter(pk__in=tallies).annotate(mean=_Mean(tallies))
    found: QuerySet[Any] = rows if scope is None else rows.filter(path__startswith=scope.path)
    return found


def _told(rows: list[Any], tallies: Mapping[int, OfUnit]) -> list[Any]:
    for unit in rows:
        unit.of = tallies[unit.pk]
    return rows


def _of(points: Counter[int | None]) -> OfUnit:
    """`points`: how many channels have so many."""
    known = {score: n for score, n in points.items() if score is not None}
    there = sum(known.values())
    mean = round(sum(score * n for score, n in known.items()) / there) if there else None
    bad = sum(n for score, n in known.items() if score < 50)
    return OfUnit(mean, points.total(), bad, points[None])
