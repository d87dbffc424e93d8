"""What units and people hold here: requests that are not decided, steps that are not done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tabard.kernel.actor import Actor
from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.life.models import ChannelRequest, PlatformChange, RetirementStep

OPEN = ("asked", "back")


def _requests(**held: int) -> QuerySet[Any]:
    found: QuerySet[Any] = ChannelRequest.objects.filter(state__in=OPEN, **held)
    return found


def _items(**held: int) -> list[Item]:
    found = _requests(**held).select_related("platform").order_by("pk")[:500]
    return [Item(r.pk, str(r), r.platform.name, reverse("request", args=[r.pk])) for r in found]


def _to_person(field: str, other: str) -> Callable[[Actor, int, int, list[int] | None], int]:
    """Two people answer for it: where one would be both, they change places."""

    def hand_over(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
        held = rows(ChannelRequest, field, old, ids).filter(state__in=OPEN)
        count = held.filter(**{other: new}).update(**{field: new, other: old})
        return count + held.update(**{field: new})

    return hand_over


def _of_person(name: str, label: str | Promise, field: str, other: str) -> Holding:
    return Holding(
        name=name,
        label=label,
        holder="person",
        claims=(f"life.ChannelRequest.{field}",),
        held=lambda person: _requests(**{field: person}),
        items=lambda person: _items(**{field: person}),
        hand_over=_to_person(field, other),
    )


hold(
    Holding(
        name="life.requests",
        label=_("Requests for channels"),
        holder="unit",
        claims=("life.ChannelRequest.unit",),
        held=lambda unit: _requests(unit=unit),
        items=lambda unit: _items(unit=unit),
        # What is decided goes along, so that it can be read.
        hand_over=lambda by, old, new, ids: rows(ChannelRequest, "unit", old, ids).update(unit=new),
    )
)
hold(_of_person("life.answering", _("Channels they shall answer on"), "answers", "backs"))
hold(_of_person("life.standing_in", _("Channels they shall stand in on"), "backs", "answers"))


def _steps(person: int) -> list[Item]:
    rows = RetirementStep.objects.to_do().filter(owner=person).select_related("retirement__channel")
    return [Item(s.pk, str(s), url=reverse("retirement_step", args=[s.pk])) for s in rows[:500]]


hold(
    Holding(
        name="life.steps",
        label=_("Steps before channels go"),
        holder="person",
        claims=("life.RetirementStep.owner",),
        held=lambda person: RetirementStep.objects.to_do().filter(owner=person),
        items=_steps,
        hand_over=lambda by, old, new, ids: (
            rows(RetirementStep, "owner", old, ids)
            .filter(state="todo", retirement__state="open")
            .update(owner=new)
        ),
    )
)
history("life.Retirement.begun_by", "life.RetirementStep.ended_by")
history("life.ChannelRequest.asked_by", "life.ChannelRequest.decided_by", "life.Worth.decided_by")


def _changes(person: int) -> Any:
    return PlatformChange.objects.filter(owner=person, ended_at=None).select_related("platform")


hold(
    Holding(
        name="life.platform_changes",
        label=_("What platforms change, given to them"),
        holder="person",
        claims=("life.PlatformChange.owner",),
        held=lambda person: _changes(person),
        items=lambda person: [
            Item(c.pk, str(c), c.platform.name, f"{reverse('platform_changes')}?open={c.pk}")
            for c in _changes(person).order_by("pk")[:500]
        ],
        hand_over=lambda by, old, new, ids: (
            rows(PlatformChange, "owner", old, ids).filter(ended_at=None).update(owner=new)
        ),
    )
)
history("life.PlatformChange.ended_by")
history("life.Difference.decided_by")
