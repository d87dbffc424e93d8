"""The inbox by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from tabard.inbox import actions, lists, queries
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org.queries import unit as unit_of

router = Router(tags=["Inbox"])
SEE, ANSWER = "inbox.see", "inbox.answer"
ONE = "/conversations/{int:conversation_id}"


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


class ConversationWhole(ConversationOut):
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
