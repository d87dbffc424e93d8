"""What is read of approvals: who may decide a step, how a subject stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tabard.approvals.models import Approval, Step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.org.reach import held

WHOLE = ("steps__person", "steps__decisions__by")


def why_not_decide(by: Actor, approval: Approval, step: Step) -> str:
    """Why `by` may not decide this step; empty if they may."""
    if by.person_id in approval.author_ids and not step.own_work:
        return _("Nobody says yes to their own work here. Somebody else must look at it.")
    if any(decision.by_id == by.person_id for decision in step.decisions.all()):
        return _("You have decided this step already.")
    if step.person_id:
        return (
            ""
            if step.person_id == by.person_id
            else _("This step is %(person)s's.") % {"person": step.person}
        )
    if not step.role:
        return ""
    place = approval.place()
    if any(_counts_as(grant.role, step.role) and grant.covers(place) for grant in held(by)):
        return ""
    return _("This step is for the role “%(role)s”.") % {"role": step.role}


def _counts_as(role: str, wanted: str) -> bool:
    return role == wanted or decides_every_step(role)


def decides_every_step(role: str) -> bool:
    """Whoever manages or owns a place may decide every step of it."""
    return role in {"manager", "owner"}


def approval(by: Actor, approval_id: int) -> Approval:
    """One approval with steps and decisions. `Missing` if there is none, or not for `by`."""
    found = (
        Approval.objects.visible_to(by).prefetch_related(*WHOLE).select_related("unit").filter(pk=approval_id)
    )
    for each in found:
        return each
    raise Missing(_("There is no such approval, or it is not yours to see."))


def approvals_of(kind: str, ids: Iterable[int]) -> QuerySet[Approval]:
    """All approvals of the subjects, the newest first, with steps and decisions."""
    found: QuerySet[Any] = Approval.objects.filter(subject_kind=kind, subject_id__in=list(ids))
    return found.prefetch_related(*WHOLE).order_by("-id")
