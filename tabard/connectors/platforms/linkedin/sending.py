"""What files of all kinds need: where one goes, what it is called there, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tabard.connectors.errors import ConnectorError, Later, Revoked, unreadable
from tabard.connectors.http import Answer
from tabard.connectors.outcome import limited
from tabard.connectors.platforms.linkedin.client import Client, data
from tabard.connectors.platforms.linkedin.urns import MEDIA, path, whole
from tabard.connectors.words import _

PAUSE = 5.0
EDGES = {"image": "images", "video": "videos", "document": "documents"}
UNKNOWN = "UNKNOWN"


async def begun(client: Client, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Ask where a file goes: what the answer has inside of `value`."""
    body = {"initializeUploadRequest": asked}
    answer = await client.send("POST", f"/rest/{EDGES[kind]}?action=initializeUpload", body)
    found = data(answer).get("value")
    return found if isinstance(found, dict) else {}


def named(found: Mapping[str, Any], kind: str) -> str:
    """The name of the file there. Later if it is none."""
    urn = whole(MEDIA, found.get(kind))
    if not urn.startswith(f"urn:li:{kind}:"):
        raise unreadable(dict(found))
    return urn


def where(url: object) -> str:
    """An address to which a file may be sent: whose host may be called, the line knows."""
    if not isinstance(url, str) or urlsplit(url).scheme != "https":
        raise unreadable(url)
    return url


def not_taken(answer: Answer) -> ConnectorError:
    """Why a file, or a part of one, was not taken. It is begun anew, for the address may have ended."""
    if answer.status == 429:
        return limited(answer)
    return Later(_("The platform did not take the file."), code="upload", raw=answer.raw())


async def status_of(client: Client, urn: str) -> str:
    """How far it is: WAITING_UPLOAD, PROCESSING, AVAILABLE ..., or UNKNOWN where one may not look."""
    edge = EDGES[urn.split(":")[2]]
    try:
        found = await client.get(f"/rest/{edge}/{path(urn)}")
    except Revoked as refused:
        if refused.code != "scope":
            raise
        await client.http.sleep(PAUSE)
        return UNKNOWN
    return str(found.get("status") or "")
