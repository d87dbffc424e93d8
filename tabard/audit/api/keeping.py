"""Legal holds, the term, removal and erasure, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.audit import actions
from tabard.audit.kept import HOLDS
from tabard.audit.queries import keeping
from tabard.kernel.endpoint import Listed, Moment, endpoint, listed, query

router = Router(tags=["Audit"])
BIG = 2**63 - 1


class LegalHoldOut(Schema):
    id: int
    name: str
    reason: str
    about_person: int | None
    about_kind: str
    about_thing: int | None
    since: datetime | None
    until: datetime | None
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    end_reason: str


class LegalHoldMake(Schema):
    name: str
    reason: str
    person_id: int | None = Field(None, ge=1, le=BIG)
    kind: str = ""
    thing_id: int | None = Field(None, ge=1, le=BIG)
    since: Moment | None = None
    until: Moment | None = None


class LegalHoldEnd(Schema):
    reason: str


class AuditTerm(Schema):
    months: int | None = Field(description="None: entries stay for ever.")


class Erasing(Schema):
    person_id: int = Field(ge=1, le=BIG)
    reason: str


class ClearingOut(Schema):
    id: int
    kind: str
    reason: str
    about_person: int | None
    last_id: int | None
    at: datetime


@endpoint(router, "GET", "/audit/holds", may="audit.keep", response=Listed[LegalHoldOut])
def holds(request: Any, q: str = "", state: str = "", sort: str = "", after: str = "", size: int = 50) -> Any:
    """Legal holds, those in force first. `state`: `open` or `ended`."""
    asked = query(q=q, state=state, sort=sort, after=after, size=size)
    return listed(HOLDS.page(request.actor, keeping.holds(request.actor), asked))


@endpoint(router, "POST", "/audit/holds", may="audit.keep", does="audit.hold", response={201: LegalHoldOut})
def hold(request: Any, body: LegalHoldMake) -> Any:
    """Keep entries from erasure and removal."""
    return Status(201, actions.hold(request.actor, keeping.log(request.actor), **body.dict()))


@endpoint(
    router,
    "POST",
    "/audit/holds/{int:legal_hold_id}/end",
    may="audit.keep",
    does="audit.end_hold",
    response=LegalHoldOut,
)
def end_hold(request: Any, legal_hold_id: int, body: LegalHoldEnd) -> Any:
    """The term and erasure apply again."""
    held = keeping.legal_hold(request.actor, legal_hold_id)
    return actions.end_hold(request.actor, held, reason=body.reason)


@endpoint(router, "GET", "/audit/term", may="audit.keep", response=AuditTerm)
def term(request: Any) -> Any:
    """How many months entries stay."""
    return keeping.log(request.actor)


@endpoint(router, "PUT", "/audit/term", may="audit.keep", does="audit.set_term", response=AuditTerm)
def set_term(request: Any, body: AuditTerm) -> Any:
    """How many months entries stay."""
    return actions.set_term(request.actor, keeping.log(request.actor), months=body.months)


@endpoint(
    router, "POST", "/audit/removals", may="audit.keep", does="audit.remove", response={201: ClearingOut}
)
def remove(request: Any) -> Any:
    """Remove now what is past its term; it is done every night too."""
    return Status(201, actions.remove(request.actor, keeping.log(request.actor)))


@endpoint(
    router,
    "POST",
    "/audit/erasures",
    may="audit.erase",
    does="audit.erase_person",
    response={201: ClearingOut},
)
def erase(request: Any, body: Erasing) -> Any:
    """Take a person's name, address and words out of every entry. It cannot be undone."""
    log = keeping.log(request.actor)
    return Status(201, actions.erase_person(request.actor, log, person_id=body.person_id, reason=body.reason))
