"""Reddit, by its last open code (2017)."""

from __future__ import annotations

from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace


def _text(limit: int) -> TextPlace:
    return TextPlace(limit, ways.letters, "characters", finders.reddit, "2017", sure=False)


PLACES: Places = {"reddit": {"self": _text(40_000), "comment": _text(10_000)}}
