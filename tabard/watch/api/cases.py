"""Cases about accounts that pass for ours, by API."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.kernel.errors import Invalid
from tabard.org.queries import person_named
from tabard.org.queries import unit as unit_of
from tabard.watch import actions, cases, letters, proof, queries

router = Router(tags=["Watch"])
ONE = "/cases/{int:case_id}"
WAY = "/filings/{int:filing_id}"
Answer = Literal[
    "acknowledged", "asked", "removed", "renamed", "handed_over", "rejected", "silent", "withdrawn"
]
Ending = Literal["removed", "renamed", "handed_over", "rejected", "silent", "dropped"]


class CaseOut(Schema):
    """One case. `state`: open, contacted, reported, waiting or closed; `todo`: way, follow, more, onward,
    close, look or nothing; `due_on` is of no meaning where `todo` is empty. `since`: evidence from then on
    counts.
    """

    id: int
    sighting_id: int
    unit_id: int
    owner_id: int | None
    language: str
    state: str
    todo: str
    due_on: date
    opened_by_id: int | None
    opened_at: datetime
    since: datetime
    returns: int
    closed_at: datetime | None
    outcome: str
    words: str
    looks: int

    @staticmethod
    def resolve_unit_id(found: Any) -> int:
        return int(found.sighting.unit_id)


class CaseIn(Schema):
    """`owner`: an id, e-mail or name. `language`: that of its letters, en or bg."""

    owner: str | int
    language: str = "en"


class CaseOwner(Schema):
    """`owner`: an id, e-mail or name."""

    owner: str | int


class EvidenceIn(Schema):
    """What is seen at `address` (that of the sighting, where it is empty): the text of the page, a picture
    of it in base64, or both. `number`: by which the platform knows the account.
    """

    address: str = ""
    number: str = ""
    page: str = ""
    picture: str = ""


class EvidenceOut(Schema):
    """What was kept; nobody can change it. `sha256` is over everything else here, without `id`, `case_id` and
    `form`, as JSON with sorted names and no blanks, `page` and the picture by their own digests.
    """

    id: int
    case_id: int
    address: str
    number: str
    page: str
    form: str
    page_sha256: str
    picture_sha256: str
    sha256: str
    known: dict[str, Any]
    taken_by_id: int | None
    taken_name: str
    taken_at: datetime


class FilingOut(Schema):
    """One way that was taken. `state`: filed, acknowledged, asked or ended; `answer` once it has ended;
    `proven`: SHA-256 over the digests of the evidence that was there.
    """

    id: int
    case_id: int
    route: str
    reference: str
    state: str
    answer: str
    filed_by_id: int | None
    filed_at: datetime
    proven: str
    answered_at: datetime | None
    ended_at: datetime | None
    since: date
    follow_on: date
    asked_after: int


class FilingIn(Schema):
    """`route`: one of those that are offered; `letter`: what was sent, as it was sent."""

    route: str
    letter: str
    reference: str = ""


class FilingLetter(Schema):
    """What was sent to ask after it, or what they had asked for."""

    letter: str = ""


class FilingAnswer(Schema):
    """What they said. All but the first two end this way."""

    answer: Answer
    reference: str = ""
    words: str = ""


class CaseEnding(Schema):
    """`worked`: the open way that has led there; only this one is credited with it in our own history."""

    outcome: Ending
    words: str = ""
    worked: int | None = None


class CaseReopening(Schema):
    words: str = ""


class CaseTurnOut(Schema):
    """One thing that happened, with the letter as it was sent or what was said."""

    id: int
    kind: str
    filing_id: int | None
    answer: str
    words: str
    by_id: int | None
    at: datetime


class CaseRouteOut(Schema):
    """A way that there is. Days are medians of our own history on this platform, `slow` those in which nine
    of ten were decided; null where there is none. `letter`: to begin with, in the language of the case.
    """

    route: str
    kind: str
    says: str
    wants: list[str]
    where: str
    takes: str
    patience: list[int]
    then: list[str]
    source: str
    as_of: date
    filed: ByItself[int]
    won: ByItself[int]
    rejected: ByItself[int]
    silent: ByItself[int]
    heard: ByItself[float | None]
    decided: ByItself[float | None]
    slow: ByItself[float | None]
    letter: str


@endpoint(router, "GET", "/cases", may="watch.see", response=Listed[CaseOut])
def all_cases(
    request: Any,
    q: str = "",
    state: str = "",
    due: str = "",
    outcome: str = "",
    platform: str = "",
    decision: str = "",
    owner_id: int | None = None,
    unit_id: int | None = None,
    like_id: int | None = None,
    within: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Cases in which something is left to do, unless asked otherwise; `due`: now."""
    scope = unit_of(request.actor, within) if within is not None else None
    asked = query(
        q=q, state=state, due=due, outcome=outcome, platform=platform, decision=decision, owner=owner_id,
        unit=unit_id, like=like_id, sort=sort, after=after, size=size,
    )  # fmt: skip
    return listed(cases.cases(request.actor, scope, asked))


