"""Facebook pages' placements for texts alone.

There is no official number: 63,206 is what the trade repeats since 2013.
"""

from __future__ import annotations

from tabard.connectors.platforms.facebook.card import POST
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace, no_text


def _feed(limit: int | None) -> TextPlace:
    return TextPlace(limit, ways.utf16, "characters", finders.common, "2013-08", sure=False)


_POST = _feed(POST.text.limits[0].n)

PLACES: Places = {
    "facebook_page": {
        **dict.fromkeys(("feed_text_link", "photo", "multi_photo", "video"), _POST),
        "reel": _feed(None),
        "story_photo": no_text("2026-09"),
        "story_video": no_text("2026-09"),
    }
}
