"""Liking what was said, and blocking who said it: each is a record of the channel's own.

Its id is made from what it is about, so that a repeat writes the same record. What somebody liked or blocked
in the app has another id; the network's view of it says which, and it is taken away with ours.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.card import Act
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.bluesky.client import checked
from tabard.connectors.platforms.bluesky.connect import Calling
from tabard.connectors.platforms.bluesky.record import parts
from tabard.connectors.platforms.bluesky.tid import tid_for
from tabard.connectors.words import _

LIKE, BLOCK = "app.bsky.feed.like", "app.bsky.graph.block"
# Ids look like times; these are none, and are spread over as many seconds.
EPOCH = datetime(2022, 1, 1, tzinfo=UTC)
YEARS = 2 * 365 * 24 * 3600


class Moderating(Calling):
    """`moderate`."""

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Like a post or not; block its author or not. What is so already stays."""
        about: Any
        if act in {Act.LIKE, Act.UNLIKE}:
            seen = await self._post(access, message, http)
            about, kind, word = {"uri": message, "cid": str(seen.get("cid") or "")}, LIKE, "like"
        else:
            who = parts(message)["repo"]  # whose post it is stands in its address
            seen = await self._person(access, who, http)
            about, kind, word = who, BLOCK, "blocking"
        viewer = seen.get("viewer")
        there = str(viewer.get(word) or "") if isinstance(viewer, dict) else ""
        if act in {Act.LIKE, Act.BLOCK}:
            if not there:
                await self._write(access, kind, about, http)
            return
        for rkey in {_rkey(about), *([parts(there)["rkey"]] if there else [])}:
            where = {"repo": access.remote_id, "collection": kind, "rkey": rkey}
            checked(await self.tell(access, http, "com.atproto.repo.deleteRecord", json=where))

    async def _write(self, access: Access, kind: str, about: Any, http: Http) -> None:
        written = http.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body = {
            "repo": access.remote_id,
            "collection": kind,
            "rkey": _rkey(about),
            "record": {"$type": kind, "subject": about, "createdAt": written},
        }
        checked(await self.tell(access, http, "com.atproto.repo.putRecord", json=body))

    async def _post(self, access: Access, uri: str, http: Http) -> dict[str, Any]:
        """A post as the network shows it to the channel. Refused if it is gone."""
        answer = checked(await self.ask(access, http, "app.bsky.feed.getPosts", {"uris": [uri]}))
        found = answer.data().get("posts")
        if not (isinstance(found, list) and found and isinstance(found[0], dict)):
            raise Refused(_("It is not there, or no longer."), code="gone")
        return found[0]

    async def _person(self, access: Access, who: str, http: Http) -> dict[str, Any]:
        return checked(await self.ask(access, http, "app.bsky.actor.getProfile", {"actor": who})).data()


def _rkey(about: Any) -> str:
    """The id of our record about a post or a person: always the same, and hardly ever that of another."""
    name = about["uri"] if isinstance(about, dict) else str(about)
    chance = int.from_bytes(hashlib.sha256(f"at {name}".encode()).digest()[:8], "big")
    return tid_for(name, EPOCH + timedelta(seconds=chance % YEARS))
