"""How safe channels and units are, from facts: in points, with what to do next and who does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.models import Channel, Platform
from tabard.register.people import answers, with_people
from tabard.safety.facts import Fact, facts, oldest_change
from tabard.safety.rules import points

WITH = ("unit__lead", "unit__deputy", "platform", "owner", "deputy")
# Where nothing is known: after everything else.
UNKNOWN = 101
# Two sums in one number: more than all weights together.
TIMES = 10_000


class _Weighed(Func):
    """What one fact brings: its weight among what is known, and `TIMES` its weight where it is well."""

    template = "(CASE %(expressions)s WHEN true THEN %(well)s WHEN false THEN %(weight)s ELSE 0 END)"
    output_field = IntegerField()

    def __init__(self, fact: Fact) -> None:
        weight = int(fact.weight)
        super().__init__(F(f"fact_{fact.name}"), weight=weight, well=weight * TIMES + weight)


class _Points(Func):
    """The points of what all facts bring together; `rules.points` says the same in Python."""

    # Named once and fenced in: each place where it were written out would ask every fact again.
    template = (
        "(SELECT CASE WHEN all_of.it = 0 THEN %(unknown)s ELSE"
        " (100 * (all_of.it / %(times)s) + mod(all_of.it, %(times)s) / 2) / mod(all_of.it, %(times)s) END"
        " FROM (SELECT %(expressions)s AS it OFFSET 0) all_of)"
    )
    output_field = IntegerField()

    def __init__(self, *sums: Any) -> None:
        super().__init__(*sums, unknown=UNKNOWN, times=TIMES)


def _scored(rows: QuerySet[Any]) -> QuerySet[Any]:
    """`rows` with every fact as `fact_NAME` and the points as `score_n`, worked out by the database."""
    every = facts()
    rows = with_people(rows).annotate(oldest_change=oldest_change())
    rows = rows.annotate(**{f"fact_{f.name}": f.ask() for f in every})
    brought = sum((_Weighed(f) for f in every), start=Value(0, IntegerField()))
    found: QuerySet[Any] = rows.annotate(score_n=_Points(brought))
    return found


def _wrong(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    names = {f.name for f in facts()}
    wanted = Q()
    for value in values:
        if value in names:
            wanted |= Q(**{f"fact_{value}": False})
    return rows.filter(wanted)


def _unknown(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    names = {f.name for f in facts()}
    wanted = Q()
    for value in values:
        if value in names:
            wanted |= Q(**{f"fact_{value}": None})
    return rows.filter(wanted)


def _level(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    levels = {
        "bad": Q(score_n__lt=50),
        "middling": Q(score_n__gte=50, score_n__lt=80),
        "good": Q(score_n__gte=80, score_n__lte=100),
        "unknown": Q(score_n=UNKNOWN),
    }
    wanted = Q()
    for value in values:
        wanted |= levels.get(value, Q())
    return rows.filter(wanted)


LEVELS = {
    "bad": gettext_lazy("Below 50"),
    "middling": gettext_lazy("50 to 79"),
    "good": gettext_lazy("80 and more"),
    "unknown": gettext_lazy("Nothing known"),
}


def _search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in text.folded(words).split():
        rows = rows.filter(search__contains=word.lstrip("@"))
    return rows


def _platforms(by: Actor) -> list[Choice]:
    there = Channel.objects.visible_to(by).order_by().values("platform").distinct()
    return [Choice(p.slug, p.name) for p in Platform.objects.filter(pk__in=there)]


SAFETY: Listing[Any] = Listing(
    name="safety",
    counted=10_000,
    sorts=(
        Sort("worst", gettext_lazy("Worst first"), ("score_n", "handle")),
        Sort("best", gettext_lazy("Best first"), ("-score_n", "-handle")),
        Sort("handle", gettext_lazy("Channel"), ("handle",)),
        Sort("unit", gettext_lazy("Unit"), ("unit__name", "handle")),
    ),
    filters=(
        Filter(
            "level",
            gettext_lazy("Points"),
            _level,
            lambda by: [Choice(name, str(label)) for name, label in LEVELS.items()],
        ),
        Filter(
            "wrong",
            gettext_lazy("What is wrong"),
            _wrong,
            lambda by: [Choice(f.name, str(f.wrong)) for f in facts()],
        ),
        Filter(
            "unknown",
            gettext_lazy("What nobody knows"),
            _unknown,
            lambda by: [Choice(f.name, str(f.unknown)) for f in facts()],
        ),
        Filter("platform", gettext_lazy("Platform"), lambda rows, v: rows.filter(platform__in=v), _platforms),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Channel"), lambda c: c.handle),
        Column(gettext_lazy("Platform"), lambda c: c.platform.name),
        Column(gettext_lazy("Unit"), lambda c: c.unit.name),
        Column(gettext_lazy("Points"), lambda c: score_of(c)),
        Column(
            gettext_lazy("Wrong"), lambda c: "; ".join(str(f.wrong) for f in facts() if value(c, f) is False)
        ),
        Column(
            gettext_lazy("Not known"),
            lambda c: "; ".join(str(f.unknown) for f in facts() if value(c, f) is None),
        ),
        Column(
            gettext_lazy("Next step"),
            lambda c: next((str(f.do) for f in facts() if value(c, f) is False), ""),
        ),
    ),
)


def value(channel: Any, fact: Fact) -> bool | None:
    """The answer for a channel that comes from here."""
    found: bool | None = getattr(channel, f"fact_{fact.name}")
    return found


def score_of(channel: Any) -> int | None:
    """Its points."""
    return points({f.name: value(channel, f) for f in facts()}, {f.name: f.weight for f in facts()})


def scored(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """The channels in use that `by` may see, with their facts."""
    rows = Channel.objects.visible_to(by).exclude(state__in=("proposed", "retired")).select_related(*WITH)
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return _scored(rows)


@dataclass(frozen=True)
class Row:
    """A channel in the list: points (None: nothing known), what is wrong, how much nobody knows."""

    channel: Any
    points: int | None
    wrong: list[Fact]
    unknown: int


def row(channel: Any) -> Row:
    every = facts()
    wrong = [f for f in every if value(channel, f) is False]
    return Row(channel, score_of(channel), wrong, sum(value(channel, f) is None for f in every))


def safety(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of channels, the worst first."""
    return SAFETY.page(by, scored(by, scope), params)


