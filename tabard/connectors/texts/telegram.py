"""Channels on Telegram, counted after its entities are taken out."""

from __future__ import annotations

from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

_UNIT = "UTF-16 units"
_CAPTION = TextPlace(1024, ways.utf16, _UNIT, finders.telegram, "2026-06")

PLACES: Places = {
    "telegram_channel": {
        "text": TextPlace(4096, ways.utf16, _UNIT, finders.telegram, "2026-06", blank=False),
        **dict.fromkeys(("photo", "album", "video"), _CAPTION),
    }
}
