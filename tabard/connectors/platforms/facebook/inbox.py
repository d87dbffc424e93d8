"""What is said to a page: comments under its posts, and posts of others that name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Connector, Heard, Message, Messages
from tabard.connectors.card import Act
from tabard.connectors.errors import Refused
from tabard.connectors.families import meta_events
from tabard.connectors.families.meta import flat, list_of
from tabard.connectors.http import Http
from tabard.connectors.platforms.facebook import events
from tabard.connectors.platforms.facebook.client import SITE, graph
from tabard.connectors.since import Since, time_of

SAID = "id,message,created_time,permalink_url,from{id,name}"
UNDER = f"id,comments.filter(stream).order(reverse_chronological).limit(50){{{SAID},parent{{id}}}}"
POSTS = 25  # own posts whose comments are read, the newest first


class Inbox(Connector):
    """`fetch`, `moderate`, `challenge`, `hear` and `hush`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """Two calls: the newest posts with the newest comments of each, and what names the page."""
        there, own = graph(access, self.line(access, http)), access.remote_id
        found: list[Message | None] = []
        for post in await there.items(f"{own}/published_posts", fields=UNDER, limit=POSTS):
            comments = post.get("comments")
            for each in list_of(comments) if isinstance(comments, dict) else ():
                parent = each.get("parent")
                above = str(parent.get("id")) if isinstance(parent, dict) else str(post.get("id"))
                found.append(_message(each, "reply", above, str(post.get("id"))))
        found += [
            _message(each, "mention") for each in await there.items(f"{own}/tagged", fields=SAID, limit=50)
        ]
        await meta_events.ask_to_be_told(access, there, own, events.WANTED)
        return Since.read(cursor).fresh(each for each in found if each and each.author_id != own)

    async def hush(self, access: Access, http: Http) -> None:
        """The page is read no longer."""
        there = graph(access, self.line(access, http))
        await meta_events.ask_no_longer(access, there, access.remote_id, events.WANTED)

    def challenge(self, query: Mapping[str, str], app: Mapping[str, str]) -> str:
        """What to answer when Facebook asks whether this address is ours."""
        return meta_events.challenge(query, app)

    def hear(self, headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> tuple[Heard, ...]:
        """Pages on which something was said."""
        return events.heard(meta_events.signed(headers, body, app))

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Hide a comment, like it, the opposite of each, or take it away."""
        there = graph(access, self.line(access, http))
        if act in {Act.HIDE, Act.SHOW}:
            await there.post(message, is_hidden=flat(act is Act.HIDE))
        elif act is Act.LIKE:
            await there.post(f"{message}/likes")
        else:
            try:
                await there.delete(message if act is Act.DELETE else f"{message}/likes")
            except Refused as refused:
                if refused.code != "gone" or act is not Act.DELETE:
                    raise


def _message(item: Mapping[str, Any], kind: str, reply_to: str = "", thread: str = "") -> Message | None:
    """A message; of people without a consent for it, Facebook tells neither id nor name."""
    at, author = time_of(item.get("created_time")), item.get("from")
    author = author if isinstance(author, dict) else {}
    if at is None or not item.get("id"):
        return None
    name, number = str(author.get("name") or ""), str(author.get("id") or "")
    return Message(
        remote_id=str(item["id"]),
        kind=kind,
        text=str(item.get("message") or ""),
        author_id=number,
        author_handle=name,  # people have no handle here
        at=at,
        author_name=name,
        author_url=f"{SITE}/{number}" if number else "",
        url=str(item.get("permalink_url") or ""),
        reply_to=reply_to,
        thread=thread,
    )
