"""X, by the rules of its own library."""

from __future__ import annotations

from tabard.connectors.platforms.x.card import POST
from tabard.connectors.text import ways, x
from tabard.connectors.text.place import Places, TextPlace

(_LIMIT,) = POST.text.limits
_POST = TextPlace(
    _LIMIT.n, ways.weighted, "weighted characters", x.live, "2021", refused=POST.text.refused, blank=False
)

PLACES: Places = {"x": dict.fromkeys(("text", "image", "gif", "video", "poll"), _POST)}
