"""What is said to a profile: comments under its posts and answers to them, and posts that tag it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tabard.connectors.base import Access, Connector, Heard, Message, Messages
from tabard.connectors.card import Act
from tabard.connectors.errors import Refused
from tabard.connectors.families import meta_events
from tabard.connectors.families.meta import Graph, flat, list_of
from tabard.connectors.http import Http
from tabard.connectors.platforms.instagram import events
from tabard.connectors.platforms.instagram.client import graph
from tabard.connectors.since import Since, time_of

SAID = "id,text,timestamp,username,from,parent_id"
FIELDS = f"{SAID},replies.limit(50){{{SAID}}}"
POSTS = 25  # own posts whose comments are read, the newest first


class Inbox(Connector):
    """`fetch`, `moderate`, `challenge`, `hear` and `hush`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """Comments of the newest posts, and posts in which the profile is tagged."""
        there = graph(access, self.line(access, http))
        found = [each for post in await _commented(access, there) for each in await _under(there, post)]
        tags = await there.items(
            f"{access.remote_id}/tags", fields="id,caption,timestamp,username,permalink", limit=50
        )
        found += [message for each in tags if (message := _mention(each))]
        if page := str(access.session.get("page") or ""):
            await meta_events.ask_to_be_told(access, there, page, events.WANTED)
        return Since.read(cursor).fresh(each for each in found if each.author_handle != access.handle)

    async def hush(self, access: Access, http: Http) -> None:
        """The page to which the profile is tied is left, unless it is itself a channel by the same app."""
        if page := str(access.session.get("page") or ""):
            there = graph(access, self.line(access, http))
            await meta_events.ask_no_longer(access, there, page, events.WANTED)

    def challenge(self, query: Mapping[str, str], app: Mapping[str, str]) -> str:
        """What to answer when Instagram asks whether this address is ours."""
        return meta_events.challenge(query, app)

    def hear(self, headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> tuple[Heard, ...]:
        """Profiles to which something was said."""
        return events.heard(meta_events.signed(headers, body, app))

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Hide a comment, show it again, or take it away."""
        there = graph(access, self.line(access, http))
        if act is not Act.DELETE:
            await there.post(message, hide=flat(act is Act.HIDE))
            return
        try:
            await there.delete(message)
        except Refused as refused:
            if refused.code != "gone":
                raise


async def _commented(access: Access, there: Graph) -> list[str]:
    posts = await there.items(f"{access.remote_id}/media", fields="id,comments_count", limit=POSTS)
    return [str(post["id"]) for post in posts if post.get("comments_count") and post.get("id")]


async def _under(there: Graph, post: str) -> list[Message]:
    found = await there.items(f"{post}/comments", fields=FIELDS, limit=50)
    return [message for each in found for message in _with_answers(each, post)]


def _with_answers(item: Mapping[str, Any], post: str) -> Iterator[Message]:
    if message := _comment(item, post, post):
        yield message
    answers = item.get("replies")
    for each in list_of(answers) if isinstance(answers, dict) else ():
        if message := _comment(each, str(each.get("parent_id") or item.get("id") or post), post):
            yield message


def _comment(item: Mapping[str, Any], reply_to: str, post: str) -> Message | None:
    author = item.get("from")
    author = author if isinstance(author, dict) else {}
    handle = str(item.get("username") or author.get("username") or "")
    return _message(item, "reply", "text", str(author.get("id") or handle), handle, reply_to, post)


def _mention(item: Mapping[str, Any]) -> Message | None:
    handle = str(item.get("username") or "")
    return _message(item, "mention", "caption", handle, handle, "", "")


def _message(
    item: Mapping[str, Any], kind: str, text: str, author: str, handle: str, reply_to: str, post: str
) -> Message | None:
    at = time_of(item.get("timestamp"))
    if at is None or not item.get("id"):
        return None
    return Message(
        remote_id=str(item["id"]),
        kind=kind,
        text=str(item.get(text) or ""),
        author_id=author,
        author_handle=handle,
        at=at,
        author_url=f"https://www.instagram.com/{handle}/" if handle else "",
        url=str(item.get("permalink") or ""),
        reply_to=reply_to,
        thread=post,
    )
