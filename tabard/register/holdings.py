"""What units and people hold in the register."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.events import emit
from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.kernel.naming import naming
from tabard.org.actions import take_along
from tabard.org.models import Unit
from tabard.register.events import ChannelChanged
from tabard.register.fields import search_words
from tabard.register.models import Channel, Import

HandOver = Callable[[Actor, int, int, list[int] | None], int]


def _items(**held: int) -> list[Item]:
    found = beside(
        Channel.objects.filter(**held).exclude(state="retired"), "platform", own=("name", "handle")
    )
    return [
        Item(c.pk, str(c), f"{c.platform.name}, {c.handle}", reverse("channel", args=[c.pk]))
        for c in found.order_by("handle", "id")[:500]
    ]


def _to_unit(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    """Retired channels go along: their history must stay in reach of somebody."""
    unit = Unit.objects.get(pk=new)
    moved = list(Channel.objects.filter(pk__in=rows(Channel, "unit", old, ids).values("pk")))
    for channel in moved:
        channel.unit = unit
        channel.search = search_words(channel, unit.name)
        emit(by, ChannelChanged(channel.pk, new, "moved"))
    Channel.objects.bulk_update(moved, ["unit", "search"], batch_size=500)
    take_along([channel.pk for channel in moved], unit)
    return len(moved)


def _to_person(field: str, other: str) -> HandOver:
    """One person may not be both owner and deputy: where they would be, the other place is left empty."""

    def hand_over(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
        held = rows(Channel, field, old, ids)
        count: int = held.count()
        if other:
            held.filter(**{other: new}).update(**{field: new, other: None})
        rows(Channel, field, old, ids).update(**{field: new})
        return count

    return hand_over


hold(
    Holding(
        name="register.channels",
        label=_("Channels"),
        holder="unit",
        claims=("register.Channel.unit",),
        held=lambda unit: Channel.objects.filter(unit=unit).exclude(state="retired"),
        items=lambda unit: _items(unit=unit),
        hand_over=_to_unit,
    )
)
hold(
    Holding(
        name="register.imports",
        label=_("Imports"),
        holder="unit",
        claims=("register.Import.unit",),
        held=lambda unit: Import.objects.filter(unit=unit),
        items=lambda unit: [
            Item(i.pk, i.name) for i in Import.objects.filter(unit=unit).defer("source", "results")[:500]
        ],
        hand_over=lambda by, old, new, ids: rows(Import, "unit", old, ids).update(unit=new),
    )
)


def _of_person(name: str, label: str | Promise, field: str, other: str, follows: str = "") -> Holding:
    return Holding(
        name=name,
        label=label,
        holder="person",
        claims=tuple(f"register.Channel.{each}" for each in (field, follows) if each),
        held=lambda person: Channel.objects.filter(**{field: person}).exclude(state="retired"),
        items=lambda person: _items(**{field: person}),
        hand_over=_to_person(field, other),
        of_channel=lambda person, channel: list(
            Channel.objects.filter(pk=channel, **{field: person}).values_list("pk", flat=True)
        ),
    )


hold(_of_person("register.owned", _("Channels they own"), "owner", "deputy", "answers"))
hold(_of_person("register.backed", _("Channels they are deputy of"), "deputy", "owner", "backs"))
hold(_of_person("register.recovered", _("Channels whose recovery e-mail they read"), "recovery_owner", ""))
history(
    "register.Connection.connected_by",
    "register.PlatformApp.set_by",
    "register.PlatformApp.secret_by",
    "register.Import.by",
    "register.Channel.attested_by",
    "register.Finding.decided_by",
)
history("register.Doubt.said_by", "register.Doubt.decided_by")


@naming("channel")
def _called(ids: set[int]) -> dict[int, str]:
    rows = Channel.objects.filter(pk__in=ids).select_related("platform")
    return {c.pk: f"{c} ({c.platform.name})" for c in rows}
