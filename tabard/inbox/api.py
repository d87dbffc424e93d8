"""The inbox by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Router, Schema, Status

from tabard.inbox import actions, lists, queries
from tabard.inbox.standing import stand
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.kernel.errors import IllegalMove
from tabard.org.queries import unit as unit_of

router = Router(tags=["Inbox"])
SEE, ANSWER, MODERATE = "inbox.see", "inbox.answer", "inbox.moderate"
ONE = "/conversations/{int:conversation_id}"
REPLY = "/replies/{int:reply_id}"
MODERATION = "/moderations/{int:moderation_id}"


class ConversationOut(Schema):
    id: int
    channel_id: int
    kind: str = Field(description="comment, mention, review or direct.")
    state: str = Field(description="open, waiting (for them) or done.")
    root: str = Field(description="The platform's id of the post, or of the person who writes in private.")
    last_at: datetime
    last_who: ByItself[str]
    last_text: ByItself[str]
    last_out: bool = Field(description="Whether we said the last.")
    done_by_id: int | None
    done_at: datetime | None
    answering_id: int | None = Field(description="Who began to write an answer.")
    answering_at: datetime | None = Field(description="When; after ten minutes it no longer counts.")


class ModerationOut(Schema):
    id: int
    message_id: int
    act: str = Field(description="hide, show, like, unlike, delete, block or unblock.")
    by_id: int | None = Field(description="In whose name.")
    at: datetime = Field(description="When it was asked for.")
    state: ByItself[str] = Field(description="queued, doing, done, failed or cancelled.")
    next_at: ByItself[datetime] = Field(description="The platform is not told before this moment.")
    done_at: ByItself[datetime | None]
    problem: ByItself[str] = Field(description="What went wrong, in the language that is asked for.")
    code: ByItself[str] = Field(description="The problem in one word, the same in every language.")


class ModerationIn(Schema):
    act: Literal["hide", "show", "like", "unlike", "delete", "block", "unblock"]


class MessageOut(Schema):
    id: int
    remote_id: str
    kind: str = Field(description="reply, mention, quote, direct or review.")
    out: bool = Field(description="Whether we said it.")
    text: str
    author_id: str
    author_handle: str
    author_name: str
    author_url: str
    at: datetime
    url: str
    reply_to: str = Field(description="The platform's id of what it answers.")
    language: str
    stars: int | None
    edited_at: datetime | None
    gone_at: datetime | None = Field(description="When it was taken away on the platform.")
    holds: list[str] = Field(
        alias="standing.held", description="What we have done: hide, like, delete; block: whoever wrote it."
    )
    offers: list[str] = Field(alias="standing.offers", description="What can be done with it now.")
    moderations: list[ModerationOut] = Field(
        alias="standing.waiting", description="On their way to the platform, or refused there."
    )


class ReplyOut(Schema):
    id: int
    conversation_id: int
    answers_id: int = Field(description="The message it answers.")
    text: str
    by_id: int | None = Field(description="In whose name it goes out.")
    at: datetime = Field(description="When it was written.")
    state: ByItself[str] = Field(description="queued, sending, sent, unsure, failed or cancelled.")
    next_at: ByItself[datetime] = Field(description="Not tried, or asked about, before this moment.")
    sent_at: ByItself[datetime | None]
    url: ByItself[str] = Field(description="Where it is on the platform.")
    message_id: ByItself[int | None] = Field(description="What it became in the conversation.")
    problem: ByItself[str] = Field(description="What went wrong, in the language that is asked for.")
    to_do: ByItself[str] = Field(description="What can be done about it.")
    code: ByItself[str] = Field(description="The problem in one word, the same in every language.")
    asks_person: ByItself[bool] = Field(description="Waits for somebody's decision.")


class RoomOut(Schema):
    counted: int = Field(description="How long it is, as the platform counts.")
    limit: int
    fits: bool = Field(description="Whether it can go out like this.")
    text: str = Field(description="The words as they would go out.")
    wrong: list[str] = Field(description="What keeps it from going out.")
    advice: list[str]


class Words(Schema):
    text: str
    answers_id: int | None = Field(None, description="A message of this conversation; null: their last.")


class ReplyIn(Words):
    seen: int = Field(0, description="The latest answer that is known; one of others since then is told.")
    beside: int | None = Field(None, description="The person who is known to be answering as well.")
    key: UUID | None = Field(None, description="The same words with the same key are the same answer.")


class Found(Schema):
    url: str = Field("", description="Its address on the platform, if there is one.")


class NotFound(Schema):
    again: bool = Field(True, description="Send it again; false leaves it as failed.")


class ConversationWhole(ConversationOut):
    private: bool = Field(description="Whether an answer is read by one person alone.")
    cannot_answer: str = Field(description="Why nothing can be answered here at the moment; empty: it can.")
    replies: list[ReplyOut] = Field(description="The latest answers that were written here, 200 at most.")
    messages: list[MessageOut] = Field(description="At most 200, oldest first.")
    before: int = Field(description="Asks for the messages before these; 0: there are none.")


class ChannelReadingOut(Schema):
    channel_id: int = Field(alias="channel.pk")
    readable: bool = Field(
        description="Whether Tabard can read on this platform, and the channel is connected."
    )
    read_at: datetime | None = Field(description="When it was last read.")
    next_at: datetime | None = Field(description="Not read before this moment.")
    heard_at: datetime | None = Field(description="When the platform last told of something by itself.")
    problem: str = Field(description="Why it cannot be read, in the language that is asked for.")
    problem_at: datetime | None
    to_do: str = Field(description="What can be done about it.")


@endpoint(router, "GET", "/channels/{int:channel_id}/reading", may=SEE, response=ChannelReadingOut)
def channel_reading(request: Any, channel_id: int) -> Any:
    """How what is said to a channel is read, and what keeps it from being read."""
    return queries.heed(request.actor, channel_id)


def _whole(request: Any, conversation_id: int, before: int = 0) -> dict[str, Any]:
    found = lists.conversation(request.actor, conversation_id)
    said = lists.messages(found, before)
    shown = {name: getattr(found, name) for name in ConversationOut.model_fields}
    box = queries.box(request.actor, found)
    shown |= {"private": box.private, "cannot_answer": box.why_not, "replies": queries.replies(found)}
    stand(found.channel.platform_id, said.messages)
    return {**shown, "messages": said.messages, "before": said.before}


@endpoint(router, "GET", "/conversations", may=SEE, response=Listed[ConversationOut])
def conversations(
    request: Any,
    q: str = "",
    state: str = "",
    kind: str = "",
    platform: str = "",
    channel: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What people say, the latest first. `q`: words of one message, a name, or the channel."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    given = {"q": q, "state": state, "kind": kind, "platform": platform, "channel": channel}
    asked = query(**given, sort=sort, after=after, size=size)
    return listed(lists.conversations(request.actor, scope, asked))


@endpoint(router, "GET", ONE, may=SEE, response=ConversationWhole)
def conversation(request: Any, conversation_id: int, before: int = 0) -> Any:
    """One conversation with what was said in it."""
    return _whole(request, conversation_id, before)


@endpoint(router, "PUT", ONE + "/done", may=ANSWER, does="conversation.done", response=ConversationWhole)
def finish(request: Any, conversation_id: int) -> Any:
    """Nothing is left to do. What they say next opens it again."""
    actions.finish(request.actor, lists.conversation(request.actor, conversation_id))
    return _whole(request, conversation_id)


@endpoint(router, "DELETE", ONE + "/done", may=ANSWER, does="conversation.reopen", response=ConversationWhole)
def reopen(request: Any, conversation_id: int) -> Any:
    """There is something to do after all."""
    actions.reopen(request.actor, lists.conversation(request.actor, conversation_id))
    return _whole(request, conversation_id)


@endpoint(router, "PUT", ONE + "/answering", may=ANSWER, does="conversation.take", response=ConversationWhole)
def take(request: Any, conversation_id: int) -> Any:
    """Say that one is writing an answer, so that nobody else does. It ends by itself after ten minutes."""
    actions.take(request.actor, lists.conversation(request.actor, conversation_id))
    return _whole(request, conversation_id)


@endpoint(
    router, "DELETE", ONE + "/answering", may=ANSWER, does="conversation.leave", response=ConversationWhole
)
def leave_it(request: Any, conversation_id: int) -> Any:
    """Nobody is writing an answer: oneself has stopped, or somebody has forgotten that they had begun."""
    actions.leave_it(request.actor, lists.conversation(request.actor, conversation_id))
    return _whole(request, conversation_id)


@endpoint(router, "POST", ONE + "/words", may=SEE, response=RoomOut)
def measure(request: Any, conversation_id: int, body: Words) -> Any:
    """How long an answer is as the platform counts, and what is wrong with it. Nothing is kept."""
    found = lists.conversation(request.actor, conversation_id)
    box = queries.box(request.actor, found, queries.message(found, body.answers_id), body.text)
    if box.judged is None:
        raise IllegalMove(box.why_not)
    said = box.judged
    advice = [each.said for each in said.wrong if not each.bad]
    told = {"text": said.text, "wrong": said.bad, "advice": advice, "fits": not said.bad}
    return {"counted": said.counted, "limit": said.limit, **told}


@endpoint(router, "POST", ONE + "/replies", may=ANSWER, does="reply.write", response={201: ReplyOut})
def reply(request: Any, conversation_id: int, body: ReplyIn) -> Status[Any]:
    """Answer in the channel's name. It is sent at once; `state` says what became of it."""
    found = lists.conversation(request.actor, conversation_id)
    answers = queries.message(found, body.answers_id)
    given = body.dict(exclude={"answers_id"})
    return Status(201, actions.reply(request.actor, found, answers=answers, **given))


