"""Threads' placements for texts alone; the numbers are the card's."""

from __future__ import annotations

from tabard.connectors.platforms.threads.card import POST
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

TEXT = TextPlace(
    POST.text.limits[0].n,
    ways.emoji_by_size,
    "characters, emoji by their bytes",
    finders.common,
    "2026-09",
    most=POST.text.most,
)

PLACES: Places = {"threads": dict.fromkeys(("text", "image", "video", "carousel"), TEXT)}
