"""Files: given to LinkedIn before the post, and waited for until they can be shown.

What is there already is kept in the state, by the file's key: nothing is sent twice.
"""

from __future__ import annotations

from datetime import timedelta

from tabard.connectors.base import Media, State
from tabard.connectors.bodies import stream
from tabard.connectors.card import MediaRule
from tabard.connectors.errors import Later, Refused
from tabard.connectors.media import fit
from tabard.connectors.platforms.linkedin import films, sending
from tabard.connectors.platforms.linkedin.client import Client
from tabard.connectors.platforms.linkedin.sending import PAUSE, UNKNOWN
from tabard.connectors.words import _

LOOKS = 24
PATIENCE = timedelta(minutes=2)
BAD = {"PROCESSING_FAILED", "FAILED"}


async def uploaded(client: Client, author: str, item: Media, rule: MediaRule, state: State) -> None:
    """The file is there and can be shown; its name stands in `state`, which is changed in place."""
    there: dict[str, str] = state.setdefault("media", {})
    if item.key not in there:
        if item.kind == "video":
            there[item.key] = await films.sent(client, author, item, state)
        else:
            if item.kind == "image":
                picture = await fit(await item.load(), rule)
                item = item.made(picture.body, picture.mime)
            there[item.key] = await _sent(client, author, item)
    ready: list[str] = state.setdefault("ready", [])
    if there[item.key] not in ready:
        await _ready(client, item, state)
        ready.append(there[item.key])


async def _sent(client: Client, author: str, item: Media) -> str:
    """Ask where it goes, and send it there in one piece."""
    found = await sending.begun(client, item.kind, {"owner": author})
    urn, url = sending.named(found, item.kind), sending.where(found.get("uploadUrl"))
    body = stream(item)
    headers = {**client.token, **body.headers}
    answer = await client.http.call("PUT", url, headers=headers, content=body.content, timeout=body.seconds)
    if not answer.ok:
        raise sending.not_taken(answer)
    return urn


async def _ready(client: Client, item: Media, state: State) -> None:
    """Wait until it can be shown. Who may not look waits once and goes on: the post will tell."""
    urn = state["media"][item.key]
    for again in range(LOOKS):
        if again:
            await client.http.sleep(PAUSE)
        status = await sending.status_of(client, urn)
        if status in {"AVAILABLE", UNKNOWN}:
            return
        if status in BAD:
            del state["media"][item.key]
            says = _("%(name)s: the platform cannot use this file.")
            raise Refused(says, code="media", name=item.name or item.key)
    if status == "WAITING_UPLOAD":
        del state["media"][item.key]  # what was sent never arrived
    says = _("The platform is still at work on the files.")
    raise Later(says, code="processing", until=client.http.clock() + PATIENCE)
