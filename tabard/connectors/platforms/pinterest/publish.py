"""Publishing pins: the board is looked up and a video uploaded before; the pin itself is one call.

Nothing makes a repeat harmless, so after a lost answer the board is read: newest first, the same words, the
same link, made after the delivery was begun.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import (
    CANNOT_TELL,
    NOT_THERE,
    Access,
    Connector,
    Media,
    Outgoing,
    Published,
    State,
    Verdict,
)
from tabard.connectors.checks import refuse_misfits
from tabard.connectors.errors import Refused, unreadable
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.pinterest.card import IMAGE, SITE
from tabard.connectors.platforms.pinterest.client import Client
from tabard.connectors.platforms.pinterest.video import uploaded
from tabard.connectors.words import _

SIDE = 3000  # more is made smaller there
NEWEST = 100  # pins of a board that are looked at


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Find the board and upload a video. `begun`: nothing older can be this pin."""
        refuse_misfits(self.card, outgoing, access.limits)
        client = Client.of(access, self.line(access, http))
        made: State = {"begun": http.clock().isoformat(), **state}
        if "board" not in made:
            made["board"] = await _board(client, str(outgoing.options["board"]))
        for item in outgoing.media:
            if item.kind == "video":
                made = await uploaded(client, item, made)
        return made

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Make the pin."""
        client = Client.of(access, self.line(access, http))
        body = {
            **_words(outgoing),
            "board_id": state["board"],
            "media_source": await _source(outgoing, state),
        }
        found = await client.send("POST", "/pins", body, commit=True)
        if not found.get("id"):
            raise unreadable(found, shows=True)
        return _there(found)

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Look through the newest pins of the board."""
        begun, board = date_of(str(state.get("begun") or "")), state.get("board")
        if not begun or not board:
            return CANNOT_TELL
        client = Client.of(access, self.line(access, http))
        found = await client.get(f"/boards/{board}/pins", page_size=NEWEST)
        words = _words(outgoing)
        for pin in found.get("items") or ():
            made = date_of(str(pin.get("created_at") or ""))
            if made is None:
                return CANNOT_TELL
            if made < begun.replace(microsecond=0):
                return NOT_THERE
            if all((pin.get(name) or "") == value for name, value in words.items() if name != "alt_text"):
                return _there(pin)
        return CANNOT_TELL if found.get("bookmark") else NOT_THERE

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace the words; the picture stays. Not every app may: the platform says so."""
        refuse_misfits(self.card, outgoing, access.limits)
        client = Client.of(access, self.line(access, http))
        return _there(await client.send("PATCH", f"/pins/{remote_id}", _words(outgoing)))

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take the pin away."""
        try:
            await Client.of(access, self.line(access, http)).delete(f"/pins/{remote_id}")
        except Refused as refused:
            if refused.code != "gone":
                raise


async def _board(client: Client, wanted: str) -> str:
    """The number of the board that is called so. Refused with the names there are if none is."""
    names = []
    async for board in client.items("/boards"):
        name = str(board.get("name") or "")
        if wanted in (str(board.get("id")), name) or wanted.casefold() == name.casefold():
            return str(board["id"])
        names.append(name)
    says = _("There is no board “%(board)s”. There are: %(boards)s.")
    raise Refused(says, code="board", board=wanted[:100], boards=", ".join(names[:20]) or "–")


def _words(outgoing: Outgoing) -> dict[str, str]:
    words = {
        "title": str(outgoing.options.get("title") or ""),
        "description": outgoing.text,
        "link": outgoing.link,
        "alt_text": outgoing.media[0].alt if outgoing.media else "",
    }
    return {name: value for name, value in words.items() if value}


async def _source(outgoing: Outgoing, state: Mapping[str, Any]) -> dict[str, Any]:
    if "video" in state:
        # A cover is needed; the first second of the video is one that always exists.
        return {"source_type": "video_id", "media_id": state["video"], "cover_image_key_frame_time": 0}
    files = [await _file(item) for item in outgoing.media]
    if len(files) == 1:
        return {"source_type": "image_base64", **files[0]}
    return {"source_type": "multiple_image_base64", "items": files, "index": 0}


async def _file(item: Media) -> dict[str, str]:
    rule = IMAGE.rule_for("image")
    assert rule is not None
    made = await fit(await item.load(), rule, side=SIDE)
    return {"content_type": made.mime, "data": base64.b64encode(made.body).decode()}


def _there(pin: Mapping[str, Any]) -> Published:
    if not pin.get("id"):
        raise unreadable(dict(pin))
    return Published(str(pin["id"]), f"{SITE}/pin/{pin['id']}/")
