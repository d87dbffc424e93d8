"""What is read of whether channels are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Invalid
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named, ways
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.life import worth_rules as rules
from tabard.life.models import Worth
from tabard.life.weighing import ON_ITS_WAY_OUT
from tabard.org.models import Unit
from tabard.register.filters import platforms_of
from tabard.register.models import Channel
from tabard.register.rules import Unresolved, resolve

DECISIONS = {
    "keep": gettext_lazy("It stays"),
    "merge": gettext_lazy("Merged into another"),
    "retire": gettext_lazy("Retired"),
}
FIGURES = {
    "active_on": gettext_lazy("Last post"),
    "posts": gettext_lazy("Posts a month, through here"),
    "followers": gettext_lazy("Followers"),
    "growth": gettext_lazy("Change of followers in 90 days, per cent"),
    "failed": gettext_lazy("Posts that failed, per cent"),
    "safety": gettext_lazy("Safety, of 100"),
    "hours": gettext_lazy("Hours a month"),
    "cost": gettext_lazy("Cost a month"),
}
DRAWN = ("channel__unit", "channel__platform")
WITH = (*DRAWN, "into__platform", "decided_by")


def says(worth: Worth) -> list[str]:
    """Its reasons, in the reader's language, what speaks against it first."""
    return [str(rules.BY_CODE[code].says) % said for code, said in worth.reasons if code in rules.BY_CODE]


def kept() -> Q:
    """Somebody has said that it stays, and the day to ask again has not come."""
    return Q(decision="keep", ask_on__gt=clock.today())


def due() -> Q:
    """Kept until today: it is asked again."""
    return Q(decision="keep", ask_on__lte=clock.today())


def to_ask() -> Q:
    """Something speaks against it and nobody has decided, or it is time to ask again."""
    return Q(verdict__in=("ask", "doubtful")) & ~kept() | due()


def _figure(name: str) -> Column[Any]:
    return Column(FIGURES[name], lambda w: w.figures.get(name, ""))


WORTHS: Listing[Any] = Listing(
    name="needed",
    counted=10_000,
    sorts=(
        Sort("worst", gettext_lazy("What speaks most against first"), ("-points",)),
        Sort("best", gettext_lazy("What speaks most for first"), ("points",)),
        Sort("channel", gettext_lazy("Channel"), ("channel__handle",)),
    ),
    filters=(
        Filter("verdict", gettext_lazy("Is it needed?"), any_of("verdict"), named(rules.VERDICTS)),
        ways(
            "state",
            gettext_lazy("State"),
            {
                "ask": (gettext_lazy("To ask about"), to_ask),
                "again": (gettext_lazy("Time to ask again"), due),
                "kept": (gettext_lazy("Kept"), kept),
            },
        ),
        Filter(
            "platform",
            gettext_lazy("Platform"),
            any_of("channel__platform"),
            platforms_of(Worth, "channel__platform"),
        ),
        Filter("unit", gettext_lazy("Unit"), ids_of("channel__unit")),
    ),
    search=folded_in("channel__search", sign="@"),
    columns=(
        Column(gettext_lazy("Unit"), lambda w: w.channel.unit.name),
        Column(gettext_lazy("Platform"), lambda w: w.channel.platform.name),
        Column(gettext_lazy("Channel"), lambda w: w.channel.handle),
        Column(gettext_lazy("Is it needed?"), lambda w: rules.VERDICTS[w.verdict]),
        Column(gettext_lazy("Points against it"), lambda w: w.points),
        Column(gettext_lazy("Reasons"), lambda w: " ".join(says(w))),
        *(_figure(name) for name in FIGURES),
        Column(gettext_lazy("Decision"), lambda w: DECISIONS[w.decision] if w.decision else ""),
        Column(gettext_lazy("Why"), lambda w: w.words),
        Column(gettext_lazy("Asked again"), lambda w: w.ask_on or ""),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """What is known of channels that `by` may see and that are not on their way out."""
    rows: QuerySet[Any] = Worth.objects.visible_to(by).exclude(channel__state__in=ON_ITS_WAY_OUT)
    return rows.filter(channel__unit__path__startswith=scope.path) if scope is not None else rows


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the list and its file: those to ask about, where nothing else is asked for."""
    rows = visible(by, scope).select_related(*DRAWN)
    asked = any(params.get(name) for name in ("state", "verdict"))
    return rows if asked else rows.filter(to_ask())


def worths(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of channels, each with its reasons as `says`."""
    drawn = beside(Worth.objects.all(), *DRAWN)
    page = WORTHS.page(by, exported(by, scope, params), params, drawn=drawn)
    for row in page.rows:
        row.says = says(row)
    return page


def worth(by: Actor, channel: Channel) -> Worth:
    """What is known of a channel that `by` has been shown; nothing yet where nobody has looked."""
    found: Worth | None = Worth.objects.filter(channel=channel).select_related(*WITH).first()
    return found or Worth(channel=channel)


@dataclass(frozen=True)
class Figure:
    """One figure beside what is usual on its platform; empty where it is not known."""

    label: str
    here: str
    usual: str


def figures(worth: Worth) -> list[Figure]:
    """All of them, known or not, in the reader's language."""
    return [
        Figure(str(label), _written(worth.figures.get(name)), _written(worth.usual.get(name)))
        for name, label in FIGURES.items()
    ]


def _written(value: Any) -> str:
    if value is None:
        return ""
    return date_format(date.fromisoformat(value), "j F Y") if isinstance(value, str) else rules.plain(value)


@dataclass(frozen=True)
class Reason:
    """One reason: what it says, and its points against the channel; below nought they speak for it."""

    said: str
    points: int


def reasons(worth: Worth) -> list[Reason]:
    """Every one with its points."""
    known = [(code, said) for code, said in worth.reasons if code in rules.BY_CODE]
    return [Reason(str(rules.BY_CODE[c].says) % said, rules.BY_CODE[c].points) for c, said in known]


def into_named(by: Actor, typed: str) -> Channel:
    """The channel that was meant by an id, a link or a handle. `Invalid` at `into` where it is not one."""
    rows = Channel.objects.visible_to(by).exclude(state__in=ON_ITS_WAY_OUT)
    typed = text.name(typed or "")
    by_name = rows.filter(handle__iexact=typed.removeprefix("@")) if typed else rows.none()
    found = list(by_name[:2])
    if not found and (number := text.number(typed)):
        found = list(rows.filter(pk=number))
    if not found:
        found = list(_linked(rows, typed)[:2])
    if len(found) > 1:
        raise Invalid({"into": [_("Several channels are called this; give the link.")]})
    if not found:
        raise Invalid({"into": [_("There is no such channel, or it is not yours to see.")]})
    one: Channel = found[0]
    return one


def _linked(rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
    try:
        meant = resolve(typed)
    except Unresolved:
        return rows.none()
    return rows.filter(platform=meant.platform, handle__iexact=meant.handle)
