"""The measures of platforms that count neither letters nor bytes alone."""

from __future__ import annotations

from tabard.connectors.card import CountedIn
from tabard.connectors.text import x
from tabard.connectors.text.counting import count
from tabard.connectors.text.little import reserved
from tabard.connectors.text.live import Live


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
    """LinkedIn: as it goes out, with a backslash before every reserved letter; in mentions, in the name."""
    mentions = [each for each in live if each.kind == "mention"]
    free = sum(reserved(text[each.start : each.end]) - reserved(each.target) for each in mentions)
    return len(text) + reserved(text) - free
