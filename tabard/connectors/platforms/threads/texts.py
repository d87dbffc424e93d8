"""Threads' placements for texts alone; the numbers are the card's.

More than five different links are refused (since 2025-12-22); one tag is the topic.
"""

from __future__ import annotations

from tabard.connectors.platforms.threads.card import LINKS, POST
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

TEXT = TextPlace(
    POST.text.limits[0].n,
    ways.emoji_by_size,
    "characters, emoji by their bytes",
    finders.common,
    "2026-09",
    most=(("hashtag", 1, False), ("unique link", LINKS, True)),
)

PLACES: Places = {"threads": dict.fromkeys(("text", "image", "video", "carousel"), TEXT)}
