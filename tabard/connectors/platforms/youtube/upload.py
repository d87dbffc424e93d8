"""Uploading a video in pieces: the upload has an address of its own, which knows how much has arrived.

The address is kept before the first byte of a large file leaves, so that nothing is sent twice; and before
another upload is begun, it is looked whether one that nobody remembers has arrived wholly.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tabard.connectors.base import Access, Media, Outgoing, State
from tabard.connectors.bodies import patience
from tabard.connectors.errors import Later, Refused
from tabard.connectors.http import Answer
from tabard.connectors.platforms.youtube.card import HOST, UPLOADS
from tabard.connectors.platforms.youtube.client import VIDEO_ID, Client
from tabard.connectors.platforms.youtube.video import film, hidden, marked, unusable
from tabard.connectors.words import _

PIECE = 32 * 262_144  # bytes at once; it must be a multiple of 262,144
LARGE = 64_000_000  # from here on the address is stored before anything is sent
AGAIN, PAUSE = 3, 2.0  # how often in a row a piece may be lost; seconds, the longer the more often
ENDED = {404, 410}


async def uploaded(client: Client, access: Access, outgoing: Outgoing, state: State) -> None:
    """See to it that `state` has the number of the video, which nobody sees."""
    if state.get("video"):
        return
    item, fresh = film(outgoing), not state.get("upload")
    if fresh:
        if left := await _left_behind(client, access, outgoing):
            state["video"] = left
            return
        state["upload"] = await _begun(client, outgoing)
        if item.size > LARGE:
            says = _("The upload was begun, and goes on in a moment.")
            raise Later(says, code="begun", until=client.http.clock(), state=state)
    state["video"] = await _sent(client, item, str(state["upload"]), fresh=fresh)


async def _left_behind(client: Client, access: Access, outgoing: Outgoing) -> str:
    """The number of a video that was uploaded for this post by a worker who could not say so any more."""
    for each in await client.newest(access):
        if marked(outgoing, each) and unusable(each) is None:
            return str(each.get("id") or "")
    return ""


async def _begun(client: Client, outgoing: Outgoing) -> str:
    """The address of a new upload."""
    item = film(outgoing)
    answer = await client.http.call(
        "POST",
        f"https://{HOST}/upload/youtube/v3/videos",
        headers={
            **client.headers,
            "X-Upload-Content-Length": str(item.size),
            "X-Upload-Content-Type": item.mime,
        },
        params={
            "uploadType": "resumable",
            "part": "snippet,status",
            "notifySubscribers": "true" if outgoing.options.get("notify", True) else "false",
        },
        json=hidden(outgoing),
    )
    if not answer.ok:
        raise client.error(answer)
    where = str(answer.headers.get("location", ""))
    # The token goes there too: only Google's own hosts are ever given it.
    if urlsplit(where)[:2] not in {("https", HOST), ("https", UPLOADS)}:
        raise answer.unreadable()
    return where


async def _sent(client: Client, item: Media, where: str, *, fresh: bool) -> str:
    """Send what is missing; gives the number of the video."""
    at, video = (0, "") if fresh else await _put(client, item, where, 0, b"")
    lost = 0
    while not video:
        piece = await item.exactly(at, min(PIECE, item.size - at))
        try:
            arrived, video = await _put(client, item, where, at, piece)
        except Later as error:
            if error.code == "ended" or lost == AGAIN:
                raise
            await client.http.sleep(PAUSE * (lost + 1))
            arrived, video = await _put(client, item, where, 0, b"")
        lost = 0 if arrived > at else lost + 1
        if lost > AGAIN and not video:
            raise Later(_("The video could not be sent."), code="upload")
        at = arrived
    return video


async def _put(client: Client, item: Media, where: str, at: int, piece: bytes) -> tuple[int, str]:
    """Send a piece, or none to ask; gives how many bytes are there, and the video's number once all are."""
    said = f"{at}-{at + len(piece) - 1}" if piece else "*"
    answer = await client.http.call(
        "PUT",
        where,
        headers={**client.headers, "Content-Type": item.mime, "Content-Range": f"bytes {said}/{item.size}"},
        content=piece,
        timeout=patience(len(piece)),
    )
    if answer.status == 308:
        return _arrived(answer), ""
    if answer.ok:
        found = answer.data("id")
        if VIDEO_ID.fullmatch(str(found["id"])):
            return item.size, str(found["id"])
        raise answer.unreadable()
    if answer.status in ENDED:
        says = _("What was prepared has ended there; it is made again.")
        raise Later(says, code="ended", raw=answer.raw(), state={"upload": ""})
    error = client.error(answer)
    if isinstance(error, Refused):  # whoever tries again begins another upload
        error.state = {"upload": ""}
    raise error


def _arrived(answer: Answer) -> int:
    """Bytes that are there, as the header `Range` of a 308 says; none if it has none."""
    found = re.fullmatch(r"(?:bytes=)?0-(\d{1,15})", answer.headers.get("range", ""))
    return int(found.group(1)) + 1 if found else 0
