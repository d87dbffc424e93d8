"""The measures of platforms that count neither letters nor bytes alone."""

from __future__ import annotations

import regex

from tabard.connectors.card import CountedIn
from tabard.connectors.text import x
from tabard.connectors.text.counting import count
from tabard.connectors.text.live import Live

# LinkedIn's little text: these go out with a backslash before them, and the backslash may count (2026-05).
RESERVED = "|{}@[]()<>#\\*_~"
_RESERVED = regex.compile(r"[|{}@\[\]()<>#\\*_~]")
# A mention that shall work is written as it is.
LINKEDIN_MENTION = regex.compile(r"@\[[^\[\]\n]+\]\(urn:li:(?:organization|person):[A-Za-z0-9_-]+\)")


def weighted(text: str, live: list[Live]) -> int:
    """X: far letters and emoji count two, addresses 23."""
    return x.weight(text, live)


def graphemes(text: str, live: list[Live]) -> int:
    """What a reader sees as single characters."""
    return count(text, CountedIn.GRAPHEMES)


def utf16(text: str, live: list[Live]) -> int:
    """Units of UTF-16."""
    return count(text, CountedIn.UTF16)


def octets(text: str, live: list[Live]) -> int:
    """Bytes of UTF-8."""
    return count(text, CountedIn.BYTES)


def letters(text: str, live: list[Live]) -> int:
    """Code points."""
    return len(text)


def emoji_by_size(text: str, live: list[Live]) -> int:
    """Threads: an emoji counts the bytes it takes in UTF-8, everything else one (2026-09)."""
    return count(text, CountedIn.EMOJI_BYTES)


def escaped(text: str, live: list[Live]) -> int:
    """LinkedIn: as it goes out, with a backslash before every reserved letter outside of mentions."""
    free = sum(len(_RESERVED.findall(text[each.start : each.end])) for each in live if each.kind == "mention")
    return len(text) + len(_RESERVED.findall(text)) - free


def little_text(text: str) -> str:
    """`text` as LinkedIn shows it letter by letter: reserved letters escaped, mentions left alone."""
    parts, at = [], 0
    for mention in LINKEDIN_MENTION.finditer(text):
        parts += [_RESERVED.sub(r"\\\g<0>", text[at : mention.start()]), mention.group()]
        at = mention.end()
    return "".join([*parts, _RESERVED.sub(r"\\\g<0>", text[at:])])
