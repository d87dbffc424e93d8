"""Files on their way to X: begun, sent in parts, ended, waited for, described."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tabard.connectors.base import Media
from tabard.connectors.errors import Later, Refused
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.x.card import POST
from tabard.connectors.platforms.x.client import Client, one
from tabard.connectors.words import _

PART = 4_000_000  # bytes; five million are taken
SIDE = 4096
GOOD_FOR = timedelta(hours=23)  # of a day
LOOKS, LONGEST_S = 60, 10.0
CATEGORIES = {"image": "tweet_image", "animation": "tweet_gif", "video": "tweet_video"}


async def uploaded(client: Client, item: Media, known: dict[str, Any], http: Http) -> dict[str, Any]:
    """One file there: `id` and when it was begun. What is there already and still good is kept."""
    at = date_of(str(known.get("at") or ""))
    if known.get("done") and at and http.clock() - at < GOOD_FOR:
        return known
    file = await _file(item)
    begun = one((await client.call("POST", "/2/media/upload/initialize", json=_asked(file))).data())
    made = {"id": str(begun["id"]), "at": _stamp(http.clock())}
    path = f"/2/media/upload/{made['id']}"
    for index, start in enumerate(range(0, file.size, PART)):
        files = {"media": ("part", await file.read(start, PART), "application/octet-stream")}
        await client.call("POST", f"{path}/append", data={"segment_index": str(index)}, files=files)
    ended = one((await client.call("POST", f"{path}/finalize")).data())
    await _ready(client, made["id"], ended.get("processing_info"), http)
    if item.alt:
        told = {"id": made["id"], "metadata": {"alt_text": {"text": item.alt}}}
        await client.call("POST", "/2/media/metadata", json=told)
    return {**made, "done": True}


def _asked(file: Media) -> dict[str, Any]:
    return {"media_type": file.mime, "total_bytes": file.size, "media_category": CATEGORIES[file.kind]}


def _stamp(at: datetime) -> str:
    return at.isoformat()


async def _file(item: Media) -> Media:
    """The file as it is sent; pictures are made to fit and lose what is hidden in them."""
    if item.kind != "image":
        return item
    rule = POST.rule_for("image")
    assert rule is not None
    made = await fit(await item.load(), rule, side=SIDE)
    return item.made(made.body, made.mime)


async def _ready(client: Client, media_id: str, info: Any, http: Http) -> None:
    """Wait until X has worked on it. Refused if it cannot use it, Later if it takes too long."""
    for _look in range(LOOKS):
        state = info.get("state") if isinstance(info, dict) else "succeeded"
        if state == "succeeded":
            return
        if state == "failed":
            said = (info.get("error") or {}).get("message") or ""
            says = _("X cannot use the file: %(reason)s")
            raise Refused(says, code="media", reason=str(said)[:200])
        wait = info.get("check_after_secs")
        await http.sleep(min(max(float(wait), 1.0), LONGEST_S) if isinstance(wait, int | float) else 2.0)
        found = one(await client.get("/2/media/upload", command="STATUS", media_id=media_id))
        info = found.get("processing_info")
    raise Later(_("X is still working on the file."), code="processing")
