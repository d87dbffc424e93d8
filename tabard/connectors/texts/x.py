"""X, by the rules of its own library."""

from __future__ import annotations

from tabard.connectors.text import ways, x
from tabard.connectors.text.place import Places, TextPlace

_POST = TextPlace(
    x.LIMIT, ways.weighted, "weighted characters", x.live, "2021", refused="\ufffe\ufeff\uffff", blank=False
)

PLACES: Places = {"x": dict.fromkeys(("text", "image", "gif", "video", "poll"), _POST)}
