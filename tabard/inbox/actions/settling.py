"""What became of answers, as the job that sent them writes it down."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from tabard.connectors import base
from tabard.inbox import storing
from tabard.inbox.actions.replies import CLEAR
from tabard.inbox.events import ConversationChanged
from tabard.inbox.models import Conversation, Message, Reply
from tabard.inbox.states import CONVERSATION, REPLY
from tabard.kernel import clock
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.events import emit
from tabard.kernel.sentences import Facts
from tabard.kernel.states import move

# Of which kind our own words are, by the kind of the conversation.
KINDS = {"direct": "direct", "review": "review"}


@action(
    "reply.sent",
    may="inbox.answer",
    on=Reply,
    says=gettext_lazy("%(who)s: an answer has gone out: %(what)s"),
)
def sent(by: Actor, made: Reply, *, published: base.Published, at_earliest: bool = False) -> Reply:
    """The platform has confirmed it. `at_earliest`: it was found there later, and went out when it left."""
    talk = Conversation.objects.select_for_update(no_key=True, of=("self",)).get(pk=made.conversation_id)
    when = made.armed_at if at_earliest and made.armed_at else clock.now()
    said = base.Message(
        remote_id=storing.clean(published.remote_id, 300),
        kind=KINDS.get(talk.kind, "reply"),
        text=made.text,
        author_id=talk.channel.remote_id,
        author_handle=talk.channel.handle,
        author_name=talk.channel.name,
        at=max(when, made.answers.at),
        url=published.url,
        reply_to=made.answers.remote_id,
    )
    row = storing.said_by_us(talk, said) if said.remote_id else None
    fields: dict[str, Any] = {"sent_at": when, "message": row, "url": storing.address(published.url)}
    move(made, REPLY, "sent", **fields, claim=None, asks_person=False, **CLEAR)
    ours = row or Message(conversation=talk, out=True, at=said.at, reply_to=said.reply_to)
    if talk.state == "open" and storing.answered(talk, ours):
        move(talk, CONVERSATION, "waiting")
    emit(by, ConversationChanged(talk.pk, talk.channel.unit_id))
    return made


@action(
    "reply.stopped",
    may="inbox.answer",
    on=Reply,
    says=gettext_lazy("%(who)s: an answer has not gone out, or nobody knows whether it has: %(what)s"),
)
def stopped(by: Actor, made: Reply, *, to: str, says: str, facts: Facts, code: str, asks: bool) -> Reply:
    """It did not go out (`failed`), or may have (`unsure`); `asks`: a person has to decide."""
    note(became=to)
    given: dict[str, Any] = {"says": says, "facts": dict(facts), "code": code[:40], "asks_person": asks}
    if made.state == to:
        Reply.objects.filter(pk=made.pk).update(**given)
    else:
        move(made, REPLY, to, claim=None, next_at=clock.now(), **given)
    emit(by, ConversationChanged(made.conversation_id, made.channel.unit_id))
    return made
