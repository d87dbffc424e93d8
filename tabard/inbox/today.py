"""Answers that did not go out, or may have, and what platforms did not do: somebody is needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.inbox.models import Moderation, Reply
from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import below, path_of, question
from tabard.kernel.today import MOST, Need, more, today
from tabard.org.reach import Reach, reach

# A row of Today shows nothing of what was prepared for the platform.
DRAWN = ("state", "text", "conversation", "channel", "says", "facts", "code", "asks_person", "at")
REFUSED = ("state", "act", "message", "channel", "says", "facts", "code", "at")


@question
def _undecided(within: Reach, path: str) -> Any:
    rows = Reply.objects.filter(asks_person=True)
    there = within.narrow(rows, unit="channel__unit", channel="channel")
    return below(there, path, "channel__unit").order_by("-pk").values_list("pk")[:50]


@today
def undecided(by: Actor, scope: Any) -> Iterable[Need]:
    """What was stopped or may have gone out, for those who may answer there."""
    found = _undecided.rows(reach(by, "inbox.answer").places(), path_of(scope))
    for each in those(Reply, found[:MOST], "channel__unit", own=DRAWN):
        yield Need(
            group="now",
            state=each.state,
            title=_("An answer on %(channel)s") % {"channel": each.channel},
            why=f"{each.problem} {each.to_do}".strip(),
            do=_("Look and decide") if each.state == "unsure" else _("See what to do"),
            url=f"{reverse('conversation', args=[each.conversation_id])}#r{each.pk}",
            unit=each.channel.unit,
            due=each.at,
        )
    if len(found) > MOST:
        yield more("now", _("More answers wait for a decision"), f"{reverse('inbox')}?decide=yes")


@question
def _refused(within: Reach, path: str) -> Any:
    rows = Moderation.objects.filter(state="failed")
    there = within.narrow(rows, unit="channel__unit", channel="channel")
    return below(there, path, "channel__unit").order_by("-pk").values_list("pk")[:50]


@today
def refused(by: Actor, scope: Any) -> Iterable[Need]:
    """What a platform did not hide, like, delete or block, for those who may ask it to."""
    found = _refused.rows(reach(by, "inbox.moderate").places(), path_of(scope))
    for each in those(Moderation, found[:MOST], "channel__unit", "message", own=REFUSED):
        yield Need(
            group="now",
            state=each.state,
            title=_("%(act)s, on %(channel)s") % {"act": each.get_act_display(), "channel": each.channel},
            why=each.problem,
            do=_("Look and decide"),
            url=f"{reverse('conversation', args=[each.message.conversation_id])}#m{each.message_id}",
            unit=each.channel.unit,
            due=each.at,
        )
    if len(found) > MOST:
        yield more("now", _("More of what platforms did not do"), f"{reverse('inbox')}?decide=yes")
