"""What is live in a text: a link, a mention, a hashtag, a cashtag."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Live(NamedTuple):
    """A part of a text that a reader can press, from `start` to before `end` (code points).

    `kind`: link, mention, hashtag or cashtag. `target`: the address, the name or the tag without its sign.
    """

    start: int
    end: int
    kind: str
    target: str


def apart(found: Iterable[Live]) -> list[Live]:
    """In order and never overlapping: what begins first stays, and of two the longer."""
    kept: list[Live] = []
    for each in sorted(found, key=lambda live: (live.start, -live.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept
