"""Films: given as bytes before, published by the call that finishes the upload.

Posts, Reels and Stories have an address each. The film's id is kept before anything is sent: afterwards the
film itself says whether it was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Access, Media, Outgoing, Published, State, Verdict
from tabard.connectors.bodies import Part, form
from tabard.connectors.errors import ConnectorError, Later, Refused, unreadable
from tabard.connectors.families.meta import Graph, data, id_of
from tabard.connectors.families.meta_upload import HOST, arrived, upload
from tabard.connectors.platforms.facebook.client import address, address_in
from tabard.connectors.words import _

LOOKS, PAUSE = 12, 5.0
PATIENCE = timedelta(minutes=1)
SPENT = {"upload_failed", "expired", "error"}  # another must be begun
NEVER = {"uploading", "upload_failed", "expired"}  # it was not finished, or cannot be any more
EDGES = {"post": "videos", "reel": "video_reels", "story": "video_stories"}


def edge_of(outgoing: Outgoing) -> str:
    """Where films of this placement go."""
    return EDGES[outgoing.placement or "post"]


async def prepared(access: Access, there: Graph, outgoing: Outgoing, state: State) -> State:
    """The whole film is there, and nobody sees it."""
    (item,) = outgoing.media
    edge = f"{access.remote_id}/{edge_of(outgoing)}"
    if state.get("film") and await _status(there, state["film"]) in SPENT:
        state = {name: value for name, value in state.items() if name not in {"film", "upload"}}
    if edge.endswith("/videos"):
        return await _in_parts(there, edge, item, state)
    if not state.get("film"):
        found = await there.post(edge, upload_phase="start")
        number = id_of(found, "video_id")
        there_at = str(found.get("upload_url") or f"https://{HOST}/video-upload/{number}")
        state = {**state, "film": number, "upload": there_at}
    try:
        begun = arrived(await there.get(state["film"], fields="status"))
        await upload(there.http, state["upload"], there.token["access_token"], item, begun)
        await _whole(there, state["film"])
    except ConnectorError as error:
        error.state = {**state, **(error.state or {})}
        raise
    return state


async def _in_parts(there: Graph, edge: str, item: Media, state: State) -> State:
    """A film of a post: the platform says which part it wants next, until there is none."""
    if not state.get("film"):
        found = await there.post(edge, upload_phase="start", file_size=item.size)
        session = id_of(found, "upload_session_id")
        state = {**state, "film": id_of(found, "video_id"), "upload": session, **_wanted(found)}
    try:
        while state["from"] < min(state["to"], item.size):
            state = {**state, **await _part(there, edge, state, item)}
    except ConnectorError as error:
        error.state = {**state, **(error.state or {})}
        raise
    return state


async def _part(there: Graph, edge: str, state: State, item: Media) -> State:
    fields = {
        "upload_phase": "transfer",
        "upload_session_id": str(state["upload"]),
        "start_offset": str(state["from"]),
        **there.token,
    }
    plain = "application/octet-stream"
    body = form(fields, [Part("video_file_chunk", item, "part", plain, state["from"], state["to"])])
    answer = await there.http.call(
        "POST",
        f"{there.base}/{edge}",
        content=body.content,
        headers=body.headers,
        timeout=body.seconds,
    )
    wanted = _wanted(data(answer))
    if wanted["from"] <= state["from"] < wanted["to"]:
        raise Later(_("The platform did not take a part of the film."), code="upload")
    return wanted


def _wanted(found: Mapping[str, Any]) -> State:
    try:
        return {"from": int(found["start_offset"]), "to": int(found["end_offset"])}
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(found) from error


async def _whole(there: Graph, film: str) -> None:
    """Wait until the bytes are taken in; only then may the upload be finished."""
    for again in range(LOOKS):
        if again:
            await there.http.sleep(PAUSE)
        found = await there.get(film, fields="status")
        status = found.get("status")
        status = status if isinstance(status, dict) else {}
        if status.get("video_status") in {"error", "upload_failed", "expired"}:
            says = _("The platform cannot use the file: %(reason)s")
            raise Refused(says, code="media", raw=str(status)[:500], reason=_why(status))
        if _phase(status, "uploading_phase") == "complete":
            return
    says = _("The platform is still at work on the files.")
    raise Later(says, code="processing", until=there.http.clock() + PATIENCE)


def _why(status: Mapping[str, Any]) -> str:
    told = [each.get("errors") or each.get("error") for each in status.values() if isinstance(each, dict)]
    return str(next(filter(None, told), "?"))[:200]


def _phase(status: Mapping[str, Any], name: str, word: str = "status") -> str:
    phase = status.get(name)
    return str(phase.get(word) or "") if isinstance(phase, dict) else ""


async def _status(there: Graph, film: str) -> str:
    try:
        status = (await there.get(film, fields="status")).get("status")
    except Refused as refused:
        if refused.code == "gone":
            return "expired"
        raise
    return str(status.get("video_status") or "") if isinstance(status, dict) else ""


async def committed(access: Access, there: Graph, outgoing: Outgoing, state: State, text: str) -> Published:
    """Finish the upload, which publishes it."""
    edge = edge_of(outgoing)
    fields = {"upload_phase": "finish"}
    if edge == "videos":
        fields |= {"upload_session_id": str(state["upload"])}
    else:
        fields |= {"video_id": str(state["film"])}
    if edge == "video_reels":
        fields["video_state"] = "PUBLISHED"
    if text and edge != "video_stories":
        fields["description"] = text
    found = await there.post(f"{access.remote_id}/{edge}", commit=True, **fields)
    if found.get("success") is not True:
        raise unreadable(found, shows=True)
    return Published(state["film"], await address(there, access, state["film"]))


async def found(access: Access, there: Graph, state: State) -> Published | Verdict:
    """What the film says of itself."""
    try:
        film = await there.get(state["film"], fields="status,permalink_url")
    except Refused as refused:
        if refused.code == "gone":
            return CANNOT_TELL
        raise
    status = film.get("status")
    status = status if isinstance(status, dict) else {}
    word, publishing = str(status.get("video_status") or ""), _phase(status, "publishing_phase")
    if publishing == "complete" or _phase(status, "publishing_phase", "publish_status") == "published":
        return Published(state["film"], address_in(film, access))
    if word in NEVER or (word == "upload_complete" and publishing == "not_started"):
        return NOT_THERE
    return CANNOT_TELL
