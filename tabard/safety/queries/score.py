"""How safe channels and units are, from facts: in points, with what to do next and who does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, named
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.filters import platforms_of
from tabard.register.models import Channel
from tabard.safety.facts import Fact, facts

WITH = ("unit__lead", "unit__deputy", "platform", "answers")
# Where nothing is known: after everything else.
UNKNOWN = 101


class _Digit(Func):
    """One fact as a digit to the base of three: 0 not known, 1 not well, 2 well."""

    template = "(CASE %(expressions)s WHEN true THEN 2 * %(place)s WHEN false THEN %(place)s ELSE 0 END)"
    output_field = BigIntegerField()

    def __init__(self, fact: Fact, position: int) -> None:
        super().__init__(fact.ask(), place=3**position)


class _Standing(Func):
    """The points of a channel, and below them all its facts as digits: one number that says everything.

    So each fact is asked once, to sort by and to draw; those with the same points and the same faults stand
    together. `rules.points` says the same in Python.
    """

    # Fenced in: each place where the facts were written out would ask every one again.
    template = (
        "(SELECT CASE WHEN sums.known = 0 THEN %(unknown)s"
        " ELSE (100 * sums.good + sums.known / 2) / sums.known END * %(all)s + digits.it"
        " FROM (SELECT %(expressions)s AS it OFFSET 0) digits,"
        " LATERAL (SELECT %(known)s AS known, %(good)s AS good OFFSET 0) sums)"
    )
    output_field = BigIntegerField()

    def __init__(self, digits: Any, every: Sequence[Fact]) -> None:
        known, good = (
            " + ".join(
                f"{int(f.weight)} * {sign}" for f, sign in ((f, _sign(n, least)) for n, f in enumerate(every))
            )
            for least in (1, 2)
        )
        super().__init__(digits, unknown=UNKNOWN, all=3 ** len(every), known=known, good=good)


def _sign(position: int, least: int) -> str:
    """1 where a digit is at least so much, else 0."""
    return f"(mod(digits.it / {3**position}, 3) >= {least})::int"


def _scored(rows: QuerySet[Any]) -> QuerySet[Any]:
    """`rows` with all their facts as one number, `standing`."""
    every = facts()
    digits = sum((_Digit(f, n) for n, f in enumerate(every)), start=Value(0, BigIntegerField()))
    found: QuerySet[Any] = rows.annotate(standing=_Standing(digits, every))
    return found


def _from(score: int) -> int:
    """The lowest standing with so many points."""
    return score * int(3 ** len(facts()))


def _where(digit: int) -> Callable[[QuerySet[Any], list[str]], QuerySet[Any]]:
    """Rows of which any of some facts is this digit."""

    def apply(rows: QuerySet[Any], names: list[str]) -> QuerySet[Any]:
        wanted = Q()
        for position, fact in enumerate(facts()):
            if fact.name in names:
                place = Func(F("standing"), template=f"(%(expressions)s / {3**position})")
                wanted |= Q(Exact(Mod(place, 3, output_field=BigIntegerField()), digit))
        return rows.filter(wanted)

    return apply


def _level(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    levels = {
        "bad": Q(standing__lt=_from(50)),
        "middling": Q(standing__gte=_from(50), standing__lt=_from(80)),
        "good": Q(standing__gte=_from(80), standing__lt=_from(UNKNOWN)),
        "unknown": Q(standing__gte=_from(UNKNOWN)),
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


SAFETY: Listing[Any] = Listing(
    name="safety",
    counted=10_000,
    sorts=(
        Sort("worst", gettext_lazy("Worst first"), ("standing", "handle")),
        Sort("best", gettext_lazy("Best first"), ("-standing", "-handle")),
        Sort("handle", gettext_lazy("Channel"), ("handle",)),
        Sort("unit", gettext_lazy("Unit"), ("unit__name", "handle")),
    ),
    filters=(
        Filter("level", gettext_lazy("Points"), _level, named(LEVELS)),
        Filter(
            "wrong",
            gettext_lazy("What is wrong"),
            _where(1),
            lambda by: [Choice(f.name, str(f.wrong)) for f in facts()],
        ),
        Filter(
            "unknown",
            gettext_lazy("What nobody knows"),
            _where(0),
            lambda by: [Choice(f.name, str(f.unknown)) for f in facts()],
        ),
        Filter("platform", gettext_lazy("Platform"), any_of("platform"), platforms_of(Channel)),
    ),
    search=folded_in("search", sign="@"),
    columns=(
        Column(gettext_lazy("Channel"), lambda c: c.handle),
        Column(gettext_lazy("Platform"), lambda c: c.platform.name),
        Column(gettext_lazy("Unit"), lambda c: c.unit.name),
        Column(gettext_lazy("Points"), lambda c: score_of(c)),
        Column(gettext_lazy("Wrong"), lambda c: "; ".join(str(f.wrong) for f in _which(c, False))),
        Column(gettext_lazy("Not known"), lambda c: "; ".join(str(f.unknown) for f in _which(c, None))),
        Column(gettext_lazy("Next step"), lambda c: next((str(f.do) for f in _which(c, False)), "")),
    ),
)


def values(channel: Any) -> Iterator[tuple[Fact, bool | None]]:
    """Each fact with its answer for a channel that comes from here."""
    digits = channel.standing
    for fact in facts():
        digits, digit = divmod(digits, 3)
        yield fact, (None, False, True)[digit]


def _which(channel: Any, answer: bool | None) -> list[Fact]:
    return [fact for fact, value in values(channel) if value is answer]


def score_of(channel: Any) -> int | None:
    """Its points."""
    return points_of(channel.standing)


def points_of(standing: int) -> int | None:
    """The points in a standing; None where nothing is known."""
    score = standing // _from(1)
    return None if score == UNKNOWN else score


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
    return Row(channel, score_of(channel), _which(channel, False), len(_which(channel, None)))


def safety(
    by: Actor, scope: Unit | None, params: Mapping[str, list[str]], *, steps: bool = False
) -> Page[Any]:
    """A page of channels, the worst first. `steps`: with the people whom the steps of each name."""
    drawn = beside(Channel.objects.all(), *(WITH if steps else ("unit", "platform")))
    return SAFETY.page(by, scored(by, scope), params, drawn=drawn, carried=("standing",))


@dataclass(frozen=True)
class Step:
    """One fact of one channel, as its page says it. `well` is None where nobody knows."""

    name: str
    well: bool | None
    weight: int
    said: str
    do: str
    who: Any
    where: str
    channel_id: int

    @property
    def url(self) -> str:
        """The page on which it is mended."""
        return reverse(self.where, args=[self.channel_id])


def channel_safety(by: Actor, channel_id: int) -> Any:
    """One channel with its facts. `Missing` if there is none, or not for `by`."""
    rows = Channel.objects.visible_to(by).filter(pk=channel_id).select_related(*WITH)
    for found in _scored(rows):
        return found
    raise Missing(_("There is no such channel, or it is not yours to see."))


def steps(channel: Any) -> list[Step]:
    """What is wrong, then what nobody knows, then what is well."""
    found = [_step(channel, fact, well) for fact, well in values(channel)]
    return sorted(found, key=lambda s: {False: 0, None: 1, True: 2}[s.well])


def _step(channel: Any, fact: Fact, well: bool | None) -> Step:
    said = {True: fact.well, False: fact.wrong, None: fact.unknown}[well]
    lead = channel.unit.lead or channel.unit.deputy
    who = None if well else lead if fact.who == "lead" else channel.answers
    return Step(fact.name, well, fact.weight, str(said), str(fact.do), who, fact.where, channel.pk)
