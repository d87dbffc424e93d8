"""What units and people hold here."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tabard.kernel.actor import Actor
from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.public.models import Disowned


def _items(unit: int) -> list[Item]:
    found = Disowned.objects.filter(unit=unit, ended_at=None).select_related("platform").order_by("pk")[:500]
    return [Item(p.pk, p.handle, p.platform.name, reverse("disowned")) for p in found]


def _to_unit(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    """What is over goes along, so that who said it can be read."""
    return rows(Disowned, "unit", old, ids).update(unit=new)


hold(
    Holding(
        name="public.disowned",
        label=_("Profiles that are not ours"),
        holder="unit",
        claims=("public.Disowned.unit",),
        held=lambda unit: Disowned.objects.filter(unit=unit, ended_at=None),
        items=_items,
        hand_over=_to_unit,
    )
)
history("public.Disowned.said_by", "public.Showing.said_by")
