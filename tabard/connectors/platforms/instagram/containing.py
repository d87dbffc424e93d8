"""What a post is before it is shown: its files, each where Instagram takes it, and the container around them.

Pictures are fetched from an address of ours; films are given as bytes, which can be taken up again.
"""

from __future__ import annotations

from typing import Any

from tabard.connectors.base import Access, Media, Outgoing, State
from tabard.connectors.checks import full_text
from tabard.connectors.errors import ConnectorError
from tabard.connectors.families.meta import Graph, id_of
from tabard.connectors.families.meta_containers import Containers
from tabard.connectors.families.meta_upload import HOST, arrived, upload
from tabard.connectors.media import fit
from tabard.connectors.platforms.instagram.card import CARD, FEED, STORY

SIDE = 1440  # wider pictures are made smaller there


async def contained(
    access: Access, there: Graph, made: Containers, outgoing: Outgoing, state: State
) -> State:
    """A container with everything in it, not necessarily finished."""
    place = CARD.placement(outgoing.placement)
    if len(outgoing.media) > 1:
        return await _album(access, there, made, outgoing, state)
    (item,) = outgoing.media
    fields = _kind(place.name, item)
    if place.shows_text and (text := full_text(place, outgoing)):
        fields["caption"] = text
    if fields.get("media_type") == "REELS":
        fields["share_to_feed"] = "true" if outgoing.options.get("share_to_feed", True) else "false"
    number, address = await _made(access, there, made, item, fields)
    if address:
        await sent(there, item, number, address, {**state, "container": number, "address": address})
    return {**state, "container": number, "address": address}


async def _album(access: Access, there: Graph, made: Containers, outgoing: Outgoing, state: State) -> State:
    """Each file in a container of its own; those that wait for their bytes get them at once."""
    parts = []
    for item in outgoing.media:
        fields = {"is_carousel_item": "true", **({"media_type": "VIDEO"} if item.kind == "video" else {})}
        number, address = await _made(access, there, made, item, fields)
        if address:
            await sent(there, item, number, address, state)
        parts.append(number)
    for part in parts:
        await made.ready(part, state)
    more = {"caption": text} if (text := full_text(FEED, outgoing)) else {}
    number = await made.make(media_type="CAROUSEL", children=",".join(parts), **more)
    return {**state, "container": number, "address": ""}


def _kind(place: str, item: Media) -> dict[str, Any]:
    if place == STORY.name:
        return {"media_type": "STORIES"}
    return {"media_type": "REELS"} if item.kind == "video" else {}


async def _made(
    access: Access, there: Graph, made: Containers, item: Media, fields: dict[str, Any]
) -> tuple[str, str]:
    """The container of one file, and the address for its bytes if it wants them."""
    if item.kind == "video":
        found = await there.post(made.made_at, **fields, upload_type="resumable")
        number = id_of(found)
        return number, str(found.get("uri") or f"https://{HOST}/ig-api-upload/{number}")
    rule = FEED.rule_for("image")
    assert rule is not None
    picture = await fit(await item.load(), rule, side=SIDE)
    fields = {**fields, "image_url": await access.lend(picture.body, picture.mime)}
    if item.alt and fields.get("media_type") != "STORIES":
        fields["alt_text"] = item.alt
    return await made.make(**fields), ""


async def sent(there: Graph, item: Media, number: str, address: str, state: State) -> None:
    """Give a film's bytes, from where they were left. Trouble leaves `state` for the next try."""
    try:
        begun = arrived(await there.get(number, fields="id,video_status"))
        await upload(there.http, address, there.token["access_token"], item, begun)
    except ConnectorError as error:
        error.state = {**state, **(error.state or {})}
        raise
