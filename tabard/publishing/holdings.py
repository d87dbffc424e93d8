"""What units and people hold in publishing: what has not gone out yet, and holds in force."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tabard.kernel.beside import beside
from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.publishing.models import Delivery, Hold

_WAITING = ("queued", "held")


def _in_name_of(person: int) -> QuerySet[Delivery]:
    found: QuerySet[Delivery] = Delivery.objects.filter(scheduled_by=person, state__in=_WAITING)
    return found


def _items(found: QuerySet[Delivery]) -> list[Item]:
    there = beside(found, "post", "channel", own=("due_at", "part", "parts")).order_by("due_at", "id")[:500]
    return [Item(d.pk, str(d), f"{d.due_at:%Y-%m-%d %H:%M} UTC") for d in there]


def _take_over(old: int, new: int, ids: list[int] | None) -> int:
    found = _in_name_of(old)
    return (found if ids is None else found.filter(pk__in=ids)).update(scheduled_by=new)


hold(
    Holding(
        name="publishing.scheduled",
        label=_("Scheduled in their name"),
        holder="person",
        claims=("publishing.Delivery.scheduled_by",),
        held=lambda person: _in_name_of(person),
        items=lambda person: _items(_in_name_of(person)),
        hand_over=lambda by, old, new, ids: _take_over(old, new, ids),
        of_channel=lambda person, channel: list(
            _in_name_of(person).filter(channel=channel).values_list("pk", flat=True)
        ),
    )
)
hold(
    Holding(
        name="publishing.deliveries",
        label=_("What went out, and what shall"),
        holder="unit",
        claims=("publishing.Delivery.unit",),
        held=lambda unit: Delivery.objects.filter(unit=unit),
        items=lambda unit: _items(Delivery.objects.filter(unit=unit, state__in=_WAITING)),
        hand_over=lambda by, old, new, ids: rows(Delivery, "unit", old, ids).update(unit=new),
    )
)
hold(
    Holding(
        name="publishing.holds",
        label=_("Holds"),
        holder="unit",
        claims=("publishing.Hold.unit",),
        held=lambda unit: Hold.objects.filter(unit=unit),
        items=lambda unit: [Item(h.pk, h.reason) for h in Hold.objects.filter(unit=unit, lifted_at=None)],
        hand_over=lambda by, old, new, ids: rows(Hold, "unit", old, ids).update(unit=new),
    )
)
history("publishing.Hold.pressed_by", "publishing.Hold.lifted_by")
