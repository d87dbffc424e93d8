"""Uploading a video: registered, sent to where it is stored, and waited for until it can be shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tabard.connectors.base import Media, State
from tabard.connectors.bodies import Part, form
from tabard.connectors.errors import ConnectorError, Later, Refused, unreadable
from tabard.connectors.platforms.pinterest.client import Client
from tabard.connectors.words import _

LOOKS, WAIT_S = 24, 5.0


async def uploaded(client: Client, item: Media, state: State) -> State:
    """The state with `video`, the number of the upload that is ready.

    Later while it is not, with what was achieved, so that nothing is sent a second time.
    """
    if "video" in state:
        return state
    if "media" not in state:
        found = await client.send("POST", "/media", {"media_type": "video"})
        await _send(client, item, found)
        state = {**state, "media": str(found["media_id"])}
    try:
        return await _ready(client, state)
    except Later as error:
        error.state = state
        raise


async def _send(client: Client, item: Media, found: dict[str, Any]) -> None:
    url, fields = str(found.get("upload_url") or ""), found.get("upload_parameters")
    if urlsplit(url).scheme != "https" or not isinstance(fields, dict) or not found.get("media_id"):
        raise unreadable(sorted(found))
    given = {str(name): str(value) for name, value in fields.items()}
    body = form(given, [Part("file", item, item.name or "video.mp4")])
    # The token stays with us: what is stored there is let in by the fields of the form alone.
    answer = await client.http.call(
        "POST", url, content=body.content, headers=body.headers, timeout=body.seconds
    )
    if not answer.ok:
        raise Later(_("The video could not be sent."), code="upload", raw=answer.raw())


async def _ready(client: Client, state: State) -> State:
    for _look in range(LOOKS):
        found = await client.get(f"/media/{state['media']}")
        status = found.get("status")
        if status == "succeeded":
            return {**state, "video": state["media"]}
        if status == "failed":
            raise _failed(state)
        await client.http.sleep(WAIT_S)
    raise Later(_("The platform has not finished with the video yet."), code="processing")


def _failed(state: State) -> ConnectorError:
    left = {name: value for name, value in state.items() if name != "media"}
    return Refused(_("The platform cannot use this video."), code="media", state=left)
