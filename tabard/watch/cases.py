"""What is read of cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named, ways
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.kernel.question import below, question
from tabard.kernel.today import MOST as ON_TODAY
from tabard.org.models import Unit
from tabard.org.reach import Reach
from tabard.register.filters import all_platforms
from tabard.watch.clocks import LATE
from tabard.watch.judging import said
from tabard.watch.models import Case, Evidence, Filing, Sighting, Turn
from tabard.watch.proof import fits_but_picture
from tabard.watch.routes import Route, route, routes_for
from tabard.watch.track import Record, records
from tabard.watch.turning import next_of

WITH = ("sighting__unit", "sighting__platform", "sighting__like", "owner")
# Of the filings, the evidence and the turns of one case so many are shown; its package has all.
MOST = 100
STATES = {
    "open": gettext_lazy("Open"),
    "contacted": gettext_lazy("Its owner was written to"),
    "reported": gettext_lazy("Reported"),
    "waiting": gettext_lazy("They are looking into it"),
    "closed": gettext_lazy("Closed"),
}
FILING_STATES = {
    "filed": gettext_lazy("It was sent"),
    "acknowledged": gettext_lazy("They have it"),
    "asked": gettext_lazy("They ask for more"),
    "ended": gettext_lazy("Ended"),
}
# What can be noted of an answer.
ANSWERS = {name: FILING_STATES[name] for name in ("acknowledged", "asked")} | dict(Filing.Answer.choices)
OUTCOMES = dict(Case.Outcome.choices)
DECISIONS = Sighting.Decision.choices


def due() -> Q:
    """Something is to be done about it, today or since before."""
    return ~Q(todo="") & Q(due_on__lte=clock.today())


CASES: Listing[Any] = Listing(
    name="cases",
    sorts=(
        Sort("due", gettext_lazy("Due first"), ("due_on",)),
        Sort("newest", gettext_lazy("Newest"), ("-opened_at",)),
        Sort("oldest", gettext_lazy("Oldest"), ("opened_at",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        ways("due", gettext_lazy("Due"), {"now": (gettext_lazy("Today or before"), due)}),
        Filter("outcome", gettext_lazy("Outcome"), any_of("outcome"), named(Case.Outcome.choices)),
        Filter("platform", gettext_lazy("Platform"), any_of("sighting__platform"), all_platforms),
        Filter("decision", gettext_lazy("Decision"), any_of("sighting__decision"), named(DECISIONS)),
        Filter(
            "owner",
            gettext_lazy("Who sees to it"),
            ids_of("owner"),
            lambda by: [Choice(str(by.person_id), _("me"))] if by.person_id else [],
        ),
        Filter("unit", gettext_lazy("Unit"), ids_of("sighting__unit")),
        Filter("like", gettext_lazy("Channel"), ids_of("sighting__like")),
    ),
    search=folded_in("search", sign="@"),
    columns=(
        Column(gettext_lazy("Platform"), lambda c: c.sighting.platform.name),
        Column(gettext_lazy("Handle"), lambda c: c.sighting.handle),
        Column(gettext_lazy("Address"), lambda c: c.sighting.url),
        Column(gettext_lazy("Like"), lambda c: c.sighting.like.handle if c.sighting.like else ""),
        Column(gettext_lazy("Unit"), lambda c: c.sighting.unit.name),
        Column(gettext_lazy("State"), lambda c: STATES[c.state]),
        Column(gettext_lazy("Next"), lambda c: c.get_todo_display() if c.todo else ""),
        Column(gettext_lazy("Due"), lambda c: c.due_on.isoformat() if c.todo else ""),
        Column(gettext_lazy("Who sees to it"), lambda c: c.owner and c.owner.name),
        Column(gettext_lazy("Opened (UTC)"), lambda c: c.opened_at.isoformat(timespec="seconds")),
        Column(
            gettext_lazy("Closed (UTC)"), lambda c: c.closed_at and c.closed_at.isoformat(timespec="seconds")
        ),
        Column(gettext_lazy("Outcome"), lambda c: c.get_outcome_display()),
        Column(gettext_lazy("Note"), lambda c: c.words),
        Column(gettext_lazy("Came back"), lambda c: c.returns),
    ),
)  # fmt: skip


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Cases that `by` may see in `scope`."""
    rows: QuerySet[Any] = Case.objects.visible_to(by)
    if scope is not None:
        rows = rows.filter(sighting__unit__path__startswith=scope.path)
    return beside(rows, *WITH)


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the list and its file: what is done with only where it is asked for."""
    rows = visible(by, scope)
    asked = any(params.get(name) for name in ("state", "outcome", "q"))
    return rows if asked else rows.exclude(todo="")


def cases(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of cases."""
    return CASES.page(by, exported(by, scope, params), params)


def case(by: Actor, case_id: int) -> Case:
    """One case. `Missing` if there is none, or not for `by`."""
    found: Case | None = visible(by, None).filter(pk=case_id).first()
    if found is None:
        raise Missing(_("There is no such case, or it is not yours to see."))
    return found


