"""What units hold of the watch; who decided, looked and told us stays written as it was."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tabard.kernel.beside import beside
from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.watch.models import Sighting


def _items(unit: int) -> list[Item]:
    found = beside(Sighting.objects.filter(unit=unit), "platform", own=("handle",)).order_by("-rank", "-pk")
    return [Item(s.pk, s.handle, s.platform.name, reverse("sighting", args=[s.pk])) for s in found[:500]]


hold(
    Holding(
        name="watch.sightings",
        label=_("Sightings"),
        holder="unit",
        claims=("watch.Sighting.unit",),
        count=lambda unit: Sighting.objects.filter(unit=unit).count(),
        items=_items,
        hand_over=lambda by, old, new, ids: rows(Sighting, "unit", old, ids).update(unit=new),
    )
)
history("watch.Sighting.decided_by", "watch.Report.person", "watch.Look.by")