@endpoint(
    router,
    "POST",
    "/sightings/{int:sighting_id}/case",
    may="watch.decide",
    does="case.open",
    response={201: CaseOut},
)
def open_case(request: Any, sighting_id: int, body: CaseIn) -> Status[Any]:
    """Open a case about an account that was judged."""
    found = queries.sighting(request.actor, sighting_id)
    owner = _person(request, body.owner)
    made = actions.open_case(request.actor, found, owner=owner, language=body.language)
    return Status(201, cases.case(request.actor, made.pk))


def _person(request: Any, said: str | int) -> Any:
    found = person_named(request.actor, str(said), "owner")
    if found is None:
        raise Invalid({"owner": [_("Choose a person.")]})
    return found


@endpoint(router, "GET", ONE, may="watch.see", response=CaseOut)
def one(request: Any, case_id: int) -> Any:
    """One case."""
    return cases.case(request.actor, case_id)


@endpoint(router, "PUT", ONE + "/owner", may="watch.decide", does="case.give", response=CaseOut)
def give(request: Any, case_id: int, body: CaseOwner) -> Any:
    """Somebody else sees to it."""
    found = cases.case(request.actor, case_id)
    actions.give_case(request.actor, found, owner=_person(request, body.owner))
    return cases.case(request.actor, case_id)


@endpoint(router, "GET", ONE + "/routes", may="watch.see", response=list[CaseRouteOut])
def ways(request: Any, case_id: int) -> Any:
    """The ways there are, with what each wants and what our own history says of it."""
    found = cases.case(request.actor, case_id)
    return [_way(request, found, each) for each in cases.choosable(found.sighting, found)]


def _way(request: Any, found: Any, each: Any) -> dict[str, Any]:
    way, record = each.route, each.record
    names = ("filed", "won", "rejected", "silent", "heard", "decided", "slow")
    return {
        "route": way.code,
        "says": str(way),
        "letter": letters.letter(request.actor, found, way),
        **{name: getattr(record, name) for name in names},
        **{name: getattr(way, name) for name in ("kind", "wants", "where", "takes", "source", "as_of")},
        "patience": list(way.patience),
        "then": list(way.then),
    }


@endpoint(router, "GET", ONE + "/turns", may="watch.see", response=list[CaseTurnOut])
def turns(request: Any, case_id: int) -> Any:
    """What happened, the latest first."""
    return cases.turns_of(cases.case(request.actor, case_id))


@endpoint(router, "GET", ONE + "/evidence", may="watch.see", response=list[EvidenceOut])
def all_evidence(request: Any, case_id: int) -> Any:
    """What was kept, the latest first."""
    return cases.evidence_of(cases.case(request.actor, case_id))


