"""What people say to the channel: mentions, replies and quotes, from its notifications.

Bluesky pages backwards in time; our cursor is the newest time seen and the posts seen at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Message, Messages
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.bluesky.client import checked
from tabard.connectors.platforms.bluesky.connect import SHOWN, Calling

KINDS = ("mention", "reply", "quote")
PAGE = 100
PAGES = 50

Note = dict[str, Any]


class Inbox(Calling):
    """`fetch`. Answers go out through Publishing, with `reply_to`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """What came since `cursor`, oldest first; without one, the latest page."""
        since, *seen = cursor.split(" ")
        found = await self._since(access, since, http)
        new = [n for n in found if str(n["indexedAt"]) >= since and n["uri"] not in seen]
        new.sort(key=lambda note: (str(note["indexedAt"]), str(note["uri"])))
        messages = [message(n, access, http) for n in new if n.get("reason") in KINDS]
        if not new:
            return Messages((), cursor)
        last = str(new[-1]["indexedAt"])
        kept = [*(seen if last == since else ()), *(str(n["uri"]) for n in new if n["indexedAt"] == last)]
        return Messages(tuple(messages), " ".join([last, *kept]))

    async def _since(self, access: Access, since: str, http: Http) -> list[Note]:
        """Notifications back to `since`, newest first."""
        found: list[Note] = []
        params: dict[str, Any] = {"limit": PAGE, "reasons": list(KINDS)}
        for _page in range(PAGES if since else 1):
            answer = await self.ask(access, http, "app.bsky.notification.listNotifications", params)
            page = checked(answer).data()
            notes = [n for n in page.get("notifications") or () if n.get("uri") and n.get("indexedAt")]
            found += notes
            if not page.get("cursor") or not notes or str(notes[-1]["indexedAt"]) < since:
                break
            params["cursor"] = page["cursor"]
        return found


def message(note: Note, access: Access, http: Http) -> Message:
    """A message of a notification."""
    author: Mapping[str, Any] = note.get("author") or {}
    said: Mapping[str, Any] = note.get("record") or {}
    reply: Mapping[str, Any] = said.get("reply") or {}
    did, uri = str(author.get("did") or ""), str(note["uri"])
    languages = said.get("langs") or ("",)
    return Message(
        remote_id=uri,
        kind=str(note["reason"]),
        text=str(said.get("text") or ""),
        author_id=did,
        author_handle=str(author.get("handle") or did),
        at=date_of(str(note["indexedAt"])) or http.clock(),
        author_name=str(author.get("displayName") or author.get("handle") or ""),
        author_url=f"{SHOWN}/{did}",
        avatar_url=str(author.get("avatar") or ""),
        url=f"{SHOWN}/{did}/post/{uri.rpartition('/')[2]}",
        reply_to=str((reply.get("parent") or {}).get("uri") or ""),
        thread=str((reply.get("root") or {}).get("uri") or uri),
        language=str(languages[0]),
        extra={"cid": str(note.get("cid") or "")},
    )
