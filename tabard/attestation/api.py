"""Reviews by API: rounds, sheets, items, evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from tabard.attestation import actions, queries, rules
from tabard.attestation import evidence as proof
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, Moment, endpoint, listed, query
from tabard.kernel.errors import Invalid, Refusal
from tabard.org.queries import unit
from tabard.org.tree import person

router = Router(tags=["Reviews"])
ROUND, SHEET = "/reviews/{int:round_id}", "/sheets/{int:sheet_id}"


class RoundOut(Schema):
    id: int
    kind: str
    unit_id: int
    state: str
    note: str
    opens_at: datetime
    due_at: datetime
    ended_at: datetime | None
    unanswered: str = Field(description="What follows for what nobody answers, by policy.")
    scope: dict[str, Any]
    made_by_id: int | None
    total: ByItself[int]
    answered: ByItself[int]


class RoundMake(Schema):
    unit_id: int
    kind: str = Field("access", description="access: who may do what; register: which channels are ours")
    opens_at: Moment | None = None
    days: int = rules.DAYS
    note: str = ""
    scope: dict[str, Any] = Field({}, description="For register: platform, purpose, state.")


class SheetOut(Schema):
    id: int
    round_id: int
    unit_id: int
    person_id: int | None
    also: list[int]
    state: str
    told: list[dict[str, Any]]
    signed_at: datetime | None
    signed_by_id: int | None
    fingerprint: str
    total: ByItself[int]
    answered: ByItself[int]
    unanswered: str
    gone: list[dict[str, str]] = Field(description="What was asked the last time and is not there any more.")


class ItemOut(Schema):
    id: int
    sheet_id: int
    thing: str
    thing_id: int
    title: str
    facts: dict[str, Any]
    about_id: int | None
    known: int = Field(description="0 new, 1 changed since the last time, 2 as before")
    last: dict[str, Any] | None
    choice: str
    note: str
    given: dict[str, Any]
    outcome: str
    answered_at: datetime | None
    answered_by_id: int | None


class ReviewAnswer(Schema):
    choice: str = Field(description="For access: keep, reduce, revoke. For register: keep, correct, disown.")
    note: str = Field("", description="Needed for disown.")
    given: dict[str, Any] = Field(
        {}, description="For reduce: role_id, ends_at. For correct: the fields of the channel that change."
    )


class ReviewAnswerTo(ReviewAnswer):
    item_id: int


class ReviewAnswered(Schema):
    item_id: int
    status: int
    detail: str


class ReviewAddition(Schema):
    note: str = ""
    given: dict[str, Any] = Field(description="For register: handle, platform, name, purpose.")


class HandedOn(Schema):
    person_id: int


def _round(request: Any, made: Any) -> Any:
    return queries.round_of(request.actor, made.pk)


@endpoint(router, "GET", "/reviews", may="own.reviews", response=Listed[RoundOut])
def reviews(
    request: Any,
    q: str = "",
    unit_id: int | None = None,
    state: str = "",
    kind: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Rounds of reviews, the newest first, with how far they are."""
    scope = unit(request.actor, unit_id) if unit_id else None
    asked = query(q=q, state=state, kind=kind, after=after, size=size)
    return listed(queries.rounds(request.actor, scope, asked))


@endpoint(router, "POST", "/reviews", may="reviews.run", does="round.plan", response={201: RoundOut})
def plan(request: Any, body: RoundMake) -> Any:
    """Begin a round, now or later."""
    where = unit(request.actor, body.unit_id)
    given: dict[str, Any] = {
        "kind": body.kind,
        "opens_at": body.opens_at,
        "days": body.days,
        "words": body.note,
        "scope": body.scope,
    }
    return Status(201, _round(request, actions.plan(request.actor, where, **given)))


@endpoint(router, "GET", ROUND, may="own.reviews", response=RoundOut)
def one(request: Any, round_id: int) -> Any:
    """One round."""
    return queries.round_of(request.actor, round_id)


@endpoint(router, "POST", ROUND + "/opening", may="reviews.run", does="round.open", response=RoundOut)
def open_round(request: Any, round_id: int) -> Any:
    """Begin a planned round now."""
    found = queries.round_of(request.actor, round_id)
    return _round(request, actions.open_round(request.actor, found))


@endpoint(router, "POST", ROUND + "/reminders", may="reviews.run", does="round.remind", response=RoundOut)
def remind(request: Any, round_id: int) -> Any:
    """Remind everybody whose answers are missing."""
    return _round(request, actions.remind(request.actor, queries.round_of(request.actor, round_id)))


@endpoint(router, "POST", ROUND + "/end", may="reviews.run", does="round.close", response=RoundOut)
def close(request: Any, round_id: int) -> Any:
    """End it now: what nobody answered gets the answer of `unanswered`."""
    return _round(request, actions.close(request.actor, queries.round_of(request.actor, round_id)))


