"""Films: sent in parts, which LinkedIn counts out beforehand, and put together by a call of their own.

The parts that were taken stand in the state under `film`, so that a try that broke off goes on after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Media, State
from tabard.connectors.bodies import patience
from tabard.connectors.errors import Refused, unreadable
from tabard.connectors.platforms.linkedin import sending
from tabard.connectors.platforms.linkedin.card import FILM_LEAST, FILM_SHORTEST
from tabard.connectors.platforms.linkedin.client import Client
from tabard.connectors.words import _

MOST = 2000  # parts


def refuse_small(item: Media) -> None:
    """Refused where a film is too short or too small: a card knows only what is too much."""
    if item.size < FILM_LEAST or 0 < item.seconds < FILM_SHORTEST:
        says = _("%(name)s is too small: a video has at least %(seconds)s seconds and %(kilobytes)s kB here.")
        name, seconds, kilobytes = item.name or item.key, int(FILM_SHORTEST), FILM_LEAST // 1000
        raise Refused(says, code="too_small", name=name, seconds=seconds, kilobytes=kilobytes)


async def sent(client: Client, author: str, item: Media, state: State) -> str:
    """The whole film is there; its name."""
    film = state.get("film")
    if film is None or film["size"] != item.size or _is_over(film, client):
        film = state["film"] = await _begun(client, author, item.size)
    while len(film["tags"]) < len(film["parts"]):
        url, first, last = film["parts"][len(film["tags"])]
        film["tags"].append(await _part(client, url, await item.exactly(first, last - first + 1), state))
    await _whole(client, film)
    del state["film"]
    return str(film["urn"])


def _is_over(film: Mapping[str, Any], client: Client) -> bool:
    """Whether the addresses of its parts have ended, and some are still needed."""
    return len(film["tags"]) < len(film["parts"]) and film["until"] <= client.http.clock().timestamp() * 1000


async def _begun(client: Client, author: str, size: int) -> State:
    asked = {"owner": author, "fileSizeBytes": size, "uploadCaptions": False, "uploadThumbnail": False}
    found = await sending.begun(client, "video", asked)
    until = found.get("uploadUrlsExpireAt")
    return {
        "urn": sending.named(found, "video"),
        "token": str(found.get("uploadToken") or ""),
        "size": size,
        "parts": _parts(found.get("uploadInstructions"), size),
        "until": until if type(until) is int else 4e15,
        "tags": [],
        "asked": False,
    }


def _parts(told: object, size: int) -> list[list[Any]]:
    """Where each part goes, with its first and its last byte: all of the film, in order, nothing twice."""
    found, at = [], 0
    for each in told[:MOST] if isinstance(told, list) else ():
        known = each if isinstance(each, dict) else {}
        first, last = known.get("firstByte"), known.get("lastByte")
        if type(first) is not int or type(last) is not int or first != at or not first <= last < size:
            break
        found.append([sending.where(known.get("uploadUrl")), first, last])
        at = last + 1
    if at != size:
        raise unreadable(told)
    return found


async def _part(client: Client, url: str, part: bytes, state: State) -> str:
    """Send one part, without the access: the address itself lets it in."""
    headers = {"Content-Type": "application/octet-stream"}
    seconds = patience(len(part))
    answer = await client.http.call("PUT", url, headers=headers, content=part, timeout=seconds)
    tag: str = answer.headers.get("etag", "").strip().strip('"')
    if answer.ok and tag:
        return tag
    if 400 <= answer.status < 500 and answer.status != 429:
        del state["film"]  # the address has ended
    raise sending.not_taken(answer)


async def _whole(client: Client, film: State) -> None:
    """Have the parts put together; asked before without an answer, it may be so already."""
    if film["asked"] and await sending.status_of(client, film["urn"]) in {"PROCESSING", "AVAILABLE"}:
        return
    film["asked"] = True
    asked = {"video": film["urn"], "uploadToken": film["token"], "uploadedPartIds": film["tags"]}
    await client.send("POST", "/rest/videos?action=finalizeUpload", {"finalizeUploadRequest": asked})
