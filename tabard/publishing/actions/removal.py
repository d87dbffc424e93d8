"""Taking away what has gone out. The database knows of it before the platform is asked."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.posts.models import Variant
from tabard.posts.states import VARIANT
from tabard.publishing.actions.deliveries import CLEAR
from tabard.publishing.chain import behind, follow
from tabard.publishing.models import Delivery
from tabard.publishing.queries import why_not_removable
from tabard.publishing.reactions import changed, wake
from tabard.publishing.states import DELIVERY


@action(
    "delivery.remove",
    may="deliveries.remove",
    on=Delivery,
    says=gettext_lazy("%(who)s asked to remove %(what)s from its platform"),
)
def remove(by: Actor, delivery: Delivery, *, reason: str = "") -> Delivery:
    """Take it off its platform with what follows it, the last part first; a worker does so at once, under a
    hold as well. The record stays.
    """
    _is_there(delivery)
    if why := why_not_removable(delivery):
        raise IllegalMove(why)
    clean = text.name(reason)
    if len(clean) > 300:
        raise Invalid({"reason": [_("Say why, in 300 characters at most.")]})
    note(reason=clean)
    now = clock.now()
    for each in (delivery, *(part for part in behind(delivery) if _goes_too(part))):
        move(each, DELIVERY, "removing", removal_asked_at=now, next_at=now, asks_person=False, **CLEAR)
    follow(delivery)
    wake()
    emit(by, changed(delivery))
    return delivery


@action(
    "delivery.removed_by_hand",
    may="deliveries.remove",
    on=Delivery,
    says=gettext_lazy("%(who)s removed %(what)s from its platform by hand"),
)
def removed_by_hand(by: Actor, delivery: Delivery) -> Delivery:
    """A person took it away there, or found it gone."""
    _is_there(delivery)
    move(delivery, DELIVERY, "removed", removed_at=clock.now(), asks_person=False, **CLEAR)
    follow(delivery)
    variant = Variant.objects.get(pk=delivery.variant_id)
    if variant.state == "handed_over" and not delivery.part:
        move(variant, VARIANT, "withdrawn")
    emit(by, changed(delivery))
    return delivery


@action(
    "delivery.leave",
    may="deliveries.remove",
    on=Delivery,
    says=gettext_lazy("%(who)s left %(what)s on its platform"),
)
def leave(by: Actor, delivery: Delivery) -> Delivery:
    """It could not be removed, and stays."""
    _is_there(delivery)
    if not delivery.asks_person:
        raise IllegalMove(_("There is nothing to decide here."))
    delivery.asks_person, delivery.says, delivery.facts, delivery.code = False, "", {}, ""
    delivery.save(update_fields=["asks_person", "says", "facts", "code"])
    emit(by, changed(delivery))
    return delivery


def _goes_too(part: Delivery) -> bool:
    """What stands behind something that is removed is removed as well, before it, as far as Tabard can."""
    return part.state == "sent" and bool(part.remote_id)


def _is_there(delivery: Delivery) -> None:
    if delivery.state != "sent":
        raise IllegalMove(_("Only what has gone out can be removed."))