@endpoint(router, "GET", REPLY, may=SEE, response=ReplyOut)
def one_reply(request: Any, reply_id: int) -> Any:
    """One answer, and what became of it."""
    return queries.reply(request.actor, reply_id)


@endpoint(router, "POST", REPLY + "/retry", may=ANSWER, does="reply.retry", response=ReplyOut)
def retry(request: Any, reply_id: int) -> Any:
    """Send one that has not gone out, with the same words, in one's own name."""
    return actions.retry_reply(request.actor, queries.reply(request.actor, reply_id))


@endpoint(router, "POST", REPLY + "/cancel", may=ANSWER, does="reply.cancel", response=ReplyOut)
def cancel(request: Any, reply_id: int) -> Any:
    """Do not send it. Refused once it may be leaving."""
    return actions.cancel_reply(request.actor, queries.reply(request.actor, reply_id))


@endpoint(router, "POST", REPLY + "/confirm", may=ANSWER, does="reply.confirm", response=ReplyOut)
def confirm(request: Any, reply_id: int, body: Found) -> Any:
    """It did go out: somebody has looked."""
    return actions.confirm_reply(request.actor, queries.reply(request.actor, reply_id), url=body.url)


@endpoint(router, "POST", REPLY + "/deny", may=ANSWER, does="reply.deny", response=ReplyOut)
def deny(request: Any, reply_id: int, body: NotFound) -> Any:
    """It did not go out: somebody has looked."""
    return actions.deny_reply(request.actor, queries.reply(request.actor, reply_id), again=body.again)


