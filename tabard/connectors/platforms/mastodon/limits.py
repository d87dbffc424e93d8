"""What a server says of its own limits: `/api/v2/instance`, or v1 where that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.card import Limits
from tabard.connectors.errors import ConnectorError
from tabard.connectors.platforms.mastodon.client import Client


async def instance_of(client: Client) -> Mapping[str, Any]:
    """What the server says of itself. Where the newer document is missing or bare, the older one helps.

    Nothing here is worth failing for: a server that says nothing is taken as the card has it.
    """
    whole: dict[str, Any] = {}
    for path in ("/api/v2/instance", "/api/v1/instance"):
        try:
            answer = await client.get(path)
        except ConnectorError:
            continue
        found = answer.json() if answer.ok else None
        if isinstance(found, dict):
            whole = {**found, **{name: value for name, value in whole.items() if value}}
            if read(whole).text is not None:
                break
    return whole


async def limits_of(client: Client) -> Limits:
    """The server's limits; what it does not say stays as the card has it."""
    return read(await instance_of(client))


def read(instance: Mapping[str, Any]) -> Limits:
    """Limits of an instance document.

    Mastodon 3.4.2 and later, GoToSocial and others have `configuration`; Pleroma and Akkoma say
    `max_toot_chars`, `upload_limit` and `description_limit` at the top.
    """
    configuration = _part(instance, "configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    upload = _number(instance.get("upload_limit"))
    formats = statuses.get("supported_mime_types")
    formats = formats or _part(_part(instance, "pleroma"), "metadata").get("post_formats")
    return Limits(
        text=_number(statuses.get("max_characters"))
        or _number(instance.get("max_toot_chars"))
        or _number(instance.get("max_characters")),
        url_counts=_number(statuses.get("characters_reserved_per_url")),
        media_count=_number(statuses.get("max_media_attachments"))
        or _number(instance.get("max_media_attachments")),
        image_bytes=_number(media.get("image_size_limit")) or upload,
        image_pixels=_number(media.get("image_matrix_limit")),
        video_bytes=_number(media.get("video_size_limit")) or upload,
        alt=_number(media.get("description_limit")) or _number(instance.get("description_limit")),
        mimes=_mimes(media.get("supported_mime_types"), "image/"),
        formats=_mimes(formats, "text/"),
    )


def _mimes(found: Any, needed: str) -> tuple[str, ...]:
    """A list of kinds of files; one that cannot be meant (`*`, no picture at all) says nothing."""
    there = tuple(str(mime).lower() for mime in found) if isinstance(found, list) else ()
    there = tuple(mime for mime in there if "/" in mime and "*" not in mime)
    return there if any(mime.startswith(needed) for mime in there) else ()


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> int | None:
    """A limit as a positive number, or None: some servers write numbers as text, or 0 or -1 for none."""
    try:
        number = 0 if isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number > 0 else None
