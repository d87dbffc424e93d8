"""Asking for approval, deciding, and voiding what no longer is what was seen (F)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.approvals import rules
from tabard.approvals.events import (
    ApprovalAsked,
    ApprovalEvent,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalVoided,
)
from tabard.approvals.models import Approval, Decision, Step
from tabard.approvals.queries import why_not_decide
from tabard.approvals.states import APPROVAL
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Denied, IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.org.models import Unit
from tabard.org.queries import EffectivePolicy


@dataclass(frozen=True)
class Subject:
    """What is to be approved, exactly as it stands."""

    kind: str
    id: int
    group_id: int
    title: str
    unit: Unit
    channel_id: int | None
    author_ids: tuple[int, ...]
    content: Mapping[str, Any]
    digest: str


@step
def ask(
    by: Actor, subject: Subject, policy: EffectivePolicy, *, message: str = "", due_at: datetime | None = None
) -> Approval:
    """Ask for a yes to `subject`, in the steps that the policy has."""
    approval = Approval.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        group_id=subject.group_id,
        title=subject.title[:200],
        unit=subject.unit,
        channel_id=subject.channel_id,
        author_ids=list(subject.author_ids),
        digest=subject.digest,
        content=dict(subject.content),
        asked_by_id=by.person_id,
        asked_at=clock.now(),
        note=text.prose(message)[:500],
        due_at=due_at,
    )
    Step.objects.bulk_create(
        Step(
            approval=approval,
            position=said.get("position", number),
            name=said.get("name", ""),
            role=said.get("role", ""),
            person_id=said.get("person_id"),
            needed=said.get("needed", 1),
            own_work=policy.own_approval,
        )
        for number, said in enumerate(policy.approval_steps)
    )
    emit(by, _event(ApprovalAsked, approval))
    return approval


@step
def void(by: Actor, kind: str, ids: list[int], contents: Mapping[int, Mapping[str, Any]]) -> list[Approval]:
    """The subjects were changed: their approvals no longer count, and say what was changed and by whom."""
    live = Approval.objects.select_for_update(of=("self",)).filter(
        subject_kind=kind, subject_id__in=ids, state__in=("asked", "granted")
    )
    found = list(live)
    for approval in found:
        changes = rules.changed(approval.content, contents.get(approval.subject_id, {}))
        said = {"by": by.name, "at": clock.now().isoformat(), "changes": changes, "was": approval.state}
        move(approval, APPROVAL, "void", ended_at=clock.now(), voided=said)
        emit(by, _event(ApprovalVoided, approval))
    return found


@action(
    "approval.decide",
    may="approvals.decide",
    on=Approval,
    says=gettext_lazy("%(who)s said %(answer)s to %(what)s"),
)
def decide(by: Actor, approval: Approval, *, yes: bool, digest: str, comment: str = "") -> Approval:
    """Say yes or no to exactly what was seen: `digest` is that of the content that was shown.

    A no needs a comment and sends it back. A yes counts for every open step that this person may decide.
    """
    if approval.state == "void":
        raise Conflict(_("It was changed after it was shown to you. Look at it again."), approval.voided)
    if approval.state != "asked":
        raise IllegalMove(_("This has been decided already."))
    if digest != approval.digest:
        raise Conflict(_("This is not what was asked for. Look at it again."), {"digest": approval.digest})
    clean = text.prose(comment)
    if not yes and not clean:
        raise Invalid({"comment": [_("Say what should be different.")]})
    mine = _mine(by, approval)
    decider = by.person_id or 0
    note(answer="yes" if yes else "no", comment=clean[:500], steps=[str(each) for each in mine])
    for each in mine:
        Decision.objects.create(
            step=each, by_id=decider, yes=yes, comment=clean, digest=digest, at=clock.now()
        )
    if not yes:
        move(approval, APPROVAL, "refused", ended_at=clock.now())
        emit(by, _event(ApprovalRefused, approval))
        return approval
    for each in mine:
        if each.decisions.filter(yes=True).count() >= each.needed:
            each.done_at = clock.now()
            each.save(update_fields=["done_at"])
    if not approval.steps.filter(done_at=None).exists():
        move(approval, APPROVAL, "granted", ended_at=clock.now())
        emit(by, _event(ApprovalGranted, approval))
    return approval


def _mine(by: Actor, approval: Approval) -> list[Step]:
    """The open steps that `by` may decide now."""
    if by.person_id is None:
        raise Denied(_("Only a person can say yes or no."))
    opened = rules.open_steps(approval.steps.all())
    refusals = {each: why_not_decide(by, approval, each) for each in opened}
    mine = [each for each, why in refusals.items() if not why]
    if not mine:
        raise Denied(next(iter(refusals.values()), _("Nothing waits for a decision here.")))
    return mine


def _event(kind: type[ApprovalEvent], approval: Approval) -> ApprovalEvent:
    return kind(
        approval_id=approval.pk,
        subject_kind=approval.subject_kind,
        subject_id=approval.subject_id,
        group_id=approval.group_id,
        unit_id=approval.unit_id,
        digest=approval.digest,
    )
