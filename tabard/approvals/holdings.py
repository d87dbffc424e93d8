"""What waits in approvals: units what is asked of them, people the steps that are theirs."""

from django.utils.translation import gettext_lazy as _

from tabard.approvals.models import Approval, Step
from tabard.kernel.holdings import Holding, Item, history, hold, rows

hold(
    Holding(
        name="approvals.approvals",
        label=_("Approvals"),
        holder="unit",
        claims=("approvals.Approval.unit",),
        held=lambda unit: Approval.objects.filter(unit=unit),
        items=lambda unit: [
            Item(a.pk, a.title) for a in Approval.objects.filter(unit=unit).order_by("-id")[:500]
        ],
        hand_over=lambda by, old, new, ids: rows(Approval, "unit", old, ids).update(unit=new),
    )
)
hold(
    Holding(
        name="approvals.steps",
        label=_("Approvals waiting for them"),
        holder="person",
        claims=("approvals.Step.person",),
        held=lambda person: Step.objects.filter(person=person, done_at=None),
        items=lambda person: [
            Item(s.pk, s.approval.title)
            for s in Step.objects.filter(person=person, done_at=None).select_related("approval")[:500]
        ],
        hand_over=lambda by, old, new, ids: (
            rows(Step, "person", old, ids).filter(done_at=None).update(person=new)
        ),
    )
)
history("approvals.Approval.asked_by", "approvals.Decision.by")
