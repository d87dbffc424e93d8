"""What posts do when their approvals are decided."""

from __future__ import annotations

from tabard.approvals.events import ApprovalGranted, ApprovalRefused
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction
from tabard.kernel.states import move
from tabard.org.people import actor_of
from tabard.posts.actions.schedule import put_on_schedule
from tabard.posts.models import Variant
from tabard.posts.states import VARIANT


@reaction(ApprovalGranted, at_once=True)
def approve(by: Actor, event: ApprovalGranted) -> None:
    """The variant is fit to go: scheduled at once if somebody who may has asked for that."""
    if event.subject_kind != "variant":
        return
    variant = Variant.objects.select_related("post__unit", "channel__unit").get(pk=event.subject_id)
    move(variant, VARIANT, "approved", approved_digest=event.digest)
    wanted = variant.schedule_for
    if wanted and wanted.is_active and variant.post.due_at:
        them = actor_of(wanted, "job", origin="approval")
        if permissions.may(them, "posts.publish", variant.place()):
            put_on_schedule(them, variant.post, variant)


@reaction(ApprovalRefused, at_once=True)
def send_back(by: Actor, event: ApprovalRefused) -> None:
    """A no makes it a draft again; the comment is with the decision."""
    if event.subject_kind == "variant":
        variant = Variant.objects.get(pk=event.subject_id)
        move(variant, VARIANT, "draft", schedule_for=None)
