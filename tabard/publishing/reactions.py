"""From the schedule to deliveries: made, moved and cancelled in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove
from tabard.kernel.events import emit, reaction
from tabard.kernel.states import move
from tabard.posts.content import content, digest_of
from tabard.posts.events import VariantScheduled, VariantUnscheduled
from tabard.posts.models import Variant
from tabard.publishing.events import DeliveryChanged
from tabard.publishing.models import Delivery
from tabard.publishing.states import DELIVERY


@reaction(VariantScheduled, at_once=True)
def queue(by: Actor, event: VariantScheduled) -> None:
    """A delivery waits for the moment, with exactly what was approved frozen in it."""
    variant = Variant.objects.select_related("post", "channel").get(pk=event.variant_id)
    shown = content(variant)
    due = datetime.fromisoformat(event.due_at)
    delivery = _live(event.variant_id)
    if delivery is None:
        delivery = Delivery(
            variant=variant, post_id=event.post_id, channel_id=event.channel_id, unit_id=event.unit_id
        )
    elif delivery.state not in {"queued", "held"}:
        raise IllegalMove(_too_late(delivery))
    delivery.content, delivery.digest = shown, digest_of(shown)
    delivery.due_at = delivery.next_at = due
    delivery.scheduled_by_id = event.by
    if delivery.digest != variant.approved_digest:
        raise IllegalMove(_("%(post)s is not what was approved.") % {"post": variant})
    delivery.save()
    wake()
    emit(by, changed(delivery))


@reaction(VariantUnscheduled, at_once=True)
def cancel(by: Actor, event: VariantUnscheduled) -> None:
    """It shall not go out after all. Refused, and with it the change, if it is leaving this second."""
    delivery = _live(event.variant_id)
    if delivery is None:
        return
    if delivery.state not in {"queued", "held"}:
        raise IllegalMove(_too_late(delivery))
    move(delivery, DELIVERY, "cancelled", asks_person=False)
    emit(by, changed(delivery))


def changed(delivery: Delivery) -> DeliveryChanged:
    return DeliveryChanged(
        delivery.pk, delivery.post_id, delivery.channel_id, delivery.unit_id, delivery.state
    )


def wake() -> None:
    """Senders sleep until the next moment they know of: tell them that there may be an earlier one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('tabard_senders', '')")


def _live(variant_id: int) -> Delivery | None:
    found = Delivery.objects.filter(variant=variant_id).exclude(state__in=("cancelled", "failed", "removed"))
    return found.select_for_update(of=("self",)).select_related("post", "channel").first()


def _too_late(delivery: Delivery) -> str:
    if delivery.state == "sent":
        return _("%(what)s has gone out already.") % {"what": delivery}
    return _("%(what)s is leaving at this moment and can no longer be changed.") % {"what": delivery}