@endpoint(
    router,
    "POST",
    "/messages/{int:message_id}/moderations",
    may=MODERATE,
    does="message.moderate",
    response={201: ModerationOut},
)
def moderate(request: Any, message_id: int, body: ModerationIn) -> Status[Any]:
    """Hide, like or delete what was said, or block who said it; or take it back: `offers` says which."""
    found = queries.one_message(request.actor, message_id)
    return Status(201, actions.moderate(request.actor, found, act=body.act))


@endpoint(router, "GET", MODERATION, may=SEE, response=ModerationOut)
def one_moderation(request: Any, moderation_id: int) -> Any:
    """What somebody did with a message, and what became of it."""
    return queries.moderation(request.actor, moderation_id)


@endpoint(
    router, "POST", MODERATION + "/retry", may=MODERATE, does="moderation.retry", response=ModerationOut
)
def retry_moderation(request: Any, moderation_id: int) -> Any:
    """Tell the platform again of what it did not do, in one's own name."""
    return actions.retry_moderation(request.actor, queries.moderation(request.actor, moderation_id))


@endpoint(
    router, "POST", MODERATION + "/cancel", may=MODERATE, does="moderation.cancel", response=ModerationOut
)
def cancel_moderation(request: Any, moderation_id: int) -> Any:
    """Leave it at that. Refused while the platform is being told."""
    return actions.cancel_moderation(request.actor, queries.moderation(request.actor, moderation_id))
