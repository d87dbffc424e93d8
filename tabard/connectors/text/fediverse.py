"""Links, names and tags as Mastodon finds them.

Source: mastodon/mastodon (app/lib/extractor.rb, config/initializers/twitter_regex.rb, app/models/account.rb,
read 2026-11): X's own domains, paths of any letters, names of other servers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from tabard.connectors.text.domains import EVER, EXAMPLES
from tabard.connectors.text.live import AT, NUMBER, Live, named
from tabard.connectors.text.x_links import HOST, LATIN, LONGEST, domain_ends

_TOPS = EVER | EXAMPLES
_SCHEME = re.compile(r"(?i)https?://")
_MAY_NOT_PRECEDE = re.compile("[A-Za-z0-9@＠$#＃\ufffe\ufeff\uffff]")
_PATH = r"[^\s<>()?]"
_IN_BRACKETS = rf"\((?:{_PATH}++|{_PATH}*+\({_PATH}++\){_PATH}*+)\)"
_PATH_END = rf"(?:[^\s<>()?!*\"'「」;:=,.$%\[\]~&|@]|{_IN_BRACKETS})"
_BEYOND = r"\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef\U00010000-\U0010fffd"
_ASKED = rf"\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{_BEYOND}]*[a-z0-9_&=#/\-{_BEYOND}]"
_REST = regex.compile(
    rf"(?i)(?::[0-9]+)?(?:/(?:{_PATH}*(?:{_IN_BRACKETS}{_PATH}*)*{_PATH_END})?)?(?:{_ASKED})?"
)

_NAME = regex.compile(
    rf"(?i)(?<![=/\w])@((?>[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*(?:@\w+(?:[.-]+\w+)*)?))(?![@＠{LATIN}]|://)"
)
_WORD = r"\p{L}\p{M}\p{N}\p{Pc}"
_TAG = regex.compile(rf"(?<![=/)\p{{L}}\p{{N}}_])[#＃]((?>[{_WORD}][{_WORD}·・\u200c]*[{_WORD}]|[{_WORD}]))")
_MORE_THAN_DIGITS = regex.compile(r"\p{Alphabetic}|(?<!^)[_·・\u200c](?!$)")


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where the web addresses with a scheme begin and end; closing punctuation is not part of one."""
    at = 0
    for scheme in _SCHEME.finditer(text) if "://" in text else ():
        start = scheme.start()
        if start < at or (start and _MAY_NOT_PRECEDE.match(text, start - 1)):
            continue
        host = HOST.match(text, scheme.end())
        ends = domain_ends(text, host.start(), host.end(), _TOPS) if host else None
        if ends is None or not (rest := _REST.match(text, ends)):
            continue
        at = rest.end()
        if at - start <= LONGEST:
            yield start, at


def mentions(text: str) -> list[Live]:
    """Names, of this server as `@name` and of others as `@name@server`."""
    return named("mention", AT, _NAME, text)


def hashtags(text: str) -> list[Live]:
    """Tags that are not digits alone."""
    return [tag for tag in named("hashtag", NUMBER, _TAG, text) if _MORE_THAN_DIGITS.search(tag.target)]
