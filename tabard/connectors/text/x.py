"""Posts as X counts them, and what is live in them.

Source: twitter-text 3 (github.com/twitter/twitter-text, config/v3.json and its conformance tests, 2021).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import regex

from tabard.connectors.text.live import AT, DOLLAR, NUMBER, Live, apart, named
from tabard.connectors.text.x_links import LATIN, MARKS, SPACES, TURNS, links

LIMIT = 280
LINK = 23

# What counts one; everything else counts two, and so does an emoji however it is put together.
_LIGHT = re.compile("[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")

_ONE = (
    r"(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Emoji_Presentation}\ufe0f?"
    r"|(?=\p{Extended_Pictographic})\p{Emoji}\ufe0f)"
)
_PART = r"(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|(?=\p{Extended_Pictographic})\p{Emoji}\ufe0f?)"
_EMOJI = regex.compile(
    r"[0-9#*]\ufe0f?\u20e3"
    r"|\p{Regional_Indicator}{2}"
    rf"|{_PART}(?:\u200d{_PART})+"
    rf"|{_ONE}(?:[\U000e0020-\U000e007e]+\U000e007f)?"
)
# An emoji is made of these alone, after the digit or sign with which a key begins.
_MAY_BE_EMOJI = re.compile(
    "[\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u27ff\u2934-\u2b55\u3030\u303d\u3297\u3299\ufe0f"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)

_ALPHA = r"\p{L}\p{M}"
_ALNUM = (
    r"\p{L}\p{M}\p{Nd}_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003"
    r"\u0f0b\u0f0c\u00b7"
)
_TAG = regex.compile(
    rf"(?:(?<=^|[\ufe0e\ufe0f])|(?<=[^&{_ALNUM}]))[#＃](?!\ufe0f|\u20e3)((?>[{_ALNUM}]*[{_ALPHA}][{_ALNUM}]*))"
    r"(?![#＃]|://)"
)
_NAME = regex.compile(
    rf"(?:(?<=^|[^a-zA-Z0-9_!#$%&*@＠])|(?<=(?:^|[^a-zA-Z0-9_+~.-])(?:[rR][tT]:?)))"
    rf"[@＠]([a-zA-Z0-9_]{{1,20}}+(?:/[a-zA-Z][a-zA-Z0-9_-]{{0,24}}+)?+)(?![@＠{LATIN}]|://)"
)
_CASH = regex.compile(
    rf"(?i)(?:(?<=^)|(?<=[{SPACES}{TURNS}]))\$([a-z]{{1,6}}(?:[._][a-z]{{1,2}})?)(?=$|[\s{SPACES}{MARKS}])"
)


def live(text: str) -> list[Live]:
    """Links, mentions, hashtags and cashtags of `text`, in order, never overlapping."""
    return apart([*links(text), *mentions(text), *hashtags(text), *cashtags(text)])


def mentions(text: str) -> list[Live]:
    """Names and lists, as `@name` and `@name/list`."""
    return named("mention", AT, _NAME, text)


def hashtags(text: str) -> list[Live]:
    """Tags that are not part of an address."""
    return named("hashtag", NUMBER, _TAG, text)


def cashtags(text: str) -> list[Live]:
    """Tickers, as `$TSLA`."""
    return named("cashtag", DOLLAR, _CASH, text)


def weight(text: str, addresses: list[Live] | None = None) -> int:
    """How long `text` is for X: composed (NFC), every address 23, every emoji 2, far letters 2 each."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    if addresses is None or composed != text:
        addresses = list(links(composed))
    total = _plain(composed)
    for each in addresses:
        if each.kind == "link":
            total += LINK - _plain(composed[each.start : each.end])
    return total


def emoji(text: str) -> Iterator[str]:
    """The emoji of `text`, each however it is put together."""
    if not text.isascii():
        for found in _MAY_BE_EMOJI.finditer(text):
            yield from _EMOJI.findall(text, max(found.start() - 1, 0), found.end())


def _plain(text: str) -> int:
    if text.isascii():
        return len(text)
    total = len(text) + (heavy := _heavy(text))
    # Every emoji has a letter that counts two.
    return total + sum(2 - len(each) - _heavy(each) for each in emoji(text)) if heavy else total


def _heavy(text: str) -> int:
    """How many letters of `text` count two."""
    return len(_LIGHT.sub("", text))
