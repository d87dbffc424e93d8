"""Descriptions and titles on YouTube: no angle brackets; the numbers of descriptions are the card's."""

from __future__ import annotations

from tabard.connectors.platforms.youtube.card import VIDEO
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

DESCRIPTION = TextPlace(
    5000, ways.octets, "bytes", finders.common, "2026-11", most=VIDEO.text.most, refused=VIDEO.text.refused
)
TITLE = TextPlace(100, ways.letters, "characters", finders.only_links, "2026-11", refused="<>", blank=False)

PLACES: Places = {"youtube": dict.fromkeys(("video", "short"), DESCRIPTION)}
