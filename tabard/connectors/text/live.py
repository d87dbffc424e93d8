"""What is live in a text: a link, a mention, a hashtag, a cashtag."""

from __future__ import annotations

import re
from typing import NamedTuple

import regex

Pattern = re.Pattern[str] | regex.Pattern[str]
Match = re.Match[str] | regex.Match[str]
AT, NUMBER, DOLLAR = "@＠", "#＃", "$"
_ANY = {signs: re.compile(f"[{signs}]") for signs in (AT, NUMBER, DOLLAR)}


class Live(NamedTuple):
    """A part of a text that a reader can press, from `start` to before `end` (code points).

    `kind`: link, mention, hashtag or cashtag. `target`: the address, the name or the tag without its sign.
    """

    start: int
    end: int
    kind: str
    target: str


def standing(first: re.Pattern[str], pattern: Pattern, text: str) -> list[Match]:
    """What `pattern` finds in `text`; all of it begins with `first`, and is looked for only there."""
    kept, end = [], 0
    for there in first.finditer(text):
        if there.start() >= end and (found := pattern.match(text, there.start())):
            end = found.end()
            kept.append(found)
    return kept


def signed(signs: str, pattern: Pattern, text: str) -> list[Match]:
    """The same for what begins with one of two `signs`; most texts have none."""
    return standing(_ANY[signs], pattern, text) if signs[0] in text or signs[-1] in text else []


def named(kind: str, signs: str, pattern: Pattern, text: str) -> list[Live]:
    """The same as live parts, each with the first group of `pattern` for its target."""
    return [Live(*found.span(), kind, found.group(1)) for found in signed(signs, pattern, text)]


def apart(found: list[Live]) -> list[Live]:
    """In order and never overlapping: what begins first stays, and of two the longer."""
    if len(found) < 2:
        return found
    kept: list[Live] = []
    for each in sorted(found, key=lambda live: (live.start, -live.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept
