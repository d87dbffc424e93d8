"""What was said to a channel on Practice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Message, Messages
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.practice.client import Client

PAGE = 100
KINDS = {"comment": "reply", "mention": "mention", "message": "direct"}


class Inbox(Connector):
    """`fetch`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """Comments, mentions and private messages since the cursor; the network keeps them in order."""
        client = Client.of(access, self.line(access, http))
        params = {"kinds": ",".join(KINDS), "limit": PAGE, **({"after": cursor} if cursor else {})}
        found = await client.get("/api/inbox", params)
        items = tuple(message(item) for item in found.get("items") or ())
        return Messages(items, str(found["cursor"]), more=bool(found.get("more")))


def message(item: Mapping[str, Any]) -> Message:
    """One item of the inbox. `thread` is the post it stands under, or the person who writes in private."""
    author, post = item["from"], item.get("post") or {}
    direct: Mapping[str, Any] = item.get("message") or {}
    return Message(
        remote_id=str(direct.get("id") or post["id"]),
        kind=KINDS[item["kind"]],
        text=str((direct or post)["text"]),
        author_id=str(author["handle"]),
        author_handle=str(author["handle"]),
        at=date_of(str(item["at"])) or datetime.now(UTC),
        author_name=str(author.get("name") or ""),
        author_url=str(author.get("url") or ""),
        avatar_url=str(author.get("avatar") or ""),
        url="" if direct else str(post.get("url") or ""),
        reply_to="" if direct else str(post.get("reply_to") or ""),
        thread=str(author["handle"]) if direct else str(post.get("root") or post["id"]),
        language="" if direct else str(post.get("language") or ""),
        extra={"about": str(direct["about"])} if direct.get("about") else {},
    )
