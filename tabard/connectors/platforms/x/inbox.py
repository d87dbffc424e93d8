"""What people say to the channel on X: whoever mentions, answers or quotes it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Message, Messages
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.x.card import HOME
from tabard.connectors.platforms.x.client import Client, many

PAGE = 100
PAGES = 8  # of a hundred; no more than the last 800 can be read
READ = {
    "post.fields": "created_at,conversation_id,lang,text",
    "expansions": "author_id,in_reply_to_user_id,referenced_posts",
    "user.fields": "name,username,profile_image_url",
}


class Inbox(Connector):
    """`fetch`. Answers go out through Publishing, with `reply_to`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """Mentions newer than `cursor` (the id of the last one), oldest first."""
        client = Client.of(access, self.line(access, http))
        found: list[Message] = []
        onward = ""
        for _page in range(PAGES):
            where = {"since_id": cursor} if cursor else {}
            where |= {"pagination_token": onward} if onward else {}
            page = await client.get(
                f"/2/users/{access.remote_id}/mentions", max_results=PAGE, **READ, **where
            )
            found += _messages(page, access, http.clock())
            onward = str((page.get("meta") or {}).get("next_token") or "")
            if not onward or not cursor:  # the first time only the latest are asked for
                break
        known = {message.remote_id: message for message in found}
        items = sorted(known.values(), key=lambda message: int(message.remote_id))
        return Messages(tuple(items), items[-1].remote_id if items else cursor)


def _messages(page: Mapping[str, Any], access: Access, now: datetime) -> list[Message]:
    people = {str(each.get("id")): each for each in (page.get("includes") or {}).get("users") or ()}
    posts = [post for post in many(page) if str(post.get("id", "")).isdecimal()]
    return [
        _message(post, people, access, now) for post in posts if post.get("author_id") != access.remote_id
    ]


def _around(post: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What it answers or quotes; the name of it is changing."""
    return list(post.get("referenced_posts") or post.get("referenced_tweets") or ())


def _message(
    post: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]], access: Access, now: datetime
) -> Message:
    author = people.get(str(post.get("author_id") or ""), {})
    handle = str(author.get("username") or "")
    around = {str(each.get("type")): str(each.get("id")) for each in _around(post)}
    ours = str(post.get("in_reply_to_user_id") or "") == access.remote_id
    kind = "reply" if ours and "replied_to" in around else "quote" if "quoted" in around else "mention"
    return Message(
        remote_id=str(post["id"]),
        kind=kind,
        text=html.unescape(str(post.get("text") or "")),
        author_id=str(post.get("author_id") or ""),
        author_handle=handle,
        at=date_of(str(post.get("created_at") or "")) or now,
        author_name=str(author.get("name") or handle),
        author_url=f"{HOME}/{handle}" if handle else "",
        avatar_url=str(author.get("profile_image_url") or ""),
        url=f"{HOME}/{handle or 'i'}/status/{post['id']}",
        reply_to=around.get("replied_to", ""),
        thread=str(post.get("conversation_id") or ""),
        language=str(post.get("lang") or ""),
    )
