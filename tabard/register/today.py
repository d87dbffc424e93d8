"""Channels of mine that need somebody now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside, few
from tabard.kernel.permissions import reach
from tabard.kernel.today import MOST, Need, more, today
from tabard.register.models import Channel, Doubt
from tabard.register.people import NOBODY, ONE_PERSON
from tabard.register.queries import failing


@today
def broken(by: Actor, scope: Any) -> Iterable[Need]:
    """Connections that only a person can mend, the longest broken first."""
    rows = reach(by, "channels.connect").narrow(Channel.objects.all(), unit="unit", channel="pk")
    rows = _here(rows, scope).filter(failing())
    channels = list(beside(rows, "unit", "platform").order_by("problem_at", "pk")[: MOST + 1])
    for channel in channels[:MOST]:
        yield Need(
            group="now",
            state="broken",
            title=_("%(channel)s on %(platform)s cannot publish")
            % {"channel": channel, "platform": channel.platform.name},
            why=channel.problem or _("Its access ends soon."),
            do=_("Mend"),
            url=reverse("channel", args=[channel.pk]) + "?tab=access",
            unit=channel.unit,
        )
    if len(channels) > MOST:
        yield more("now", _("More channels cannot publish"), f"{reverse('register')}?list=failing")


@today
def left_there(by: Actor, scope: Any) -> Iterable[Need]:
    """Accesses that were let go here and could not be ended on the platform."""
    rows = reach(by, "channels.connect").narrow(Channel.objects.all(), unit="unit", channel="pk")
    rows = rows.filter(revocations__gave_up_at__isnull=False).distinct()
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    for channel in few(rows.order_by("pk"), MOST, "unit", "platform"):
        said = {"channel": channel, "platform": channel.platform}
        yield Need(
            group="week",
            state="needs_work",
            title=_("A former access to %(channel)s is still open on %(platform)s") % said,
            why=_("Tabard could not end it there."),
            do=_("End it"),
            url=reverse("channel", args=[channel.pk]) + "?tab=access",
            unit=channel.unit,
        )


@today
def nobody(by: Actor, scope: Any) -> Iterable[Need]:
    """Channels without an owner, or on one person: one row each, however many they are."""
    rows = reach(by, "channels.edit").narrow(Channel.objects.all(), unit="unit", channel="pk")
    found = _here(rows, scope).order_by()
    counts = found.aggregate(
        none=Count("pk", filter=NOBODY), one=Count("pk", filter=ONE_PERSON & ~Q(state="proposed"))
    )
    if n := counts["none"]:
        said = ngettext("%(n)s channel has no owner", "%(n)s channels have no owner", n) % {"n": n}
        yield _list(said, _("Nobody would notice if something happened there."), "no_owner", "no_owner")
    if n := counts["one"]:
        said = ngettext("%(n)s channel hangs on one person", "%(n)s channels hang on one person", n)
        yield _list(said % {"n": n}, _("Name a deputy, here or in the unit."), "one_person", "needs_work")


@today
def doubts(by: Actor, scope: Any) -> Iterable[Need]:
    """What attestations have left to be decided: one row, however many there are."""
    rows = reach(by, "channels.edit").narrow(
        Doubt.objects.filter(decided_at=None), unit="channel__unit", channel="channel"
    )
    if scope is not None:
        rows = rows.filter(channel__unit__path__startswith=scope.path)
    if n := rows.count():
        said = ngettext("%(n)s channel is in doubt", "%(n)s channels are in doubt", n) % {"n": n}
        why = _("Said not to be ours, not answered for, or not known before.")
        url = f"{reverse('doubts')}?state=open"
        yield Need(group="week", state="needs_work", title=said, why=why, do=_("Decide"), url=url)


def _here(rows: Any, scope: Any) -> Any:
    rows = rows.filter(state__in=("active", "dormant"))
    return rows.filter(unit__path__startswith=scope.path) if scope is not None else rows


def _list(title: str, why: str, name: str, state: str) -> Need:
    url = f"{reverse('register')}?list={name}"
    return Need(group="week", state=state, title=title, why=why, do=_("See them"), url=url)
