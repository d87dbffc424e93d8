"""Posts of a Google Business Profile: neither tags nor mentions are live."""

from __future__ import annotations

from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

_POST = TextPlace(1500, ways.utf16, "characters", finders.only_links, "2026-10")

PLACES: Places = {"google_business": dict.fromkeys(("standard", "event", "offer"), _POST)}
