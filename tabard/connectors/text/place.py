"""How a text is judged in one placement of a platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tabard.connectors.text.finders import Finder, only_links
from tabard.connectors.text.live import Live
from tabard.connectors.text.ways import utf16

Count = Callable[[str, list[Live]], int]


@dataclass(frozen=True)
class TextPlace:
    """The rules of one placement, as data.

    `limit`: None if there is one that nobody tells. `unit` says what `count` counts. `as_of`: the day
    of the source; `sure` is False where the number is only what the trade repeats.
    `most`: kinds of live parts with how many are taken, and whether more are refused or just do nothing.
    `refused`: letters that may not stand in it. `blank`: it may be empty. `bytes_limit` holds besides.
    """

    limit: int | None
    count: Count
    unit: str
    find: Finder
    as_of: str
    sure: bool = True
    bytes_limit: int | None = None
    most: tuple[tuple[str, int, bool], ...] = ()
    refused: str = ""
    blank: bool = True


Places = Mapping[str, Mapping[str, TextPlace]]


def no_text(as_of: str) -> TextPlace:
    """A placement that shows none."""
    return TextPlace(0, utf16, "characters", only_links, as_of)
