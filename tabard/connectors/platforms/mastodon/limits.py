"""What a server says of its own limits: `/api/v2/instance`, or v1 where that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.card import Limits
from tabard.connectors.platforms.mastodon.client import Client


async def limits_of(client: Client) -> Limits:
    """The server's limits; what it does not say stays as the card has it."""
    for path in ("/api/v2/instance", "/api/v1/instance"):
        answer = await client.get(path)
        found = answer.json() if answer.ok else None
        if isinstance(found, dict):
            return read(found)
    return Limits()


def read(instance: Mapping[str, Any]) -> Limits:
    """Limits of an instance document.

    Mastodon 3.4.2 and later, GoToSocial and others have `configuration`; Pleroma and Akkoma say
    `max_toot_chars`, `upload_limit` and `description_limit` at the top.
    """
    configuration = _part(instance, "configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    upload = _number(instance.get("upload_limit"))
    return Limits(
        text=_number(statuses.get("max_characters")) or _number(instance.get("max_toot_chars")),
        url_counts=_number(statuses.get("characters_reserved_per_url")),
        media_count=_number(statuses.get("max_media_attachments"))
        or _number(instance.get("max_media_attachments")),
        image_bytes=_number(media.get("image_size_limit")) or upload,
        image_pixels=_number(media.get("image_matrix_limit")),
        video_bytes=_number(media.get("video_size_limit")) or upload,
        alt=_number(media.get("description_limit")) or _number(instance.get("description_limit")),
        mimes=tuple(str(mime) for mime in media.get("supported_mime_types") or ()),
    )


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> int | None:
    """A limit as a positive number, or None: some servers write numbers as text, or 0 for none."""
    try:
        return int(value) or None
    except (TypeError, ValueError):
        return None
