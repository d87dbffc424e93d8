"""From the schedule to deliveries: made, moved and cancelled in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove
from tabard.kernel.events import emit, reaction
from tabard.kernel.states import move
from tabard.posts.content import COMMENT, content, digest_of, parts_of
from tabard.posts.events import VariantPutAway, VariantScheduled, VariantUnscheduled
from tabard.posts.models import Variant
from tabard.publishing.chain import follow
from tabard.publishing.events import DeliveryChanged
from tabard.publishing.models import Delivery
from tabard.publishing.states import DELIVERY


@reaction(VariantScheduled, at_once=True)
def queue(by: Actor, event: VariantScheduled) -> None:
    """A delivery waits for the moment, with exactly what was approved frozen in it."""
    variant = Variant.objects.select_related("post", "channel").get(pk=event.variant_id)
    shown = content(variant)
    due = datetime.fromisoformat(event.due_at)
    there = _live(event.variant_id)
    for delivery in there.values():
        if delivery.state not in {"queued", "held"}:
            raise IllegalMove(_too_late(delivery))
    digest = digest_of(shown)
    if digest != variant.approved_digest:
        raise IllegalMove(_("%(post)s is not what was approved.") % {"post": variant})
    every = parts_of(shown)
    made: list[Delivery] = []
    for part, said in enumerate(every):
        delivery = there.get(part) or Delivery(
            variant=variant, post_id=event.post_id, channel_id=event.channel_id, unit_id=event.unit_id
        )
        delivery.part, delivery.parts, delivery.turn = part, len(every), 0 if part else 1
        # A comment stands under the post itself, whatever else follows it.
        delivery.follows = (made[0] if said["kind"] == COMMENT else made[-1]) if part else None
        delivery.content, delivery.digest = shown, digest
        delivery.due_at = delivery.next_at = due
        delivery.scheduled_by_id = event.by
        delivery.save()
        made.append(delivery)
    for part, delivery in there.items():
        if part >= len(every):
            move(delivery, DELIVERY, "cancelled", asks_person=False)
    follow(made[0])
    wake()
    emit(by, changed(made[0]))


@reaction(VariantUnscheduled, at_once=True)
def cancel(by: Actor, event: VariantUnscheduled) -> None:
    """It shall not go out after all. Refused, and with it the change, if it is leaving this second."""
    there = _live(event.variant_id)
    for delivery in there.values():
        if delivery.state not in {"queued", "held"}:
            raise IllegalMove(_too_late(delivery))
    for delivery in there.values():
        move(delivery, DELIVERY, "cancelled", asks_person=False)
    if 0 in there:
        emit(by, changed(there[0]))


@reaction(VariantPutAway, at_once=True)
def stop(by: Actor, event: VariantPutAway) -> None:
    """What has gone out stays; what would follow it does not go. Refused if that is leaving this second."""
    for delivery in _live(event.variant_id).values():
        if delivery.state in {"sending", "unsure"}:
            raise IllegalMove(_too_late(delivery))
        if delivery.state in {"queued", "held"}:
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


def _live(variant_id: int) -> dict[int, Delivery]:
    """What went or may go of a variant, by part."""
    found = Delivery.objects.filter(variant=variant_id).exclude(state__in=("cancelled", "failed", "removed"))
    there = found.select_for_update(of=("self",)).select_related("post", "channel").order_by("part")
    return {each.part: each for each in there}


def _too_late(delivery: Delivery) -> str:
    if delivery.state == "sent":
        return _("%(what)s has gone out already.") % {"what": delivery}
    return _("%(what)s is leaving at this moment and can no longer be changed.") % {"what": delivery}