def filing(by: Actor, filing_id: int) -> Filing:
    """One way that was taken, with what can be noted of it."""
    rows = Filing.objects.visible_to(by).filter(pk=filing_id)
    found: Any = rows.select_related("filed_by", *(f"case__{path}" for path in WITH)).first()
    if found is None:
        raise Missing(_("There is no such case, or it is not yours to see."))
    way: Filing = _shown(found)
    return way


def evidence(by: Actor, evidence_id: int) -> Evidence:
    """One piece of evidence, whole."""
    found: Any = (
        Evidence.objects.visible_to(by).filter(pk=evidence_id).select_related("case__sighting").first()
    )
    if found is None:
        raise Missing(_("There is no such case, or it is not yours to see."))
    one: Evidence = found
    return one


def filings_of(found: Case) -> list[Filing]:
    """The ways that were taken in a case that the reader has been shown, the latest first."""
    return [_shown(each) for each in found.filings.select_related("filed_by").order_by("-pk")[:MOST]]


def _shown(way: Any) -> Any:
    way.word = FILING_STATES[way.state]
    way.next = "" if way.ended_at else Case.Todo(next_of(way)).label
    return way


def evidence_of(found: Case) -> list[Evidence]:
    """What was kept, the latest first, without the pictures; each says whether it counts and still fits."""
    rows: list[Any] = list(found.evidence.defer("picture").order_by("-pk")[:MOST])
    for one in rows:
        one.counts, one.fits = one.taken_at >= found.since, fits_but_picture(one)
    return rows


def proven(found: Case) -> bool:
    """Whether anything was kept of the account that is there now."""
    return found.evidence.filter(taken_at__gte=found.since).exists()


def turns_of(found: Case, way: Filing | None = None) -> list[Turn]:
    """What happened in a case, or on one way in it, the latest first."""
    rows = found.turns.select_related("by", "filing").order_by("-pk")
    return list((rows if way is None else rows.filter(filing=way))[:MOST])


@dataclass(frozen=True)
class Kept:
    """A picture as it was kept."""

    data: bytes
    form: str


def picture(by: Actor, evidence_id: int) -> Kept:
    """The picture of one piece of evidence. `Missing` where there is none."""
    one = evidence(by, evidence_id)
    if one.picture is None:
        raise Missing(_("There is no such picture."))
    return Kept(bytes(one.picture), one.form)


@dataclass(frozen=True)
class Choosable:
    """A way that could be taken, and what our own history says of it.

    `open`: it is taken already. `onward`: it usually follows one that came to nothing.
    """

    route: Route
    record: Record
    open: bool
    onward: bool


def choosable(found: Sighting, there: Case | None = None) -> list[Choosable]:
    """The ways there are for an account, whether there is a case yet or not."""
    past = records(found.platform_id)
    taken = list(there.filings.filter(filed_at__gte=there.since)) if there else []
    open_ = {way.route for way in taken if way.ended_at is None}
    onward = {kind for way in taken if _came_to_nothing(way) for kind in _then(way)}
    return [
        Choosable(way, past.get(way.code, Record()), way.code in open_, way.kind in onward)
        for way in routes_for(found.platform_id)
    ]


def _came_to_nothing(way: Filing) -> bool:
    if way.ended_at is None:
        return next_of(way) == Case.Todo.ONWARD
    return way.answer in {Filing.Answer.REJECTED, Filing.Answer.SILENT}


def _then(way: Filing) -> tuple[str, ...]:
    found = route(way.route)
    return found.then if found else ()


def of_sighting(by: Actor, found: Sighting) -> Case | None:
    """The case about a sighting that `by` has been shown."""
    there: Case | None = visible(by, None).filter(sighting=found).first()
    return there


@question
def mine(person: int, path: str) -> Any:
    """Cases that `person` sees to and in which something is due."""
    rows = below(Case.objects.filter(due(), owner=person), path, "sighting__unit")
    return rows.order_by("due_on", "pk").values_list("pk")[: ON_TODAY + 1]


@question
def late(within: Reach, person: int, path: str) -> Any:
    """Cases of others within reach that have long been due, or whose owner has gone."""
    old = ~Q(todo="") & Q(due_on__lte=clock.today() - LATE)
    gone = ~Q(todo="") & (Q(owner=None) | Q(owner__is_active=False))
    rows = Case.objects.filter(old | gone).exclude(owner=person)
    rows = within.narrow(rows, unit="sighting__unit", channel="sighting__like")
    return below(rows, path, "sighting__unit").order_by("due_on", "pk").values_list("pk")[: ON_TODAY + 1]


def reasons(found: Case) -> list[str]:
    """Why it looks like ours."""
    return said(found.sighting.reasons)


def open_ways(case: Case) -> list[Filing]:
    """The ways of a case that the reader has been shown that nobody has ended yet."""
    return list(case.filings.filter(ended_at=None))
