"""Descriptions on YouTube: bytes, and no angle brackets. Over sixty hashtags all are ignored."""

from __future__ import annotations

from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

DESCRIPTION = TextPlace(
    5000, ways.octets, "bytes", finders.common, "2026-11", most=(("hashtag", 60, False),), refused="<>"
)
TITLE = TextPlace(100, ways.letters, "characters", finders.only_links, "2026-11", refused="<>", blank=False)

PLACES: Places = {"youtube": dict.fromkeys(("video", "short"), DESCRIPTION)}
