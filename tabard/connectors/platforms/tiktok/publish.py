"""Publishing on TikTok: whatever shows is shown by TikTok itself, some time after it has all it needs.

A video is begun and sent but for its last piece before; that piece is what shows. Photos are fetched by
TikTok from an address of ours, and the call that says where is what shows. Each has a number from then on,
by which it can be asked about; without it the account's public posts are read.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
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
from tabard.connectors.card import Placement
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import Refused, unreadable
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.tiktok import chosen, upload
from tabard.connectors.platforms.tiktok.card import PHOTO, SITE
from tabard.connectors.platforms.tiktok.client import GONE, Client, is_number
from tabard.connectors.platforms.tiktok.progress import (
    LASTING,
    LOOKS,
    SOON,
    Progress,
    Step,
    ask,
    ended,
    failed,
)

BEGIN = {"video": "/post/publish/video/init/", "video_draft": "/post/publish/inbox/video/init/"}
PHOTOS = "/post/publish/content/init/"
SIDE = 1920
NEWEST = 20  # posts of the account that are looked at
SHOWN = 150  # characters of a caption that are read back
EARLY = timedelta(minutes=1)  # by which their clock may differ from ours


class Publishing(Connector):
    """`mint`, `prepare`, `commit` and `find`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Ask what the account allows, and bring the files near. What was begun in an earlier try goes on."""
        refuse_misfits(self.card, outgoing, access.limits)
        chosen.refuse_unfit(outgoing)
        place, client = self.placement(access, outgoing), Client.of(access, self.line(access, http))
        state = {"begun": http.clock().isoformat(), **state}
        progress = await _earlier(client, state)
        if progress is None:
            state = {**state, "upload": {}}
            if not _is_draft(place):
                await chosen.allowed(client, outgoing)
        if place.name in BEGIN:
            return await _video(client, place, outgoing, state, progress)
        return {**state, "urls": [await _lent(access, item) for item in outgoing.media]}

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Show it, unless an earlier try has, and wait a little for what becomes of it."""
        place, client = self.placement(access, outgoing), Client.of(access, self.line(access, http))
        if place.name in BEGIN:
            await _finish(client, outgoing.media[0], state)
        elif not state["upload"]:
            state = {**state, "upload": {"id": await _photos(client, place, outgoing, state)}}
        public = outgoing.options.get("privacy_level") == "PUBLIC_TO_EVERYONE" and not _is_draft(place)
        # The number of photos is kept only once this ends: that is soon.
        looks = LOOKS if place.name in BEGIN else SOON
        return _there(access, place, state, await ended(client, state, looks, public=public))

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Ask by the number it has; without one, or if it is forgotten, look among the account's posts."""
        place, client = self.placement(access, outgoing), Client.of(access, self.line(access, http))
        begun = state.get("upload") or {}
        progress = await _known(client, begun)
        if progress is None:
            return CANNOT_TELL if _is_draft(place) else await _among(access, place, client, outgoing, state)
        if progress.step is Step.DONE:
            return _there(access, place, state, progress)
        if progress.step is Step.FAILED:
            return NOT_THERE
        whole = progress.whole(int(begun.get("size") or 0))
        if whole is None and upload.lasts(begun, client):
            # If it is there after all, sending the end again into the same upload makes no second post.
            return NOT_THERE
        return NOT_THERE if whole is False else CANNOT_TELL


def _is_draft(place: Placement) -> bool:
    return place.name.endswith("_draft")


async def _known(client: Client, begun: State) -> Progress | None:
    """What became of what was begun; None if nothing was, or TikTok has forgotten it."""
    if not begun.get("id"):
        return None
    try:
        return await ask(client, str(begun["id"]))
    except Refused as refused:
        if refused.code == GONE:
            return None
        raise


async def _earlier(client: Client, state: State) -> Progress | None:
    """How far an earlier try is, or None to begin anew. Raises why it failed, if somebody must know.

    What fails for a reason that we do not know may have waited too long for its end: that is no reason.
    """
    progress = await _known(client, state.get("upload") or {})
    if progress is None or progress.step is not Step.FAILED:
        return progress
    if progress.reason in LASTING:
        raise failed(progress.reason, client.http, state)
    return None