@dataclass(frozen=True)
class Step:
    """One fact of one channel, as its page says it. `well` is None where nobody knows."""

    name: str
    well: bool | None
    weight: int
    said: str
    do: str
    url: str
    who: Any


def channel_safety(by: Actor, channel_id: int) -> Any:
    """One channel with its facts. `Missing` if there is none, or not for `by`."""
    rows = Channel.objects.visible_to(by).filter(pk=channel_id).select_related(*WITH)
    for found in _scored(rows):
        return found
    raise Missing(_("There is no such channel, or it is not yours to see."))


def steps(channel: Any) -> list[Step]:
    """What is wrong, then what nobody knows, then what is well."""
    found = []
    for fact in facts():
        well = value(channel, fact)
        said = {True: fact.well, False: fact.wrong, None: fact.unknown}[well]
        who = channel.unit.lead or channel.unit.deputy if fact.who == "lead" else answers(channel)
        url = reverse(fact.where, args=[channel.pk])
        found.append(Step(fact.name, well, fact.weight, str(said), str(fact.do), url, None if well else who))
    return sorted(found, key=lambda s: {False: 0, None: 1, True: 2}[s.well])


@dataclass(frozen=True)
class OfUnit:
    """A unit with all below it: the mean of its channels' points, how many there are, how many below 50."""

    unit: Unit
    points: int | None
    channels: int
    bad: int
    unknown: int


def units(by: Actor, scope: Unit | None) -> list[OfUnit]:
    """Units with channels, the worst first. Two queries besides those of the facts."""
    within: dict[int, list[int]] = defaultdict(list)
    for path, score in scored(by, scope).order_by().values_list("unit__path", "score_n"):
        for pk in path.strip("/").split("/"):
            within[int(pk)].append(score)
    rows = Unit.objects.visible_to(by).filter(pk__in=within)
    if scope is not None:
        rows = rows.filter(path__startswith=scope.path)
    found = [_of_unit(unit, within[unit.pk]) for unit in rows]
    return sorted(found, key=lambda u: (UNKNOWN if u.points is None else u.points, u.unit.name))


def unit_safety(by: Actor, unit: Unit) -> OfUnit:
    """One unit with all below it."""
    return _of_unit(unit, list(scored(by, unit).order_by().values_list("score_n", flat=True)))


def _of_unit(unit: Unit, scores: list[int]) -> OfUnit:
    known = [score for score in scores if score != UNKNOWN]
    mean = round(sum(known) / len(known)) if known else None
    return OfUnit(unit, mean, len(scores), sum(s < 50 for s in known), len(scores) - len(known))
