"""What people do with conversations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from tabard.inbox.events import ConversationChanged
from tabard.inbox.models import Conversation
from tabard.inbox.states import CONVERSATION
from tabard.kernel import clock
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.events import emit
from tabard.kernel.states import move


@action(
    "conversation.done",
    may="inbox.answer",
    on=Conversation,
    says=gettext_lazy("%(who)s said that nothing is left to do about %(what)s"),
)
def finish(by: Actor, talk: Conversation) -> Conversation:
    """Nothing is left to do. What they say next opens it again."""
    move(talk, CONVERSATION, "done", done_by_id=by.person_id, done_at=clock.now())
    emit(by, ConversationChanged(talk.pk, talk.channel.unit_id))
    return talk


@action(
    "conversation.reopen",
    may="inbox.answer",
    on=Conversation,
    says=gettext_lazy("%(who)s opened %(what)s again"),
)
def reopen(by: Actor, talk: Conversation) -> Conversation:
    """There is something to do after all."""
    move(talk, CONVERSATION, "open", done_by=None, done_at=None)
    emit(by, ConversationChanged(talk.pk, talk.channel.unit_id))
    return talk
