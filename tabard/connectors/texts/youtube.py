"""Descriptions on YouTube: bytes, and no angle brackets. Over sixty hashtags all are ignored."""

from __future__ import annotations

from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

_DESCRIPTION = TextPlace(
    5000, ways.octets, "bytes", finders.common, "2026-11", most=(("hashtag", 60, False),), refused="<>"
)

PLACES: Places = {"youtube": dict.fromkeys(("video", "short"), _DESCRIPTION)}
