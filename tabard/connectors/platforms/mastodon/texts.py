"""Mastodon's placements for texts alone; the numbers are the card's, which a server may change."""

from __future__ import annotations

from tabard.connectors.platforms.mastodon.card import POST
from tabard.connectors.text import finders
from tabard.connectors.text.counting import counted, spans
from tabard.connectors.text.live import Live
from tabard.connectors.text.place import Places, TextPlace

(_LIMIT,) = POST.text.limits


def _count(text: str, live: list[Live]) -> int:
    return counted(text, _LIMIT, spans(text, POST.text))


_POST = TextPlace(_LIMIT.n, _count, "graphemes", finders.mastodon, "2026-07")

PLACES: Places = {"mastodon": dict.fromkeys(("text", "images", "video", "poll"), _POST)}
