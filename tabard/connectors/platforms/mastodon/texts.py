"""Mastodon's placements for texts alone; the numbers are the card's, which a server may change."""

from __future__ import annotations

from tabard.connectors.platforms.mastodon.card import POST
from tabard.connectors.text import count, finders
from tabard.connectors.text.live import Live
from tabard.connectors.text.place import Places, TextPlace

(_LIMIT,) = POST.text.limits
_LINK = "x" * (POST.text.url_counts or 0)


def _count(text: str, live: list[Live]) -> int:
    for each in reversed(live):
        if each.kind == "link":
            text = text[: each.start] + _LINK + text[each.end :]
        elif each.kind == "mention" and "@" in each.target:
            text = text[: text.index("@", each.start + 1)] + text[each.end :]
    return count(text, _LIMIT.unit)


_POST = TextPlace(_LIMIT.n, _count, "graphemes", finders.mastodon, "2026-07")

PLACES: Places = {"mastodon": dict.fromkeys(("text", "images", "video", "poll"), _POST)}
