"""Publishing posts in communities, and comments.

Nothing makes a repeat harmless. After a lost answer the account's newest posts are read: the same community,
title and text or link, made after the delivery was begun; a comment among its newest comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tabard.connectors.base import (
    CANNOT_TELL,
    NOT_THERE,
    Access,
    Connector,
    Outgoing,
    Published,
    State,
    Verdict,
)
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import Refused, unreadable
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.reddit.card import COMMENT, LINK, SITE
from tabard.connectors.platforms.reddit.client import Client
from tabard.connectors.words import _

NEWEST = 100


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Nothing is uploaded. `begun`: nothing older can be this post."""
        refuse_misfits(self.card, outgoing, access.limits)
        if outgoing.placement == LINK.name and not outgoing.link:
            raise Refused(_("A post that is a link needs one."), code="no_link")
        return {"begun": http.clock().isoformat(), **state}

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Make the post, or the comment under what it answers."""
        client = Client.of(access, self.line(access, http))
        if outgoing.placement == COMMENT.name:
            form = {"thing_id": outgoing.reply_to, "text": outgoing.text}
            made = await client.post("/api/comment", form, commit=True)
            things = made.get("things") or ()
            found = things[0].get("data") if things and isinstance(things[0], dict) else None
            return _there(found or {})
        return _there(await client.post("/api/submit", _form(self, outgoing), commit=True))

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Look through the account's newest posts, or comments."""
        begun = date_of(str(state.get("begun") or ""))
        if begun is None:
            return CANNOT_TELL
        kind = "comments" if outgoing.placement == COMMENT.name else "submitted"
        client = Client.of(access, self.line(access, http))
        found = await client.things(f"/user/{access.handle}/{kind}", sort="new", limit=NEWEST)
        for thing in found:
            made = datetime.fromtimestamp(float(thing.get("created_utc") or 0), UTC)
            if made < begun.replace(microsecond=0):
                return NOT_THERE
            if _same(self, thing, outgoing):
                return _there(thing)
        return NOT_THERE if len(found) < NEWEST else CANNOT_TELL

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace the text; titles and links never change there."""
        refuse_misfits(self.card, outgoing, access.limits)
        text = full_text(self.placement(access, outgoing), outgoing)
        client = Client.of(access, self.line(access, http))
        made = await client.post("/api/editusertext", {"thing_id": remote_id, "text": text})
        things = made.get("things") or ()
        return _there({**(things[0].get("data") or {}), "name": remote_id} if things else {"name": remote_id})

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away; what others answered stays. What is gone is no error there."""
        await Client.of(access, self.line(access, http)).post("/api/del", {"id": remote_id})


def _form(connector: Connector, outgoing: Outgoing) -> dict[str, Any]:
    options = outgoing.options
    form: dict[str, Any] = {
        "sr": str(options["subreddit"]).removeprefix("r/").removeprefix("/r/"),
        "title": str(options["title"]),
        "sendreplies": "true",
        "resubmit": "true",
    }
    if outgoing.placement == LINK.name:
        form |= {"kind": "link", "url": outgoing.link}
    else:
        form |= {"kind": "self", "text": full_text(connector.card.placement(outgoing.placement), outgoing)}
    form |= {name: "true" for name in ("nsfw", "spoiler") if options.get(name)}
    return form | ({"flair_id": str(options["flair"])} if options.get("flair") else {})


def _same(connector: Connector, thing: Mapping[str, Any], outgoing: Outgoing) -> bool:
    if outgoing.placement == COMMENT.name:
        return thing.get("parent_id") == outgoing.reply_to and thing.get("body") == outgoing.text
    form = _form(connector, outgoing)
    here = str(thing.get("subreddit") or "").casefold() == form["sr"].casefold()
    said = thing.get("url") == form["url"] if "url" in form else (thing.get("selftext") or "") == form["text"]
    return bool(here and said and thing.get("title") == form["title"])


def _there(thing: Mapping[str, Any]) -> Published:
    name = str(thing.get("name") or "")
    if not name.startswith(("t1_", "t3_")):
        raise unreadable(dict(thing), shows=True)
    path = str(thing.get("permalink") or "")
    url = SITE + path if path.startswith("/") else f"{SITE}/comments/{name[3:]}/"
    return Published(name, url)
