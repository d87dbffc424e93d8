"""Films given to Meta as bytes: sent to an address that takes up where it was left.

Source: developers.facebook.com/docs/instagram-platform/content-publishing/resumable-uploads and
/docs/video-api/guides/reels-publishing, read 2026-09.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tabard.connectors.base import Media
from tabard.connectors.bodies import stream
from tabard.connectors.errors import unreadable
from tabard.connectors.families.meta import data
from tabard.connectors.http import Http

HOST = "rupload.facebook.com"


async def upload(http: Http, address: str, token: str, item: Media, offset: int = 0) -> None:
    """Send what is missing of a film from `offset` on, as it is read; nothing if all is there."""
    if offset >= item.size > 0:
        return
    # The address comes from the platform: only its own host is ever given the token.
    if urlsplit(address).scheme != "https":
        raise unreadable(address)
    body = stream(item, offset)
    answer = await http.call(
        "POST",
        address,
        content=body.content,
        headers={
            **body.headers,
            "Authorization": f"OAuth {token}",
            "offset": str(offset),
            "file_size": str(item.size),
        },
        timeout=body.seconds,
    )
    data(answer)


def arrived(found: Mapping[str, Any]) -> int:
    """How many bytes have arrived, as the state of an upload says it; 0 if it says nothing."""
    status = found.get("video_status") or found.get("status")
    phase = status.get("uploading_phase") if isinstance(status, dict) else None
    if not isinstance(phase, dict):
        return 0
    count = phase.get("bytes_transferred", phase.get("bytes_transfered"))
    return count if isinstance(count, int) and not isinstance(count, bool) and count > 0 else 0
