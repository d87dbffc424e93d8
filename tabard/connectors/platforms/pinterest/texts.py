"""Descriptions of pins. How Pinterest counts is not told; twenty hashtags is what the trade repeats."""

from __future__ import annotations

from tabard.connectors.platforms.pinterest.card import IMAGE
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

_PIN = TextPlace(800, ways.utf16, "characters", finders.common, "2025-12", most=IMAGE.text.most)

PLACES: Places = {"pinterest": dict.fromkeys(("image_pin", "carousel_pin", "video_pin"), _PIN)}
