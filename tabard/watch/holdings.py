"""What units hold of the watch; who decided, looked and told us stays written as it was."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tabard.kernel.beside import beside
from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.watch.models import Case, Sighting


def _items(unit: int) -> list[Item]:
    found = beside(Sighting.objects.filter(unit=unit), "platform", own=("handle",)).order_by("-rank", "-pk")
    return [Item(s.pk, s.handle, s.platform.name, reverse("sighting", args=[s.pk])) for s in found[:500]]


hold(
    Holding(
        name="watch.sightings",
        label=_("Sightings"),
        holder="unit",
        claims=("watch.Sighting.unit",),
        held=lambda unit: Sighting.objects.filter(unit=unit),
        items=_items,
        hand_over=lambda by, old, new, ids: rows(Sighting, "unit", old, ids).update(unit=new),
    )
)


def _cases(person: int) -> Any:
    """What they see to: cases that are open, or that are looked after."""
    return Case.objects.filter(~Q(state="closed") | ~Q(todo=""), owner=person)


def _case_items(person: int) -> list[Item]:
    found = _cases(person).select_related("sighting__platform").order_by("due_on", "pk")[:500]
    return [Item(c.pk, str(c), c.sighting.platform.name, reverse("case", args=[c.pk])) for c in found]


hold(
    Holding(
        name="watch.cases",
        label=_("Cases about impostors"),
        holder="person",
        claims=("watch.Case.owner",),
        held=lambda person: _cases(person),
        items=_case_items,
        hand_over=lambda by, old, new, ids: (
            rows(Case, "owner", old, ids).filter(~Q(state="closed") | ~Q(todo="")).update(owner=new)
        ),
        of_channel=lambda person, channel: list(
            _cases(person).filter(sighting__like=channel).values_list("pk", flat=True)
        ),
    )
)
history("watch.Case.opened_by", "watch.Evidence.taken_by", "watch.Filing.filed_by", "watch.Turn.by")
history("watch.Sighting.decided_by", "watch.Report.person", "watch.Look.by")
# Whether it is asked ends with a unit, as its policies do.
history("watch.AskedUnit.unit", "watch.AskedUnit.set_by", "watch.AskedSite.switched_by")
