"""Writes an app.bsky.feed.post record. Pure: the same values give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import regex

from tabard.connectors.base import Outgoing
from tabard.connectors.errors import Refused
from tabard.connectors.platforms.bluesky.facets import facets
from tabard.connectors.words import _

_URI = regex.compile(r"at://(did:[a-z]+:[^/\s]+)/([a-zA-Z0-9.]+)/([A-Za-z0-9._~:-]+)")
_LANGUAGE = regex.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*")


def parts(uri: str) -> dict[str, str]:
    """An at:// address as `repo`, `collection` and `rkey`. Refused if it is none."""
    match = _URI.fullmatch(uri)
    if not match:
        raise Refused(_("%(uri)s is no post of Bluesky."), code="uri", uri=uri[:200])
    return dict(zip(("repo", "collection", "rkey"), match.groups(), strict=True))


def post(
    *,
    text: str,
    own: Mapping[str, Any],
    language: str,
    dids: Mapping[str, str],
    reply: Mapping[str, Any] | None,
    embed: Mapping[str, Any] | None,
    label: str,
) -> dict[str, Any]:
    """The record of a post; what is empty is left out."""
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label}]}
    made = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": own["createdAt"],
        "langs": [language] if _LANGUAGE.fullmatch(language) else None,
        "facets": facets(text, dids),
        "reply": reply,
        "embed": embed,
        "labels": labels if label else None,
    }
    return {name: value for name, value in made.items() if value or name == "text"}


def image(blob: Mapping[str, Any], alt: str, width: int, height: int) -> dict[str, Any]:
    """One picture of a post. `alt` is there even if it is empty."""
    return {"image": blob, "alt": alt, "aspectRatio": {"width": width, "height": height}}


def images(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The pictures of a post."""
    return {"$type": "app.bsky.embed.images", "images": list(found)}


def link_card(outgoing: Outgoing, text: str) -> dict[str, Any] | None:
    """A card for the link, if its title is known and the link does not stand in the text."""
    title = str(outgoing.options.get("link_title") or "")
    if not (outgoing.link and title):
        return None
    words = str(outgoing.options.get("link_text") or "")
    external = {"uri": outgoing.link, "title": title, "description": words}
    return {"$type": "app.bsky.embed.external", "external": external}
