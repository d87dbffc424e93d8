"""What people decide about deliveries. The sender itself writes in batches, in `publishing.sender`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tabard.kernel import clock
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.posts.actions.schedule import move_post
from tabard.posts.models import Variant
from tabard.posts.states import VARIANT
from tabard.publishing.chain import BEHIND, follow
from tabard.publishing.models import Delivery
from tabard.publishing.queries import held
from tabard.publishing.reactions import changed, wake
from tabard.publishing.states import DELIVERY
from tabard.register.models import Connection

# No problem any more.
CLEAR: dict[str, Any] = {"says": "", "facts": {}, "code": ""}


@action(
    "delivery.retry",
    may="deliveries.decide",
    on=Delivery,
    says=gettext_lazy("%(who)s asked to send %(what)s again"),
)
def retry(by: Actor, delivery: Delivery, *, due_at: datetime | None = None) -> Delivery:
    """Try a failed delivery again, now or at a later moment, with the same content and key."""
    if delivery.state != "failed":
        raise IllegalMove(
            _("Only what failed can be tried again; this is %(state)s.") % {"state": delivery.state}
        )
    return _requeue(by, delivery, due_at)


@action(
    "delivery.release",
    may="posts.publish",
    on=Delivery,
    says=gettext_lazy("%(who)s let %(what)s go after a hold"),
)
def release(by: Actor, delivery: Delivery, *, due_at: datetime | None = None) -> Delivery:
    """What a hold has stopped goes out after all: now, or at a later moment."""
    if delivery.state != "held":
        raise IllegalMove(_("This is not held."))
    if delivery.code == BEHIND:
        raise IllegalMove(delivery.problem)
    if held(delivery.channel):
        raise IllegalMove(_("A hold is still in force here. Lift it first."))
    there = Connection.objects.filter(channel=delivery.channel_id).exists()
    if delivery.channel.health == "revoked" or not there:
        raise IllegalMove(_("The channel is not connected. Connect it first."))
    return _requeue(by, delivery, due_at)


@action(
    "delivery.cancel", may="deliveries.decide", on=Delivery, says=gettext_lazy("%(who)s cancelled %(what)s")
)
def cancel_delivery(by: Actor, delivery: Delivery) -> Delivery:
    """Do not send it. The variant is a draft again."""
    if delivery.state not in {"queued", "held", "failed"}:
        raise IllegalMove(_("This is %(state)s and cannot be cancelled.") % {"state": delivery.state})
    move(delivery, DELIVERY, "cancelled", asks_person=False)
    follow(delivery)
    variant = Variant.objects.get(pk=delivery.variant_id)
    if variant.state == "scheduled" and not delivery.part:
        move(variant, VARIANT, "approved")
    emit(by, changed(delivery))
    return delivery


@action(
    "delivery.confirm",
    may="deliveries.decide",
    on=Delivery,
    says=gettext_lazy("%(who)s found that %(what)s went out"),
)
def confirm(by: Actor, delivery: Delivery, *, url: str) -> Delivery:
    """A person has looked: it is there. `url` is the proof."""
    clean = url.strip()
    if not clean.startswith(("https://", "http://")) or len(clean) > 500:
        raise Invalid({"url": [_("Give the address of the post, starting with https://.")]})
    if delivery.state not in {"unsure", "failed"}:
        raise IllegalMove(_("There is nothing to decide here."))
    move(delivery, DELIVERY, "sent", sent_at=clock.now(), url=clean, asks_person=False, **CLEAR)
    variant = Variant.objects.get(pk=delivery.variant_id)
    if variant.state == "scheduled" and not delivery.part:
        move(variant, VARIANT, "handed_over")
    follow(delivery)
    wake()
    emit(by, changed(delivery))
    return delivery


@action(
    "delivery.deny",
    may="deliveries.decide",
    on=Delivery,
    says=gettext_lazy("%(who)s found that %(what)s did not go out"),
)
def deny(by: Actor, delivery: Delivery, *, again: bool = True) -> Delivery:
    """A person has looked: it is not there. Sent again, or left as failed."""
    if delivery.state != "unsure" or not delivery.asks_person:
        raise IllegalMove(_("There is nothing to decide here, or the platform is still being asked."))
    if again:
        return _requeue(by, delivery, None)
    found = gettext_noop("A person found that it did not go out.")
    move(delivery, DELIVERY, "failed", asks_person=False, **{**CLEAR, "says": found})
    follow(delivery)
    emit(by, changed(delivery))
    return delivery


def _requeue(by: Actor, delivery: Delivery, due_at: datetime | None) -> Delivery:
    now = clock.now()
    if due_at and due_at < now - timedelta(minutes=1):
        raise Invalid({"due_at": [_("This moment has passed. Choose a later one, or send it now.")]})
    variant = Variant.objects.get(pk=delivery.variant_id)
    fit = {"scheduled", "handed_over"} if delivery.part else {"scheduled"}
    if variant.state not in fit or variant.approved_digest != delivery.digest:
        raise IllegalMove(_("It was changed since. Ask for approval and schedule it again."))
    due = due_at or now
    move(
        delivery,
        DELIVERY,
        "queued",
        due_at=due,
        next_at=due,
        armed_at=None,
        sender=None,
        tries=0,
        asks_person=False,
        **CLEAR,
        scheduled_by_id=by.person_id or delivery.scheduled_by_id,
    )
    follow(delivery)
    _show_in_calendars(by, delivery)
    wake()
    emit(by, changed(delivery))
    return delivery


def _show_in_calendars(by: Actor, delivery: Delivery) -> None:
    """The post stands in calendars where the next of it leaves, whatever has gone out before."""
    waiting = Delivery.objects.filter(post=delivery.post_id, state="queued", part=0)
    due = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    if due is not None:
        move_post(by, delivery.post_id, due)
