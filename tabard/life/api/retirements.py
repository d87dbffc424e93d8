"""Channels on their way out, by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.life import actions, retiring
from tabard.org.queries import person_named
from tabard.org.queries import unit as unit_of
from tabard.register import queries as register

router = Router(tags=["Register"])
STEP = "/retirement-steps/{int:retirement_step_id}"


class RetirementStepOut(Schema):
    """One thing to do before a channel is gone. `code` is empty for what a policy asks for; `state`: todo,
    done or skipped."""

    id: int
    channel_id: int
    position: int
    code: str
    said: str
    owner_id: int | None
    due_on: date
    state: str
    evidence: str
    ended_by_id: int | None
    ended_at: datetime | None

    @staticmethod
    def resolve_channel_id(found: Any) -> int:
        return int(found.retirement.channel_id)


class RetirementStepDecision(Schema):
    decision: Literal["done", "skip", "reopen"]
    words: str = Field("", description="How it was done, or why it is not needed.")


class RetirementStepGiven(Schema):
    """`owner`: an id, e-mail or name."""

    owner: str | int | None = None
    due_on: date | None = None


@endpoint(router, "GET", "/retirement-steps", may="channels.see", response=Listed[RetirementStepOut])
def steps(
    request: Any,
    q: str = "",
    state: str = "",
    owner_id: int | None = None,
    channel_id: int | None = None,
    within: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What is to do before channels are gone; `state`: todo, late, done or skipped."""
    scope = unit_of(request.actor, within) if within is not None else None
    asked = query(q=q, state=state, owner=owner_id, channel=channel_id, sort=sort, after=after, size=size)
    return listed(retiring.steps(request.actor, scope, asked))


@endpoint(
    router,
    "POST",
    "/channels/{int:channel_id}/retirement",
    may="channels.edit",
    does="retirement.begin",
    response={201: list[RetirementStepOut]},
)
def begin(request: Any, channel_id: int) -> Status[Any]:
    """Make the checklist of a channel that is being retired and has none."""
    made = actions.begin_retirement(request.actor, register.channel(request.actor, channel_id))
    return Status(201, retiring.steps_of(made))


@endpoint(router, "GET", STEP, may="channels.see", response=RetirementStepOut)
def step(request: Any, retirement_step_id: int) -> Any:
    """One step."""
    return retiring.one_step(request.actor, retirement_step_id)


@endpoint(
    router,
    "POST",
    STEP + "/decision",
    may="own.channels",
    does=("retirement.step_done", "retirement.step_skipped", "retirement.step_reopened"),
    response=RetirementStepOut,
)
def decide(request: Any, retirement_step_id: int, body: RetirementStepDecision) -> Any:
    """Say that it is done and how, that it is not needed and why, or that it is yet to be done."""
    found = retiring.one_step(request.actor, retirement_step_id)
    if body.decision == "done":
        actions.finish_step(request.actor, found, evidence=body.words)
    elif body.decision == "skip":
        actions.skip_step(request.actor, found, reason=body.words)
    else:
        actions.reopen_step(request.actor, found)
    return retiring.one_step(request.actor, retirement_step_id)


@endpoint(
    router,
    "POST",
    STEP + "/owner",
    may="channels.edit",
    does="retirement.step_given",
    response=RetirementStepOut,
)
def give(request: Any, retirement_step_id: int, body: RetirementStepGiven) -> Any:
    """Somebody else does it, or by another day."""
    found = retiring.one_step(request.actor, retirement_step_id)
    owner = person_named(request.actor, str(body.owner or ""), "owner")
    actions.give_step(request.actor, found, owner=owner, due_on=body.due_on)
    return retiring.one_step(request.actor, retirement_step_id)
