"""Requests that wait for me, and what I am to do before a channel goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import few
from tabard.kernel.permissions import reach
from tabard.kernel.today import MOST, Need, more, today
from tabard.life import changes, queries, retiring, worth_queries
from tabard.life.models import ChannelRequest, PlatformChange, Retirement, RetirementStep, Worth

# How long before it is to be done what platforms change is shown.
AHEAD = timedelta(days=30)


@today
def to_decide(by: Actor, scope: Any) -> Iterable[Need]:
    """Channels that somebody asks for, the longest waiting first."""
    rows = queries.to_decide(by)
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    found = few(rows.order_by("asked_at", "pk"), MOST + 1, *queries.WITH)
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
    open_ = Q(state="back") | Q(state="approved", channel__state="proposed")
    rows = ChannelRequest.objects.filter(open_, asked_by=by.person_id)
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    for asked in few(rows.order_by("decided_at", "pk"), MOST, *queries.WITH):
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
    day = clock.today()
    mine = Q(asked_by=by.person_id) | Q(answers=by.person_id)
    rows = ChannelRequest.objects.filter(mine, until__lte=day, until__gt=day - timedelta(days=30))
    rows = rows.filter(channel__state__in=("active", "dormant"))
    rows = rows.exclude(channel__worth__decided_at__date__gte=F("until"))
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    for asked in few(rows.order_by("until", "pk"), MOST, *queries.WITH):
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
    mine = Q(steps__owner=by.person_id or 0, steps__state="todo")
    rows = Retirement.objects.filter(mine, state="open").annotate(
        left=Count("steps"), first=Min("steps__due_on")
    )
    if scope is not None:
        rows = rows.filter(channel__unit__path__startswith=scope.path)
    for made in rows.select_related("channel__unit").order_by("first", "pk")[:MOST]:
        late = made.first < clock.today()
        said = ngettext("%(n)s step is yours.", "%(n)s steps are yours.", made.left)
        yield Need(
            group="now" if late else "week",
            state="overdue" if late else "needs_work",
            title=_("%(channel)s is being retired") % {"channel": made},
            why=said % {"n": made.left},
            do=_("Go on"),
            url=reverse("channel_retirement", args=[made.channel_id]),
            unit=made.channel.unit,
        )


@today
def late_steps(by: Actor, scope: Any) -> Iterable[Need]:
    """What others have not done in time for channels that I keep: one row, however much it is."""
    rows = reach(by, "channels.edit").narrow(
        RetirementStep.objects.filter(retiring.late()),
        unit="retirement__channel__unit",
        channel="retirement__channel",
    )
    if scope is not None:
        rows = rows.filter(retirement__channel__unit__path__startswith=scope.path)
    if n := rows.exclude(owner=by.person_id or 0).count():
        said = ngettext("%(n)s step is overdue", "%(n)s steps are overdue", n) % {"n": n}
        why = _("Channels cannot be retired before they are done.")
        url = f"{reverse('retirement_steps')}?state=late"
        yield Need(group="week", state="overdue", title=said, why=why, do=_("See them"), url=url)


@today
def ask_again(by: Actor, scope: Any) -> Iterable[Need]:
    """Channels that were kept until a day that has come: one row, however many they are."""
    rows = Worth.objects.filter(worth_queries.due(), channel__state__in=("active", "dormant", "proposed"))
    rows = reach(by, "channels.edit").narrow(rows, unit="channel__unit", channel="channel")
    if scope is not None:
        rows = rows.filter(channel__unit__path__startswith=scope.path)
    if n := rows.count():
        said = ngettext(
            "%(n)s channel is to be asked about again", "%(n)s channels are to be asked about again", n
        )
        why = _("They were kept until a day, and it has come.")
        url = f"{reverse('needed')}?state=again"
        yield Need(group="week", state="needs_work", title=said % {"n": n}, why=why, do=_("Decide"), url=url)


@today
def platform_changes(by: Actor, scope: Any) -> Iterable[Need]:
    """What I am to do before platforms change, a month ahead; it belongs to no scope."""
    if not by.person_id or scope is not None:
        return
    day = clock.today()
    rows = PlatformChange.objects.filter(changes.due_before(day + AHEAD), owner=by.person_id)
    for change in rows.select_related("platform").order_by("due_on", "pk")[:MOST]:
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