@endpoint(router, "DELETE", ROUND, may="reviews.run", does="round.cancel", response=RoundOut)
def cancel(request: Any, round_id: int) -> Any:
    """Call it off: nothing is done about what was not answered."""
    return _round(request, actions.cancel(request.actor, queries.round_of(request.actor, round_id)))


@endpoint(router, "GET", ROUND + "/sheets", may="own.reviews", response=Listed[SheetOut])
def sheets(
    request: Any, round_id: int, q: str = "", state: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """How far each unit is, and who is asked."""
    asked = query(q=q, state=state, sort=sort, after=after, size=size)
    return listed(queries.sheets(request.actor, queries.round_of(request.actor, round_id), asked))


@endpoint(router, "GET", ROUND + "/evidence", may="own.reviews", response=dict[str, Any])
def evidence(request: Any, round_id: int) -> Any:
    """What was asked, answered, done and signed, with fingerprints."""
    return proof.evidence(request.actor, queries.round_of(request.actor, round_id))


@endpoint(router, "GET", "/sheets", may="own.reviews", response=list[SheetOut])
def mine(request: Any) -> Any:
    """Open sheets that one may answer."""
    return queries.my_sheets(request.actor)


@endpoint(router, "GET", SHEET, may="own.reviews", response=SheetOut)
def sheet(request: Any, sheet_id: int) -> Any:
    """One sheet."""
    return queries.sheet(request.actor, sheet_id)


@endpoint(router, "GET", SHEET + "/items", may="own.reviews", response=Listed[ItemOut])
def items(
    request: Any, sheet_id: int, answered: str = "", known: str = "", after: str = "", size: int = 100
) -> Any:
    """What is asked on a sheet, new and changed things first."""
    asked = query(answered=answered, known=known, after=after, size=size)
    return listed(queries.items(request.actor, queries.sheet(request.actor, sheet_id), asked))


def _answer(request: Any, item_id: int, body: ReviewAnswer) -> Any:
    said: dict[str, Any] = {"choice": body.choice, "words": body.note, "given": body.given}
    return actions.answer(request.actor, queries.item(request.actor, item_id), **said)


@endpoint(router, "GET", "/items/{int:item_id}", may="own.reviews", response=ItemOut)
def item(request: Any, item_id: int) -> Any:
    """One item of a sheet, with its answer."""
    return queries.item(request.actor, item_id)


@endpoint(
    router, "PUT", "/items/{int:item_id}/answer", may="own.reviews", does="item.answer", response=ItemOut
)
def answer(request: Any, item_id: int, body: ReviewAnswer) -> Any:
    """Answer one item."""
    return _answer(request, item_id, body)


@endpoint(
    router,
    "POST",
    SHEET + "/answers",
    may="own.reviews",
    does="item.answer",
    response={207: list[ReviewAnswered]},
)
def answer_many(request: Any, sheet_id: int, body: list[ReviewAnswerTo]) -> Any:
    """Answer up to 100 items; each by itself, so that one that is refused holds up no other."""
    queries.sheet(request.actor, sheet_id)
    found = []
    if len(body) > 100:
        raise Invalid({"": [_("At most 100 answers at a time.")]})
    for each in body:
        try:
            said = _answer(request, each.item_id, each).outcome
            found.append({"item_id": each.item_id, "status": 200, "detail": said})
        except Refusal as error:
            found.append({"item_id": each.item_id, "status": error.status, "detail": error.reason})
    return Status(207, found)


@endpoint(router, "POST", SHEET + "/items", may="own.reviews", does="sheet.add", response={201: ItemOut})
def add_item(request: Any, sheet_id: int, body: ReviewAddition) -> Any:
    """Name something that nobody asked about."""
    found = queries.sheet(request.actor, sheet_id)
    made = actions.add_item(request.actor, found, given=body.given, words=body.note)
    return Status(201, queries.item(request.actor, made.pk))


@endpoint(router, "POST", SHEET + "/signature", may="own.reviews", does="sheet.sign", response=SheetOut)
def sign(request: Any, sheet_id: int) -> Any:
    """Put one's name under all answers of a sheet."""
    made = actions.sign(request.actor, queries.sheet(request.actor, sheet_id))
    return queries.sheet(request.actor, made.pk)


@endpoint(router, "PUT", SHEET + "/person", may="own.reviews", does="sheet.hand_on", response=SheetOut)
def hand_on(request: Any, sheet_id: int, body: HandedOn) -> Any:
    """Let somebody else answer."""
    found = queries.sheet(request.actor, sheet_id)
    made = actions.hand_on(request.actor, found, to=person(request.actor, body.person_id))
    return queries.sheet(request.actor, made.pk)
