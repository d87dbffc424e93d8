"""What is live on platforms other than X and Bluesky, as far as they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import regex

from tabard.connectors.text import x
from tabard.connectors.text.counting import addresses
from tabard.connectors.text.little import MENTION
from tabard.connectors.text.live import Live, apart
from tabard.connectors.text.x_links import links

Finder = Callable[[str], list[Live]]

_NAME = regex.compile(r"(?<![\w@.])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)(?![\w@])")
_TELEGRAM_NAME = regex.compile(r"(?<![\w@])@([A-Za-z][A-Za-z0-9_]{3,31})\b")
_COMMUNITY = regex.compile(r"(?<![\w/])/?([ur]/[A-Za-z0-9_-]{2,21})\b")
_FEDIVERSE_NAME = regex.compile(r"(?i)(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_]+)?(?:@[\w.-]+[\w]+)?)")
_WORD = r"\p{L}\p{M}\p{N}\p{Pc}"
_FEDIVERSE_TAG = regex.compile(
    rf"(?<![=/)\p{{L}}\p{{N}}_])[#＃]((?>[{_WORD}][{_WORD}·・\u200c]*[{_WORD}]|[{_WORD}]))"
)
_LETTER = regex.compile(r"[\p{L}\p{M}]")


def _found(pattern: regex.Pattern[str], kind: str, text: str, sign: str) -> Iterator[Live]:
    if sign in text:
        for each in pattern.finditer(text):
            yield Live(each.start(), each.end(), kind, each.group(1))


def common(text: str) -> list[Live]:
    """Links with or without a scheme, `@name`, `#tag`: what most platforms make live."""
    tags = x.hashtags(text) if "#" in text or "＃" in text else ()
    return apart([*links(text), *_found(_NAME, "mention", text, "@"), *tags])


def only_links(text: str) -> list[Live]:
    """Where neither mentions nor tags are live."""
    return list(links(text))


def telegram(text: str) -> list[Live]:
    """The same with Telegram's names, and tickers."""
    tags = x.hashtags(text) if "#" in text or "＃" in text else ()
    cash = x.cashtags(text) if "$" in text else ()
    return apart([*links(text), *_found(_TELEGRAM_NAME, "mention", text, "@"), *tags, *cash])


def reddit(text: str) -> list[Live]:
    """Links, people and communities; a number sign makes a heading."""
    return apart([*links(text), *_found(_COMMUNITY, "mention", text, "/")])


def linkedin(text: str) -> list[Live]:
    """Links, `#tag`, and mentions in the only form that works."""
    tags = x.hashtags(text) if "#" in text or "＃" in text else ()
    there = (Live(found.start(), found.end(), "mention", found.group(1)) for found in MENTION.finditer(text))
    return apart([*links(text), *there, *tags])


def mastodon(text: str) -> list[Live]:
    """Links with a scheme, names of this and of other servers, tags with at least one letter."""
    found = [Live(start, end, "link", text[start:end]) for start, end in addresses(text)]
    found += _found(_FEDIVERSE_NAME, "mention", text, "@")
    if "#" in text or "＃" in text:
        for tag in _FEDIVERSE_TAG.finditer(text):
            if _LETTER.search(tag.group(1)):
                found.append(Live(tag.start(), tag.end(), "hashtag", tag.group(1)))
    return apart(found)
