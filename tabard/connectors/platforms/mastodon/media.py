"""Uploads of a post's files, and waiting until the server has worked through them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tabard.connectors.base import Media, State
from tabard.connectors.bodies import Part, form
from tabard.connectors.card import MediaRule
from tabard.connectors.errors import Later, Refused
from tabard.connectors.http import Answer
from tabard.connectors.media import fit
from tabard.connectors.platforms.mastodon.client import Client, checked, one
from tabard.connectors.words import _

WAITS = (0.5, 1, 1, 2, 2, 3, 5, 5)  # seconds between looks; then the delivery makes room for others
LATER = timedelta(seconds=20)
MISSING = frozenset({404, 405, 410, 501})  # how servers say that they do not have an address


async def uploaded(client: Client, item: Media, rule: MediaRule, state: State) -> None:
    """Put `item` on the server and its id into `state["media"]`; a file that is there already stays."""
    media: dict[str, str] = state.setdefault("media", {})
    if item.key in media and not await _there(client, media[item.key]):
        del media[item.key]
    if item.key not in media:
        media[item.key], ready = await _upload(client, item, rule)
        if ready:
            return
    await _ready(client, media[item.key], state)


async def _there(client: Client, media_id: str) -> bool:
    """Whether an upload of an earlier try is still kept: servers clear away what no post uses.

    Of a server that cannot be asked about uploads this says no, and the file is sent again.
    """
    answer = await client.get(one("/api/v1/media", media_id))
    return answer.status not in {404, 405, 410, 422}


async def _upload(client: Client, item: Media, rule: MediaRule) -> tuple[str, bool]:
    """Its id, and whether it can be used at once."""
    file = item
    if rule.fits_itself:
        made = await fit(await item.load(), rule)
        file = item.made(made.body, made.mime)
    answer = await _sent(client, "/api/v2/media", file)
    if answer.status in MISSING or (answer.ok and not _is_file(answer)):
        answer = await _sent(client, "/api/v1/media", file)  # a few servers have the old one only
    found = checked(answer).data("id")
    await _describe(client, item, found)
    return str(found["id"]), answer.status in {200, 201} and _usable(found)


async def _sent(client: Client, path: str, file: Media) -> Answer:
    name = f"{file.key}.{file.mime.partition('/')[2]}"
    body = form({"description": file.alt} if file.alt else {}, [Part("file", file, name)])
    return await client.http.call(
        "POST",
        client.base + path,
        content=body.content,
        headers={**client.headers, **body.headers},
        timeout=body.seconds,
    )


def _is_file(answer: Answer) -> bool:
    found = answer.json()
    return isinstance(found, dict) and bool(found.get("id"))


async def _describe(client: Client, item: Media, found: Mapping[str, Any]) -> None:
    """Say the description again to a server that did not take it with the file. A no is left at that."""
    if item.alt and found.get("description") != item.alt:
        await client.send("PUT", one("/api/v1/media", found["id"]), {"description": item.alt})


def _usable(found: Mapping[str, Any]) -> bool:
    return bool(found.get("url") or found.get("preview_url")) or "url" not in found


async def _ready(client: Client, media_id: str, state: State) -> None:
    """Wait for an upload: 202 and 206 mean still at work; a server that cannot say is taken to be done."""
    for wait in WAITS:
        answer = await client.get(one("/api/v1/media", media_id))
        if answer.status in {200, 400, 403, 501} | MISSING:
            return
        if answer.status == 422:
            raise Refused(_("The server could not read the file."), code="unreadable_media", raw=answer.raw())
        if answer.status not in {202, 206}:
            checked(answer)
        await client.http.sleep(wait)
    says = _("The server is still at work on the files.")
    raise Later(says, code="processing", until=client.http.clock() + LATER, state=state)