async def _video(
    client: Client, place: Placement, outgoing: Outgoing, state: State, progress: Progress | None
) -> State:
    """All of it but the last piece, in the upload of an earlier try if that goes on."""
    item, begun = outgoing.media[0], state["upload"]
    if progress is not None and progress.whole(int(begun["size"])):
        return state
    if progress is None or _useless(begun, item, client):
        body = {} if _is_draft(place) else {"post_info": chosen.post_info(place, outgoing)}
        state = {**state, "upload": await upload.begin(client, BEGIN[place.name], body, item)}
    return await upload.send_most(client, item, state)


def _useless(begun: State, item: Media, client: Client) -> bool:
    """Whether an upload that lacks bytes can no longer become this post."""
    return begun["size"] != item.size or not upload.lasts(begun, client)


async def _finish(client: Client, item: Media, state: State) -> None:
    """Send the last piece, if what was begun still waits for it.

    Asking tells a dead access before anything leaves, and that an earlier try had arrived after all.
    """
    begun = state["upload"]
    progress, body = await asyncio.gather(ask(client, str(begun["id"])), upload.read_last(item, begun))
    if progress.step is Step.FAILED:
        raise failed(progress.reason, client.http, state)
    if not progress.whole(int(begun["size"])):
        await upload.send_last(client, item, body, state)


async def _lent(access: Access, item: Media) -> str:
    """An address of a photo, made fit and cleared of what is hidden in it."""
    rule = PHOTO.rule_for("image")
    assert rule is not None
    picture = await fit(await item.load(), rule, side=SIDE)
    return await access.lend(picture.body, picture.mime)


async def _photos(client: Client, place: Placement, outgoing: Outgoing, state: State) -> str:
    """Tell TikTok where the photos are; it shows them when it has them. Gives the number of it."""
    body = {
        "media_type": "PHOTO",
        "post_mode": "MEDIA_UPLOAD" if _is_draft(place) else "DIRECT_POST",
        "post_info": chosen.post_info(place, outgoing),
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": state["urls"],
            "photo_cover_index": chosen.cover_index(outgoing),
        },
    }
    found = await client.post(PHOTOS, body, commit=True)
    number = found.get("publish_id")
    if isinstance(number, str) and number:
        return number
    raise unreadable(found, shows=True)


def _there(access: Access, place: Placement, state: State, progress: Progress) -> Published:
    """A private post has no number but that of its upload, nor has a draft, nor what is still looked at."""
    number = str(state["upload"]["id"])
    page = f"{SITE}/@{access.handle}"
    if not progress.post:
        return Published(number, page, {"publish_id": number})
    kind = "video" if place.name in BEGIN else "photo"
    return Published(progress.post, f"{page}/{kind}/{progress.post}", {"publish_id": number})


async def _among(
    access: Access, place: Placement, client: Client, outgoing: Outgoing, state: State
) -> Published | Verdict:
    """The one public post of the same words that is not older than the delivery. That there is none says
    nothing: it may be private, or still looked at."""
    begun, text = date_of(str(state.get("begun") or "")), _plain(full_text(place, outgoing))
    title = _plain(str(outgoing.options.get("title") or ""))
    fields = ("id", "create_time", "video_description", "title")
    answer = await client.post("/video/list/", {"max_count": NEWEST}, fields=fields)
    same = [
        str(post["id"])
        for post in answer.get("videos") or ()
        if isinstance(post, dict)
        and is_number(str(post.get("id") or ""))
        and begun
        and _since(post.get("create_time"), begun)
        and ({_plain(str(post.get(name) or "")) for name in ("video_description", "title")} - {""})
        & ({text, title} - {""})
    ]
    if len(same) != 1:
        return CANNOT_TELL
    kind = "video" if place.name in BEGIN else "photo"
    return Published(same[0], f"{SITE}/@{access.handle}/{kind}/{same[0]}")


def _since(made: Any, begun: datetime) -> bool:
    return type(made) is int and 0 < made < 4e9 and datetime.fromtimestamp(made, UTC) >= begun - EARLY


def _plain(text: str) -> str:
    return " ".join(text.split())[:SHOWN].strip()
