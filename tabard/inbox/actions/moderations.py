"""Hiding, liking and deleting what was said, and blocking who said it: written down here, told by a job."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.connectors.card import Act
from tabard.inbox import standing
from tabard.inbox.actions.replies import CLEAR
from tabard.inbox.events import ConversationChanged, ModerationQueued
from tabard.inbox.models import Message, Moderation
from tabard.inbox.states import MODERATION
from tabard.inbox.words import closed
from tabard.kernel import clock
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.sentences import Facts
from tabard.kernel.states import move
from tabard.publishing.queries import held

MAY = "inbox.moderate"


@action(
    "message.moderate",
    may=MAY,
    on=Message,
    says=gettext_lazy("%(who)s moderated what somebody said: %(what)s"),
)
def moderate(by: Actor, message: Message, *, act: str) -> Moderation:
    """Hide, like or delete what was said, or block who said it; or take it back. A job tells the platform."""
    if act not in Moderation.Act.values:
        raise Invalid({"act": [_("Choose what shall happen.")]})
    wanted = Act(act)
    Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    _possible(message, wanted)
    now = clock.now()
    note(act=act)
    made = Moderation.objects.create(
        message=message,
        channel=message.channel,
        author_id=message.author_id,
        act=act,
        by_id=by.person_id,
        at=now,
        next_at=now,
    )
    _told(by, made, queued=True)
    return made


def _possible(message: Message, wanted: Act) -> None:
    platform = message.channel.platform
    if wanted not in standing.acts_of(platform.pk):
        raise IllegalMove(_("Tabard cannot do that on %(platform)s. Do it there.") % {"platform": platform})
    if why := closed(message.channel):
        raise IllegalMove(why)
    if wanted in standing.SPEAKS and held(message.channel):
        raise IllegalMove(_("A hold is in force here: nothing is liked in the name of this channel."))
    if not standing.fits(message, wanted):
        raise IllegalMove(_("That cannot be done with this message: it is ours, private, or gone."))
    standing.stand(platform.pk, [message])
    if wanted not in message.standing.offers:
        raise IllegalMove(_("It is so already, or it is on its way. Look at the message again."))


@action(
    "moderation.retry",
    may=MAY,
    on=Moderation,
    says=gettext_lazy("%(who)s tried once more to moderate: %(what)s"),
)
def retry_moderation(by: Actor, made: Moderation) -> Moderation:
    """Tell the platform again of what it did not do, in one's own name."""
    if why := closed(made.channel):
        raise IllegalMove(why)
    again = {"claim": None, "tries": 0, "next_at": clock.now(), "by_id": by.person_id or made.by_id}
    move(made, MODERATION, "queued", **again, **CLEAR)
    _told(by, made, queued=True)
    return made


@action(
    "moderation.cancel",
    may=MAY,
    on=Moderation,
    says=gettext_lazy("%(who)s left it at that: %(what)s"),
)
def cancel_moderation(by: Actor, made: Moderation) -> Moderation:
    """Do not tell the platform. Refused while it is being told."""
    move(made, MODERATION, "cancelled", **CLEAR)
    _told(by, made)
    return made


@action(
    "moderation.done",
    may=MAY,
    on=Moderation,
    says=gettext_lazy("%(who)s: the platform has done it: %(what)s"),
)
def moderated(by: Actor, made: Moderation) -> Moderation:
    """The platform says that it is so."""
    now = clock.now()
    move(made, MODERATION, "done", claim=None, done_at=now, **CLEAR)
    if made.act == Act.DELETE:
        Message.objects.filter(pk=made.message_id, gone_at=None).update(gone_at=now)
    _told(by, made)
    return made


@action(
    "moderation.stopped",
    may=MAY,
    on=Moderation,
    says=gettext_lazy("%(who)s: the platform has not done it: %(what)s"),
)
def not_moderated(by: Actor, made: Moderation, *, says: str, facts: Facts, code: str) -> Moderation:
    """It was not done, and will not be without somebody."""
    given: dict[str, Any] = {"says": says, "facts": dict(facts), "code": code[:40]}
    move(made, MODERATION, "failed", claim=None, **given)
    _told(by, made)
    return made


def _told(by: Actor, made: Moderation, *, queued: bool = False) -> None:
    if queued:
        emit(by, ModerationQueued(made.pk))
    emit(by, ConversationChanged(made.message.conversation_id, made.channel.unit_id))
