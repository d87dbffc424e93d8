"""What is live on platforms other than X and Bluesky, as far as they tell."""

from __future__ import annotations

from collections.abc import Callable

import regex

from tabard.connectors.text import fediverse, x
from tabard.connectors.text.little import MENTION
from tabard.connectors.text.live import AT, Live, apart, named
from tabard.connectors.text.x_links import links

Finder = Callable[[str], list[Live]]

_NAME = regex.compile(r"(?<![\w@.])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)(?![\w@])")
_TELEGRAM_NAME = regex.compile(r"(?<![\w@])@([A-Za-z][A-Za-z0-9_]{3,31})\b")
_COMMUNITY = regex.compile(r"(?<![\w/])/?([ur]/[A-Za-z0-9_-]{2,21})\b")


def common(text: str) -> list[Live]:
    """Links with or without a scheme, `@name`, `#tag`: what most platforms make live."""
    return apart([*links(text), *named("mention", AT, _NAME, text), *x.hashtags(text)])


def only_links(text: str) -> list[Live]:
    """Where neither mentions nor tags are live."""
    return list(links(text))


def telegram(text: str) -> list[Live]:
    """The same with Telegram's names, and tickers."""
    names = named("mention", AT, _TELEGRAM_NAME, text)
    return apart([*links(text), *names, *x.hashtags(text), *x.cashtags(text)])


def reddit(text: str) -> list[Live]:
    """Links, people and communities; a number sign makes a heading."""
    there = (Live(m.start(), m.end(), "mention", m.group(1)) for m in _COMMUNITY.finditer(text))
    return apart([*links(text), *(there if "/" in text else ())])


def linkedin(text: str) -> list[Live]:
    """Links, `#tag`, and mentions in the only form that works."""
    return apart([*links(text), *named("mention", AT, MENTION, text), *x.hashtags(text)])


def mastodon(text: str) -> list[Live]:
    """Links with a scheme, names of this and of other servers, tags with at least one letter."""
    found = [Live(start, end, "link", text[start:end]) for start, end in fediverse.addresses(text)]
    return apart([*found, *fediverse.mentions(text), *fediverse.hashtags(text)])
