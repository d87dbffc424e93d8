"""Answers: written down here, sent by a job; a person decides what became of one where nothing can tell."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tabard.inbox import storing, words
from tabard.inbox.events import ConversationChanged, ReplyQueued
from tabard.inbox.models import Conversation, Message, Reply
from tabard.inbox.queries import answering
from tabard.inbox.states import CONVERSATION, REPLY
from tabard.kernel import clock
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid, Overtaken
from tabard.kernel.events import emit
from tabard.kernel.states import move

# No problem any more.
CLEAR: dict[str, Any] = {"says": "", "facts": {}, "code": ""}


@action(
    "reply.write",
    may="inbox.answer",
    on=Conversation,
    says=gettext_lazy("%(who)s wrote an answer: %(what)s"),
)
def reply(
    by: Actor,
    talk: Conversation,
    *,
    text: str,
    answers: Message | None = None,
    seen: int = 0,
    beside: int | None = None,
    key: UUID | None = None,
) -> Reply:
    """Answer in the channel's name; a job sends it at once.

    `answers`: what is answered, else the last they have said. `seen`: the latest answer of others that one
    knows of; `beside`: whom one knows to be answering as well. `key`: the same words with the same one again
    are the same answer.
    """
    there = Reply.objects.filter(key=key, conversation=talk, by=by.person_id).first() if key else None
    if there and _same(there, text):
        return there
    to = answers or words.to_answer(talk)
    if to is None or to.conversation_id != talk.pk or to.out or to.gone_at:
        raise IllegalMove(_("There is nothing to answer here: it was taken away, or they have said nothing."))
    if why := words.why_not(talk.channel):
        raise IllegalMove(why)
    _nobody_faster(by, talk, to, seen, beside)
    place = words.place_of(talk.channel.platform_id)
    assert place is not None
    said = words.judged(talk.channel, place, to, text)
    if said.bad:
        raise Invalid({"text": said.bad})
    now = clock.now()
    made = Reply.objects.create(
        conversation=talk,
        channel=talk.channel,
        answers=to,
        placement=place.name,
        text=said.text,
        options=words.options(place, talk),
        by_id=by.person_id,
        at=now,
        next_at=now,
        # Where somebody has gone back to a page they had sent, other words are another answer.
        key=key if key and not there else uuid4(),
    )
    Conversation.objects.filter(pk=talk.pk).update(answering=None, answering_at=None)
    _told(by, made, queued=True)
    return made


@action(
    "reply.retry", may="inbox.answer", on=Reply, says=gettext_lazy("%(who)s sent an answer again: %(what)s")
)
def retry_reply(by: Actor, made: Reply) -> Reply:
    """Send one that has not gone out, with the same words, in one's own name."""
    if made.state != "failed":
        raise IllegalMove(_("Only what has not gone out can be sent again."))
    return _again(by, made)


@action(
    "reply.cancel", may="inbox.answer", on=Reply, says=gettext_lazy("%(who)s took an answer back: %(what)s")
)
def cancel_reply(by: Actor, made: Reply) -> Reply:
    """Do not send it. Refused once it may be leaving."""
    move(made, REPLY, "cancelled", asks_person=False, **CLEAR)
    _told(by, made)
    return made


@action(
    "reply.confirm",
    may="inbox.answer",
    on=Reply,
    says=gettext_lazy("%(who)s found that an answer went out: %(what)s"),
)
def confirm_reply(by: Actor, made: Reply, *, url: str = "") -> Reply:
    """A person has looked: it is there."""
    clean = url.strip()
    if clean and storing.address(clean) != clean:
        raise Invalid({"url": [_("Give its address, starting with https://, or none.")]})
    if not made.asks_person or made.state not in {"unsure", "failed"}:
        raise IllegalMove(_("There is nothing to decide here, or the platform is still being asked."))
    now = clock.now()
    move(made, REPLY, "sent", sent_at=now, url=clean, asks_person=False, **CLEAR)
    talk = made.conversation
    said = Message(conversation=talk, out=True, at=max(now, made.answers.at), reply_to=made.answers.remote_id)
    if talk.state == "open" and storing.answered(talk, said):
        move(talk, CONVERSATION, "waiting")
    _told(by, made)
    return made


@action(
    "reply.deny",
    may="inbox.answer",
    on=Reply,
    says=gettext_lazy("%(who)s found that an answer did not go out: %(what)s"),
)
def deny_reply(by: Actor, made: Reply, *, again: bool = True) -> Reply:
    """A person has looked: it is not there. Sent again, or left as failed."""
    if made.state != "unsure" or not made.asks_person:
        raise IllegalMove(_("There is nothing to decide here, or the platform is still being asked."))
    if again:
        return _again(by, made)
    found = gettext_noop("A person found that it did not go out.")
    move(made, REPLY, "failed", asks_person=False, **{**CLEAR, "says": found})
    _told(by, made)
    return made


def _same(there: Reply, text: str) -> bool:
    place = words.place_of(there.channel.platform_id)
    return place is not None and there.text == words.whole(place, there.answers, text)


def _again(by: Actor, made: Reply) -> Reply:
    if why := words.why_not(made.channel):
        raise IllegalMove(why)
    fields = {"armed_at": None, "claim": None, "tries": 0, "next_at": clock.now(), "asks_person": False}
    move(made, REPLY, "queued", **fields, **CLEAR, by_id=by.person_id or made.by_id)
    _told(by, made, queued=True)
    return made


def _nobody_faster(by: Actor, talk: Conversation, to: Message, seen: int, beside: int | None) -> None:
    """`Overtaken` where somebody else has answered the same, or is about to, and `by` does not know."""
    others = talk.replies.filter(pk__gt=seen).exclude(state="cancelled").exclude(by=by.person_id)
    if talk.kind not in storing.WITH_ONE:
        others = others.filter(answers=to)
    if last := others.select_related("by").order_by("pk").last():
        said = _("%(who)s has answered this meanwhile: “%(text)s”. Send yours as well only if it is needed.")
        raise Overtaken({"text": [said % {"who": last.by or _("Somebody"), "text": last.text[:200]}]})
    other = answering(talk)
    if other and other.pk not in {by.person_id, beside}:
        said = _("%(who)s is answering this at the moment. Send yours as well only if it is needed.")
        raise Overtaken({"text": [said % {"who": other}]})


def _told(by: Actor, made: Reply, *, queued: bool = False) -> None:
    if queued:
        emit(by, ReplyQueued(made.pk))
    emit(by, ConversationChanged(made.conversation_id, made.channel.unit_id))
