"""What people say to the channel on X: whoever mentions, answers or quotes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Heard, Message, Messages
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.x import events
from tabard.connectors.platforms.x.client import Client, many
from tabard.connectors.platforms.x.said import message, people

PAGE = 100
PAGES = 8  # of a hundred; no more than the last 800 can be read
READ = {
    "post.fields": "created_at,conversation_id,lang,text",
    "expansions": "author_id,in_reply_to_user_id,referenced_posts",
    "user.fields": "name,username,profile_image_url",
}


class Inbox(Connector):
    """`fetch`, `challenge`, `hear` and `hush`. Answers go out through Publishing, with `reply_to`."""

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
        await events.ask_to_be_told(access, client.http)
        known = {each.remote_id: each for each in found}
        items = sorted(known.values(), key=lambda each: int(each.remote_id))
        return Messages(tuple(items), items[-1].remote_id if items else cursor)

    async def hush(self, access: Access, http: Http) -> None:
        """Mentions of the channel are sent no longer."""
        await events.ask_no_longer(access, self.line(access, http))

    def challenge(self, query: Mapping[str, str], app: Mapping[str, str]) -> str:
        """What to answer, as JSON, when X asks whether this address is ours."""
        return events.challenge(query, app)

    def hear(self, headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> tuple[Heard, ...]:
        """Posts that mention a channel, answer or quote it."""
        return events.heard(headers, body, app)


def _messages(page: Mapping[str, Any], access: Access, now: datetime) -> list[Message]:
    known, own = people(page), access.remote_id
    return [
        message(post, known, own, date_of(str(post.get("created_at") or "")) or now)
        for post in many(page)
        if str(post.get("id", "")).isdecimal() and post.get("author_id") != own
    ]