@endpoint(
    router, "POST", ONE + "/evidence", may="watch.decide", does="case.prove", response={201: EvidenceOut}
)
def prove(request: Any, case_id: int, body: EvidenceIn) -> Status[Any]:
    """Keep what is seen there."""
    found = cases.case(request.actor, case_id)
    try:
        picture = base64.b64decode(body.picture, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid({"picture": [_("This is no picture, or a very large one.")]}) from error
    given = {"address": body.address, "number": body.number, "page": body.page}
    return Status(201, actions.prove(request.actor, found, picture=picture, **given))


@endpoint(router, "GET", "/evidence/{int:evidence_id}/picture", may="watch.see")
def picture(request: Any, evidence_id: int) -> Any:
    """The picture that was kept, as it was brought."""
    kept = cases.picture(request.actor, evidence_id)
    made = HttpResponse(kept.data, content_type=f"image/{kept.form}")
    made["X-Content-Type-Options"] = "nosniff"
    return made


@endpoint(router, "GET", ONE + "/package", may="watch.see")
def package(request: Any, case_id: int) -> Any:
    """All of it as a ZIP: evidence, letters, what happened, and a signed manifest."""
    found = cases.case(request.actor, case_id)
    made = HttpResponse(proof.package(request.actor, found), content_type="application/zip")
    made["Content-Disposition"] = f'attachment; filename="case-{case_id}.zip"'
    return made


@endpoint(router, "GET", ONE + "/filings", may="watch.see", response=list[FilingOut])
def filings(request: Any, case_id: int) -> Any:
    """The ways that were taken, the latest first."""
    return cases.filings_of(cases.case(request.actor, case_id))


@endpoint(router, "POST", ONE + "/filings", may="watch.decide", does="case.file", response={201: FilingOut})
def file_case(request: Any, case_id: int, body: FilingIn) -> Status[Any]:
    """Note that its owner was written to, or that it was reported."""
    found = cases.case(request.actor, case_id)
    return Status(201, actions.file_case(request.actor, found, **body.dict()))


@endpoint(router, "GET", WAY, may="watch.see", response=FilingOut)
def filing(request: Any, filing_id: int) -> Any:
    """One way that was taken."""
    return cases.filing(request.actor, filing_id)


@endpoint(router, "POST", WAY + "/letters", may="watch.decide", does="case.follow_up", response=FilingOut)
def follow_up(request: Any, filing_id: int, body: FilingLetter) -> Any:
    """Note that it was asked after, or that they were sent what they had asked for."""
    found = cases.filing(request.actor, filing_id)
    actions.follow_up(request.actor, found.case, filing=found, letter=body.letter)
    return cases.filing(request.actor, filing_id)


@endpoint(router, "POST", WAY + "/answers", may="watch.decide", does="case.answer", response=FilingOut)
def answer(request: Any, filing_id: int, body: FilingAnswer) -> Any:
    """Note what they said."""
    found = cases.filing(request.actor, filing_id)
    actions.note_answer(request.actor, found.case, filing=found, **body.dict())
    return cases.filing(request.actor, filing_id)


@endpoint(router, "POST", ONE + "/closing", may="watch.decide", does="case.close", response=CaseOut)
def close(request: Any, case_id: int, body: CaseEnding) -> Any:
    """Close it."""
    actions.close_case(request.actor, cases.case(request.actor, case_id), **body.dict())
    return cases.case(request.actor, case_id)


@endpoint(router, "POST", ONE + "/looks", may="watch.decide", does="case.look", response=CaseOut)
def look(request: Any, case_id: int) -> Any:
    """Note that somebody has looked, and that it is still gone."""
    actions.look_again(request.actor, cases.case(request.actor, case_id))
    return cases.case(request.actor, case_id)


@endpoint(router, "POST", ONE + "/reopening", may="watch.decide", does="case.reopen", response=CaseOut)
def reopen(request: Any, case_id: int, body: CaseReopening) -> Any:
    """It is back, or something shall be done after all."""
    actions.reopen_case(request.actor, cases.case(request.actor, case_id), words=body.words)
    return cases.case(request.actor, case_id)
