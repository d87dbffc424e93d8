"""What Today asks of requests, retirements and what platforms change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Min, Q

from tabard.kernel import clock
from tabard.kernel.question import below, question
from tabard.kernel.today import MOST
from tabard.life import changes, retiring, worth_queries
from tabard.life.models import ChannelRequest, Difference, PlatformChange, Retirement, RetirementStep, Worth
from tabard.org.reach import Reach

# How long before it is to be done what platforms change is shown.
AHEAD = timedelta(days=30)
# How long it is asked whether a channel is needed whose time of trial is over.
AFTER = timedelta(days=30)
IN_USE = ("active", "dormant")


@question
def to_decide(within: Reach, person: int, path: str) -> Any:
    """Requests of others, the longest waiting first."""
    rows = within.narrow(ChannelRequest.objects.filter(state="asked"), unit="unit")
    rows = below(rows.exclude(asked_by=person), path)
    return rows.order_by("asked_at", "pk").values_list("pk")[: MOST + 1]


@question
def mine(person: int, path: str) -> Any:
    """Requests of `person` that are to go on."""
    open_ones = Q(state="back") | Q(state="approved", channel__state="proposed")
    rows = below(ChannelRequest.objects.filter(open_ones, asked_by=person), path)
    return rows.order_by("decided_at", "pk").values_list("pk")[:MOST]


@question
def tried(person: int, path: str) -> Any:
    """Requests whose time of trial is over, and nobody has said since whether the channel is needed."""
    day = clock.today()
    who = Q(asked_by=person) | Q(answers=person)
    rows = ChannelRequest.objects.filter(who, until__lte=day, until__gt=day - AFTER)
    rows = rows.filter(channel__state__in=IN_USE)
    rows = below(rows.exclude(channel__worth__decided_at__date__gte=F("until")), path)
    return rows.order_by("until", "pk").values_list("pk")[:MOST]


@question
def steps(person: int, path: str) -> Any:
    """Retirements with steps of `person`: how many, and the first day by which one is to be done."""
    rows = Retirement.objects.filter(steps__owner=person, steps__state="todo", state="open")
    rows = below(rows, path, "channel__unit").values("pk")
    rows = rows.annotate(left=Count("steps"), first=Min("steps__due_on"))
    return rows.order_by("first", "pk").values_list("pk", "left", "first")[:MOST]


@question
def late_steps(within: Reach, person: int, path: str) -> Any:
    """Steps of others that are late."""
    unit = "retirement__channel__unit"
    rows = RetirementStep.objects.filter(retiring.late()).exclude(owner=person)
    rows = within.narrow(rows, unit=unit, channel="retirement__channel")
    return below(rows, path, unit).order_by().values("pk")


@question
def ask_again(within: Reach, path: str) -> Any:
    """Channels that were kept until a day that has come."""
    rows = Worth.objects.filter(worth_queries.due(), channel__state__in=(*IN_USE, "proposed"))
    rows = within.narrow(rows, unit="channel__unit", channel="channel")
    return below(rows, path, "channel__unit").order_by().values("pk")


@question
def differences(within: Reach, path: str) -> Any:
    """What platforms say otherwise than the register, and nobody has decided."""
    rows = Difference.objects.filter(state="open").exclude(channel__state="retired")
    rows = within.narrow(rows, unit="channel__unit", channel="channel")
    return below(rows, path, "channel__unit").order_by().values("pk")


@question
def platform_changes(person: int) -> Any:
    """What `person` is to do before platforms change."""
    rows = PlatformChange.objects.filter(changes.due_before(clock.today() + AHEAD), owner=person)
    return rows.order_by("due_on", "pk").values_list("pk")[:MOST]
