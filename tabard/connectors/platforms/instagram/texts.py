"""Instagram's placements for texts alone; the numbers are the card's."""

from __future__ import annotations

from tabard.connectors.platforms.instagram.card import FEED
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace, no_text

CAPTION = TextPlace(
    FEED.text.limits[0].n,
    ways.utf16,
    "characters",
    finders.common,
    "2026-09",
    most=FEED.text.most,
)

PLACES: Places = {
    "instagram": {
        **dict.fromkeys(("feed_image", "carousel", "reel"), CAPTION),
        "story_image": no_text("2026-09"),
        "story_video": no_text("2026-09"),
        "dm": TextPlace(1000, ways.octets, "bytes", finders.common, "2026-09"),
    }
}
