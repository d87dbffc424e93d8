"""What people do with conversations."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.inbox.events import ConversationChanged
from tabard.inbox.models import Conversation
from tabard.inbox.queries import answering
from tabard.inbox.states import CONVERSATION
from tabard.kernel import clock
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove
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


@action(
    "conversation.take",
    may="inbox.answer",
    on=Conversation,
    says=gettext_lazy("%(who)s began to answer %(what)s"),
)
def take(by: Actor, talk: Conversation) -> Conversation:
    """Say that one is writing an answer, so that nobody else does. It ends by itself after a while."""
    if (other := answering(talk)) and other.pk != by.person_id:
        raise IllegalMove(_("%(who)s is answering this already.") % {"who": other})
    talk.answering_id, talk.answering_at = by.person_id, clock.now()
    talk.save(update_fields=["answering", "answering_at"])
    emit(by, ConversationChanged(talk.pk, talk.channel.unit_id))
    return talk


@action(
    "conversation.leave",
    may="inbox.answer",
    on=Conversation,
    says=gettext_lazy("%(who)s left the answer to %(what)s to others"),
)
def leave_it(by: Actor, talk: Conversation) -> Conversation:
    """Nobody is writing an answer: oneself has stopped, or somebody has forgotten that they had begun."""
    talk.answering, talk.answering_at = None, None
    talk.save(update_fields=["answering", "answering_at"])
    emit(by, ConversationChanged(talk.pk, talk.channel.unit_id))
    return talk
