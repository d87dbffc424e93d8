"""Approvals by API: what waits for me, and saying yes or no to exactly what was seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from tabard.approvals import actions, lists, queries
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org.queries import unit as unit_of

router = Router(tags=["Approvals"])


class DecisionOut(Schema):
    by_id: int
    yes: bool
    comment: str
    at: datetime


class StepOut(Schema):
    id: int
    name: str
    position: int
    role: str
    person_id: int | None
    needed: int
    done_at: datetime | None
    decisions: list[DecisionOut]

    @staticmethod
    def resolve_decisions(obj: Any) -> list[Any]:
        return list(obj.decisions.all())


class ApprovalOut(Schema):
    id: int
    subject_kind: str
    subject_id: int
    post_id: int = Field(alias="group_id")
    title: str
    unit_id: int
    channel_id: int | None
    state: str
    digest: str
    content: dict[str, Any]
    note: str
    asked_by_id: int | None
    asked_at: datetime
    due_at: datetime | None
    voided: dict[str, Any] | None
    steps: list[StepOut]

    @staticmethod
    def resolve_steps(obj: Any) -> list[Any]:
        return list(obj.steps.all())


class Decide(Schema):
    yes: bool
    digest: str = Field(description="Of the content that was shown; 409 if it has changed since.")
    comment: str = Field("", description="Needed with a no.")


@endpoint(router, "GET", "/approvals", may="approvals.decide", response=Listed[ApprovalOut], by_alias=False)
def waiting(
    request: Any,
    q: str = "",
    due: str = "",
    platform: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What waits for my decision, the longest waiting first. `due`: `late`, `day` or `week`."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    asked = query(q=q, due=due, platform=platform, sort=sort, after=after, size=size)
    return listed(lists.page(request.actor, scope, asked))


@endpoint(
    router, "GET", "/approvals/{int:approval_id}", may="posts.see", response=ApprovalOut, by_alias=False
)
def approval(request: Any, approval_id: int) -> Any:
    """One approval: what was shown, its steps and decisions."""
    return queries.approval(request.actor, approval_id)


@endpoint(
    router,
    "POST",
    "/approvals/{int:approval_id}/decision",
    may="approvals.decide",
    does="approval.decide",
    response=ApprovalOut,
    by_alias=False,
)
def decide(request: Any, approval_id: int, body: Decide) -> Any:
    """Say yes or no."""
    found = queries.approval(request.actor, approval_id)
    actions.decide(request.actor, found, yes=body.yes, digest=body.digest, comment=body.comment)
    return queries.approval(request.actor, approval_id)
