"""Bluesky's placements for texts alone; the numbers are the card's."""

from __future__ import annotations

from tabard.connectors.platforms.bluesky.card import POST
from tabard.connectors.platforms.bluesky.facets import live
from tabard.connectors.text import ways
from tabard.connectors.text.place import Places, TextPlace

_GRAPHEMES, _BYTES = POST.text.limits
_POST = TextPlace(_GRAPHEMES.n, ways.graphemes, "graphemes", live, "2026-08", bytes_limit=_BYTES.n)

PLACES: Places = {"bluesky": dict.fromkeys(("text", "images", "gallery", "video", "link_card"), _POST)}
