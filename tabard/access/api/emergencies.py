"""Emergencies, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.access import actions, queries
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.kernel.permissions import SIGNED_IN
from tabard.org import queries as org

router = Router(tags=["Access"])


class EmergencyOut(Schema):
    id: int
    person_id: int
    second_id: int | None = Field(description="Whose yes it needs; null: opened on the machine itself.")
    unit_id: int
    reason: str
    hours: int
    state: str = Field(description="`asked`, `lapsed`, `refused`, `running`, `over` or `reviewed`.")
    asked_at: datetime
    answer_by: datetime
    decided_at: datetime | None
    refusal: str
    grant_id: int | None
    reviewed_at: datetime | None
    reviewed_by_id: int | None
    review: str


class EmergencyIn(Schema):
    unit_id: int
    second_id: int = Field(description="Somebody else, who must agree.")
    reason: str
    hours: int = Field(default=1, description="1 to 4.")


class EmergencyRefusal(Schema):
    reason: str


class EmergencyReview(Schema):
    review: str = Field(description="What was done, and what follows.")


ONE = "/emergencies/{int:emergency_id}"


@endpoint(router, "GET", "/emergencies", may=SIGNED_IN, response=Listed[EmergencyOut])
def emergencies(request: Any, q: str = "", state: str = "", after: str = "", size: int = 50) -> Any:
    """Those in sight, the latest first."""
    return listed(queries.emergencies(request.actor, None, query(q=q, state=state, after=after, size=size)))


@endpoint(router, "GET", ONE, may=SIGNED_IN, response=EmergencyOut)
def emergency(request: Any, emergency_id: int) -> Any:
    """One of them."""
    return queries.emergency(request.actor, emergency_id)


@endpoint(
    router, "POST", "/emergencies", may="emergency.ask", does="emergency.ask", response={201: EmergencyOut}
)
def ask(request: Any, body: EmergencyIn) -> Any:
    """Ask for owner rights; they begin when the second person agrees."""
    unit = org.unit(request.actor, body.unit_id)
    second = queries.second(request.actor, unit, body.second_id)
    made = actions.ask_emergency(request.actor, unit, second=second, reason=body.reason, hours=body.hours)
    return Status(201, made)


@endpoint(
    router, "POST", ONE + "/agree", may="emergency.agree", does="emergency.agree", response=EmergencyOut
)
def agree(request: Any, emergency_id: int) -> Any:
    """The second person's yes."""
    return actions.agree_to_emergency(request.actor, queries.emergency(request.actor, emergency_id))


@endpoint(
    router, "POST", ONE + "/refuse", may="emergency.agree", does="emergency.refuse", response=EmergencyOut
)
def refuse(request: Any, emergency_id: int, body: EmergencyRefusal) -> Any:
    """The second person's no."""
    found = queries.emergency(request.actor, emergency_id)
    return actions.refuse_emergency(request.actor, found, reason=body.reason)


@endpoint(router, "POST", ONE + "/end", may="emergency.ask", does="emergency.end", response=EmergencyOut)
def end(request: Any, emergency_id: int) -> Any:
    """Over before its time."""
    return actions.end_emergency(request.actor, queries.emergency(request.actor, emergency_id))


@endpoint(
    router, "POST", ONE + "/review", may="emergency.review", does="emergency.review", response=EmergencyOut
)
def review(request: Any, emergency_id: int, body: EmergencyReview) -> Any:
    """What was found when somebody else looked at what was done."""
    found = queries.emergency(request.actor, emergency_id)
    return actions.review_emergency(request.actor, found, review=body.review)
