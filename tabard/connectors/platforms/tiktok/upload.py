"""Sending a video: begun, sent in pieces one after the other, and taken up where it was left.

TikTok shows the video by itself once it has the last piece, so that piece alone is sent by `commit`. What
lacks it never shows: an address for sending is good for an hour. What was begun is `state["upload"]`: `id`,
`url`, `until`, `size`, `piece` (bytes of each) and `sent` (how many pieces are there).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tabard.connectors.base import Media, State
from tabard.connectors.bodies import patience
from tabard.connectors.errors import ConnectorError, Later, Unsure, unreadable
from tabard.connectors.guard import forbidden
from tabard.connectors.http import Answer
from tabard.connectors.outcome import date_of, failure
from tabard.connectors.platforms.tiktok.client import Client
from tabard.connectors.platforms.tiktok.progress import Progress, Step, ask, failed
from tabard.connectors.words import _

# The least that is taken, so that the piece that shows is soon sent; that one has the rest as well.
PIECE = 5 * 1024**2
GOOD = timedelta(hours=1)
SPARE = timedelta(minutes=10)  # before that end nothing is begun any more
ENDED = {400, 401, 403, 404, 416}  # of an address for sending: nothing more can be sent to it
_RANGE = re.compile(r"bytes 0-(\d+)/")


def cut(size: int) -> tuple[int, int]:
    """How long a piece is, and how many there are. By TikTok's rule the number is rounded down."""
    return (size, 1) if size < 2 * PIECE else (PIECE, size // PIECE)


def span(upload: Mapping[str, Any], number: int) -> tuple[int, int]:
    """Where a piece starts, and its length."""
    size, piece = int(upload["size"]), int(upload["piece"])
    start = number * piece
    return start, (size - start if number == last(upload) else piece)


def last(upload: Mapping[str, Any]) -> int:
    """The number of the last piece, from 0."""
    return cut(int(upload["size"]))[1] - 1


def lasts(upload: Mapping[str, Any], client: Client) -> bool:
    """Whether there is time left to send to it."""
    until = date_of(str(upload.get("until") or ""))
    return until is not None and until - SPARE > client.http.clock()


async def begin(client: Client, path: str, body: dict[str, Any], item: Media) -> State:
    """An upload that waits for its first piece. Nothing shows before the last."""
    piece, count = cut(item.size)
    source = {"source": "FILE_UPLOAD", "video_size": item.size, "chunk_size": piece}
    asked = {**body, "source_info": {**source, "total_chunk_count": count}}
    found = await client.post(path, asked)
    number, url = str(found.get("publish_id") or ""), str(found.get("upload_url") or "")
    if not number or urlsplit(url).scheme != "https":
        raise unreadable(sorted(found))
    if urlsplit(url).netloc not in client.http.hosts:
        raise forbidden(urlsplit(url).netloc[:100])
    until = (client.http.clock() + GOOD).isoformat()
    return {"id": number, "url": url, "until": until, "size": item.size, "piece": piece, "sent": 0}


async def send_most(client: Client, item: Media, state: State) -> State:
    """All pieces but the last. A failure carries what is there, or nothing if no more can be sent."""
    upload = dict(state["upload"])
    try:
        while upload["sent"] < last(upload):
            body = await item.exactly(*span(upload, upload["sent"]))
            answer = await _put(client, item.mime, body, upload, upload["sent"])
            upload["sent"] = upload["sent"] + 1 if answer.ok else _taken_up(answer, upload)
    except ConnectorError as error:
        error.state = error.state or {**state, "upload": upload}
        raise
    return {**state, "upload": upload}


async def read_last(item: Media, upload: Mapping[str, Any]) -> bytes:
    """The bytes of the piece that shows, read before it has to leave within a moment."""
    return await item.exactly(*span(upload, last(upload)))


async def send_last(client: Client, item: Media, body: bytes, state: State) -> None:
    """The piece that shows. Unsure if it may have arrived, Later if the upload is over without it."""
    upload = state["upload"]
    answer = await _put(client, item.mime, body, upload, last(upload), commit=True)
    if answer.ok:
        return
    if answer.status not in ENDED:
        raise failure(answer)
    progress = await _asked(client, state, answer)
    if progress.step is Step.FAILED:
        raise failed(progress.reason, client.http, state)
    whole = progress.whole(int(upload["size"]))
    if whole is None:
        raise _unclear(answer)
    if not whole:
        raise _over(answer, state)


async def _asked(client: Client, state: State, answer: Answer) -> Progress:
    try:
        return await ask(client, str(state["upload"]["id"]))
    except ConnectorError as error:
        raise _unclear(answer) from error


async def _put(
    client: Client, mime: str, body: bytes, upload: Mapping[str, Any], number: int, *, commit: bool = False
) -> Answer:
    (start, length), url = span(upload, number), str(upload["url"])
    # The address has a token of its own; ours stays with us.
    quiet = replace(client.http, hidden=lambda: (*client.http.hidden(), url))
    return await quiet.call(
        "PUT",
        url,
        content=body,
        headers={
            "Content-Type": mime,
            "Content-Range": f"bytes {start}-{start + length - 1}/{upload['size']}",
        },
        commit=commit,
        timeout=patience(length),
    )


def _taken_up(answer: Answer, upload: Mapping[str, Any]) -> int:
    """How many pieces are there, if TikTok says that it is further than we thought. Else it is raised."""
    if answer.status == 416:
        found = _RANGE.match(answer.headers.get("content-range", ""))
        there = int(found[1]) if found else 0
        piece = int(upload["piece"])
        # Whether it means the last byte or how many there are is not said.
        pieces = next((n // piece for n in (there, there + 1) if n % piece == 0), 0)
        if upload["sent"] < pieces <= last(upload):
            return pieces
    if answer.status in ENDED:
        raise _over(answer, {})
    raise failure(answer)


def _over(answer: Answer, state: State) -> Later:
    says = _("TikTok takes no more of this upload. Tabard begins a new one.")
    return Later(says, code="upload_ended", raw=answer.raw(), state={**state, "upload": {}})


def _unclear(answer: Answer) -> Unsure:
    says = _("TikTok did not take the end of the video, and does not say whether it has it already.")
    return Unsure(says, code="upload_unclear", raw=answer.raw())
