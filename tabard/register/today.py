"""Channels of mine that need somebody now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import below, counts, path_of, question
from tabard.kernel.today import MOST, Need, more, today
from tabard.org.reach import Reach, reach
from tabard.register.models import Channel, Doubt
from tabard.register.people import NOBODY, ONE_PERSON
from tabard.register.queries import failing

IN_USE = ("active", "dormant")
# A row of Today shows few of what is known of a channel.
DRAWN = (*Channel.SHOWN, "problem_says", "problem_facts")


@question
def _broken(within: Reach, path: str) -> Any:
    return _here(within, path).filter(failing()).order_by("problem_at", "pk").values_list("pk")[: MOST + 1]


@question
def _left_there(within: Reach, path: str) -> Any:
    rows = within.narrow(Channel.objects.all(), unit="unit", channel="pk")
    rows = below(rows, path).filter(revocations__gave_up_at__isnull=False)
    return rows.distinct().order_by("pk").values_list("pk")[:MOST]


@question
def _nobody(within: Reach, path: str) -> Any:
    return _here(within, path).filter(NOBODY).order_by().values("pk")


@question
def _one_person(within: Reach, path: str) -> Any:
    return _here(within, path).filter(ONE_PERSON).order_by().values("pk")


@question
def _doubts(within: Reach, path: str) -> Any:
    rows = within.narrow(Doubt.objects.filter(decided_at=None), unit="channel__unit", channel="channel")
    return below(rows, path, "channel__unit").order_by().values("pk")


@today
def broken(by: Actor, scope: Any) -> Iterable[Need]:
    """Connections that only a person can mend, the longest broken first."""
    found = _broken.rows(reach(by, "channels.connect").places(), path_of(scope))
    channels = those(Channel, found, "unit", "platform", own=DRAWN)
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
    found = _left_there.rows(reach(by, "channels.connect").places(), path_of(scope))
    for channel in those(Channel, found, "unit", "platform", own=DRAWN):
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
    asked = (reach(by, "channels.edit").places(), path_of(scope))
    none, one = counts([(_nobody, asked), (_one_person, asked)])
    if n := none:
        said = ngettext("%(n)s channel has no owner", "%(n)s channels have no owner", n) % {"n": n}
        yield _list(said, _("Nobody would notice if something happened there."), "no_owner", "no_owner")
    if n := one:
        said = ngettext("%(n)s channel hangs on one person", "%(n)s channels hang on one person", n)
        yield _list(said % {"n": n}, _("Name a deputy, here or in the unit."), "one_person", "needs_work")


@today
def doubts(by: Actor, scope: Any) -> Iterable[Need]:
    """What attestations have left to be decided: one row, however many there are."""
    if n := _doubts.count(reach(by, "channels.edit").places(), path_of(scope)):
        said = ngettext("%(n)s channel is in doubt", "%(n)s channels are in doubt", n) % {"n": n}
        why = _("Said not to be ours, not answered for, or not known before.")
        url = f"{reverse('doubts')}?state=open"
        yield Need(group="week", state="needs_work", title=said, why=why, do=_("Decide"), url=url)


def _here(within: Reach, path: str) -> Any:
    """Channels in use."""
    rows = within.narrow(Channel.objects.filter(state__in=IN_USE), unit="unit", channel="pk")
    return below(rows, path)


def _list(title: str, why: str, name: str, state: str) -> Need:
    url = f"{reverse('register')}?list={name}"
    return Need(group="week", state=state, title=title, why=why, do=_("See them"), url=url)
