"""What every step of a case does besides: what is due follows from its ways, and it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tabard.kernel import clock, text
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.watch.clocks import PATIENCE, TO_CHOOSE, is_over
from tabard.watch.events import CaseMoved
from tabard.watch.models import Case, Filing, Turn
from tabard.watch.routes import OWNER, route
from tabard.watch.states import CASE

# Answers with which there is nothing left to do about it.
WON = (Filing.Answer.REMOVED, Filing.Answer.RENAMED, Filing.Answer.HANDED_OVER)


@step
def settle(case: Case, *, due: date | None = None) -> None:
    """State, what is next and by when, from the ways that are open. `due`: by when a way is to be chosen."""
    ways = list(case.filings.filter(ended_at=None).order_by("follow_on", "pk"))
    if (state := _state(ways)) != case.state:
        move(case, CASE, state)
    todo, day = _todo(case, ways)
    if todo == Case.Todo.WAY:
        there = case.due_on if case.todo == todo else clock.today() + timedelta(days=TO_CHOOSE)
        day = due or there
    case.todo, case.due_on = todo, day
    case.search = _search(case)
    case.save(update_fields=["todo", "due_on", "search"])


def _state(ways: Sequence[Filing]) -> str:
    reported = [way for way in ways if way.route != OWNER]
    if any(way.state != "filed" for way in reported):
        return "waiting"
    if reported:
        return "reported"
    return "contacted" if ways else "open"


def _todo(case: Case, ways: Sequence[Filing]) -> tuple[str, date]:
    if case.filings.filter(answer__in=WON, ended_at__gte=case.since).exists():
        return Case.Todo.CLOSE, clock.today()
    if not ways:
        return Case.Todo.WAY, clock.today()
    return next_of(ways[0]), ways[0].follow_on


def next_of(way: Filing) -> str:
    """What is next on a way that is open."""
    if way.state == "asked":
        return Case.Todo.MORE
    return Case.Todo.ONWARD if is_over(patience_of(way), way.since, way.follow_on) else Case.Todo.FOLLOW


def patience_of(way: Filing) -> Sequence[int]:
    """The days on which a way is asked after."""
    found = route(way.route)
    return found.patience if found else PATIENCE


def _search(case: Case) -> str:
    numbers = case.filings.exclude(reference="").values_list("reference", flat=True)
    return text.folded(case.sighting.handle, case.sighting.name, *numbers)


@step
def turn(
    by: Actor, case: Case, kind: str, *, filing: Filing | None = None, answer: str = "", words: str = ""
) -> None:
    """Write down what happened, and tell whoever listens."""
    Turn.objects.create(
        case=case,
        filing=filing,
        kind=kind,
        answer=answer,
        words=words,
        by_id=by.person_id,
        at=clock.now(),
    )
    emit(by, CaseMoved(case.pk, case.sighting.unit_id, kind, case.owner_id))
