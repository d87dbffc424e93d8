"""Instagram's placements for texts alone; the numbers are the card's.

Its documents allow 30 hashtags and 20 mentions (2026-09); 5 and 3 were announced in 2025-12.
"""

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
    most=(("hashtag", 5, False), ("hashtag", 30, True), ("mention", 3, False), ("mention", 20, True)),
)

PLACES: Places = {
    "instagram": {
        **dict.fromkeys(("feed_image", "carousel", "reel"), CAPTION),
        "story_image": no_text("2026-09"),
        "story_video": no_text("2026-09"),
        "dm": TextPlace(1000, ways.octets, "bytes", finders.common, "2026-09"),
    }
}
