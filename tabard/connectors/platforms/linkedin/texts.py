"""Pages of organisations on LinkedIn. How long a comment may be is not told."""

from __future__ import annotations

from tabard.connectors.platforms.linkedin.card import POST
from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

_UNIT = "characters, escaped"
_POST = TextPlace(POST.text.limits[0].n, ways.escaped, _UNIT, finders.linkedin, "2026-09")
_FORMATS = ("text_link", "image", "multi_image", "video", "document", "poll")

PLACES: Places = {
    "linkedin_organization": {
        **dict.fromkeys(_FORMATS, _POST),
        "comment": TextPlace(None, ways.escaped, _UNIT, finders.linkedin, "2026-11"),
    }
}
