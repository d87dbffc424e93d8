"""Requests that wait for me, and what I am to do before a channel goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import path_of
from tabard.kernel.today import MOST, Need, more, today
from tabard.life import queries
from tabard.life import today_asks as asks
from tabard.life.models import ChannelRequest, PlatformChange, Retirement
from tabard.org.reach import reach


@today
def to_decide(by: Actor, scope: Any) -> Iterable[Need]:
    """Channels that somebody asks for, the longest waiting first."""
    mine = asks.to_decide.rows(reach(by, "channels.edit").places(), by.person_id or 0, path_of(scope))
    found = those(ChannelRequest, mine, *queries.WITH)
    for asked in found[:MOST]:
        said = {"channel": asked, "platform": asked.platform.name}
        yield Need(
            group="today" if asked.asked_at < clock.now() - timedelta(days=3) else "week",
            state="asked",
            title=_("A new channel: %(channel)s on %(platform)s") % said,
            why=_("%(person)s asks for it.") % {"person": asked.asked_by} if asked.asked_by else asked.why,
            do=_("Decide"),
            url=reverse("request", args=[asked.pk]),
            unit=asked.unit,
        )
    if len(found) > MOST:
        yield more("week", _("More channels are asked for"), f"{reverse('requests')}?state=asked")


@today
def mine(by: Actor, scope: Any) -> Iterable[Need]:
    """What I asked for and have to go on with: sent back, or approved and not in use."""
    if not by.person_id:
        return
    for asked in those(ChannelRequest, asks.mine.rows(by.person_id, path_of(scope)), *queries.WITH):
        back = asked.state == "back"
        title = _("%(channel)s was sent back to you") if back else _("%(channel)s was approved")
        yield Need(
            group="today" if back else "week",
            state="needs_work",
            title=title % {"channel": asked},
            why=asked.words if back else _("It is yet to be opened, connected and made active."),
            do=_("Say it anew") if back else _("Go on"),
            url=reverse("request", args=[asked.pk]),
            unit=asked.unit,
        )


@today
def tried(by: Actor, scope: Any) -> Iterable[Need]:
    """Channels whose time of trial is over, for a month, for who answers there and who asked for them."""
    if not by.person_id:
        return
    for asked in those(ChannelRequest, asks.tried.rows(by.person_id, path_of(scope)), *queries.WITH):
        yield Need(
            group="week",
            state="needs_work",
            title=_("Is %(channel)s needed?") % {"channel": asked},
            why=_("The time for which it was tried is over. Keep it, or begin to retire it."),
            do=_("Look"),
            url=reverse("channel_needed", args=[asked.channel_id]),
            unit=asked.unit,
        )


@today
def steps(by: Actor, scope: Any) -> Iterable[Need]:
    """What I am to do before channels go: one row a channel."""
    found = {pk: (left, first) for pk, left, first in asks.steps.rows(by.person_id or 0, path_of(scope))}
    for made in those(Retirement, list(found), "channel__unit"):
        left, first = found[made.pk]
        late = first < clock.today()
        said = ngettext("%(n)s step is yours.", "%(n)s steps are yours.", left)
        yield Need(
            group="now" if late else "week",
            state="overdue" if late else "needs_work",
            title=_("%(channel)s is being retired") % {"channel": made},
            why=said % {"n": left},
            do=_("Go on"),
            url=reverse("channel_retirement", args=[made.channel_id]),
            unit=made.channel.unit,
        )


@today
def late_steps(by: Actor, scope: Any) -> Iterable[Need]:
    """What others have not done in time for channels that I keep: one row, however much it is."""
    asked = (reach(by, "channels.edit").places(), by.person_id or 0, path_of(scope))
    if n := asks.late_steps.count(*asked):
        said = ngettext("%(n)s step is overdue", "%(n)s steps are overdue", n) % {"n": n}
        why = _("Channels cannot be retired before they are done.")
        url = f"{reverse('retirement_steps')}?state=late"
        yield Need(group="week", state="overdue", title=said, why=why, do=_("See them"), url=url)


@today
def ask_again(by: Actor, scope: Any) -> Iterable[Need]:
    """Channels that were kept until a day that has come: one row, however many they are."""
    if n := asks.ask_again.count(reach(by, "channels.edit").places(), path_of(scope)):
        said = ngettext(
            "%(n)s channel is to be asked about again", "%(n)s channels are to be asked about again", n
        )
        why = _("They were kept until a day, and it has come.")
        url = f"{reverse('needed')}?state=again"
        yield Need(group="week", state="needs_work", title=said % {"n": n}, why=why, do=_("Decide"), url=url)


@today
def differences(by: Actor, scope: Any) -> Iterable[Need]:
    """Channels that differ at their platforms: one row, however many they are."""
    if n := asks.differences.count(reach(by, "channels.edit").places(), path_of(scope)):
        said = ngettext(
            "%(n)s difference from what platforms say", "%(n)s differences from what platforms say", n
        )
        why = _("Renamed, moved, gone, or the access has ended.")
        yield Need(
            group="week",
            state="needs_work",
            title=said % {"n": n},
            why=why,
            do=_("Decide"),
            url=reverse("differences"),
        )


@today
def platform_changes(by: Actor, scope: Any) -> Iterable[Need]:
    """What I am to do before platforms change, a month ahead; it belongs to no scope."""
    if not by.person_id or scope is not None:
        return
    day = clock.today()
    for change in those(PlatformChange, asks.platform_changes.rows(by.person_id), "platform"):
        late = change.due_on < day
        said = {"platform": change.platform.name, "what": change.title}
        yield Need(
            group="now" if late else "week",
            state="overdue" if late else "needs_work",
            title=_("%(platform)s: %(what)s") % said,
            why=_("It takes effect on %(day)s.") % {"day": date_format(change.takes_effect, "j F Y")},
            do=_("Look"),
            url=f"{reverse('platform_changes')}?open={change.pk}",
        )
