"""Doubts that attestations leave, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Router, Schema

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org.queries import unit
from tabard.register import actions, doubts

router = Router(tags=["Register"])
DOUBT = "/doubts/{int:doubt_id}"


class DoubtOut(Schema):
    id: int
    channel_id: int
    kind: str = Field(description="disowned, proposed or unanswered")
    item_id: int | None
    words: str
    said_by_id: int | None
    said_at: datetime
    decision: str
    decided_words: str
    decided_by_id: int | None
    decided_at: datetime | None


class DoubtDecision(Schema):
    decision: Literal["ours", "move", "retire"] = Field(description="A proposal is not moved.")
    why: str = Field("", description="Needed to retire.")
    unit_id: int | None = Field(None, description="For move: the unit it belongs to.")


@endpoint(router, "GET", "/doubts", may="channels.see", response=Listed[DoubtOut])
def listing(
    request: Any,
    q: str = "",
    unit_id: int | None = None,
    state: str = "",
    kind: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What attestations have left to be decided (state=open), and what was decided (state=done)."""
    scope = unit(request.actor, unit_id) if unit_id else None
    asked = query(q=q, state=state, kind=kind, after=after, size=size)
    return listed(doubts.doubts(request.actor, scope, asked))


@endpoint(router, "GET", DOUBT, may="channels.see", response=DoubtOut)
def one(request: Any, doubt_id: int) -> Any:
    """One doubt."""
    return doubts.doubt(request.actor, doubt_id)


@endpoint(router, "POST", DOUBT + "/decision", may="channels.edit", does="doubt.decide", response=DoubtOut)
def decide(request: Any, doubt_id: int, body: DoubtDecision) -> Any:
    """Settle it."""
    where = unit(request.actor, body.unit_id) if body.unit_id else None
    found = doubts.doubt(request.actor, doubt_id)
    actions.decide(request.actor, found, decision=body.decision, words=body.why, unit=where)
    return doubts.doubt(request.actor, doubt_id)
