"""Texts in Telegram channels, counted after entities are taken out, of which we send none."""

from __future__ import annotations

from tabard.connectors.platforms.telegram.card import POST
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

_UNIT = "UTF-16 units"
(_TEXT,), (_CAPTION,) = POST.text.limits, POST.text.with_media
_BESIDE = TextPlace(_CAPTION.n, ways.utf16, _UNIT, finders.telegram, "2026-06")

PLACES: Places = {
    "telegram_channel": {
        "text": TextPlace(_TEXT.n, ways.utf16, _UNIT, finders.telegram, "2026-06", blank=False),
        **dict.fromkeys(("photo", "album", "video"), _BESIDE),
    }
}
