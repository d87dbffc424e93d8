"""The plain rules of posts: what a post's state is, and its word for people."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

import regex

# The first of these that any variant has is how the post stands: what needs somebody comes first.
_ORDER = ("draft", "in_review", "approved", "scheduled", "handed_over", "withdrawn")


def post_state(states: Iterable[str]) -> str:
    """A post has no state of its own: it stands where its least advanced variant stands."""
    there = set(states)
    return next((state for state in _ORDER if state in there), "draft")


_SENTENCE = regex.compile(r"[.!?…。！？؟]+[\"'”’»)\]]*\s+|\n+")


def split(words: str, fits: Callable[[str], bool]) -> list[str]:
    """A text in as few pieces as `fits` allows, cut where a sentence ends, or else between two words.

    Nothing but the space at the cuts is lost. A word too long for any piece is cut in itself; where not even
    one character fits, the text stays whole.
    """
    pieces, rest = [], words.strip()
    while rest and not fits(rest):
        end = _cut(rest, fits)
        if not end:
            return [words]
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def _cut(rest: str, fits: Callable[[str], bool]) -> int:
    """Where the first piece ends: 0 if nothing fits. A sentence is not kept whole at any price: a piece that
    would be less than a third full ends between words.
    """
    words = _longest([m.start() for m in regex.finditer(r"\s+", rest)], rest, fits)
    sentences = _longest([m.end() for m in _SENTENCE.finditer(rest)], rest, fits)
    if sentences > words / 3:
        return sentences
    return words or _longest([m.end() for m in regex.finditer(r"\X", rest)], rest, fits)


def _longest(ends: list[int], rest: str, fits: Callable[[str], bool]) -> int:
    """The last of `ends`, in order, up to which the text fits; 0 for none. What is longer fits no better."""
    found = bisect_left(ends, True, key=lambda end: not fits(rest[:end].rstrip()))
    return ends[found - 1] if found else 0
