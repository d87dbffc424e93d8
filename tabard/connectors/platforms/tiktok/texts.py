"""TikTok: the Content Posting API, and the Accounts API of TikTok for Business."""

from __future__ import annotations

from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

_UNIT = "UTF-16 units"
_THIRTY = (("mention", 30, True),)


def _plain(limit: int) -> TextPlace:
    return TextPlace(limit, ways.utf16, _UNIT, finders.common, "2026-09")


def _business(limit: int, most: tuple[tuple[str, int, bool], ...] = ()) -> TextPlace:
    return TextPlace(limit, ways.utf16, _UNIT, finders.common, "2026-08", most=most)


PLACES: Places = {
    "tiktok": {"video": _plain(2200), "photo": _plain(4000)},
    "tiktok_business": {
        "video": _business(2200, _THIRTY),
        "photo": _business(4000, _THIRTY),
        "comment": _business(150),
        "dm": _business(6000),
    },
}
