"""Addresses as X finds them, with a scheme or without.

Source: twitter-text 3 (github.com/twitter/twitter-text, its conformance tests, 2021), by which X counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from tabard.connectors.text.domains import EVER, in_other_script
from tabard.connectors.text.live import Live

LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u02bb\u0300-\u036f\u1e00-\u1eff"
)
TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
NEVER = "\ufffe\ufeff\uffff"
SPACES = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
MARKS = r"!'#%&()*+,\\\-./:;<=>?@\[\]\^_{|}~$"

LONGEST = 4096
LONGEST_SHORT = 40

_LETTER = f"[^{MARKS}{SPACES}{NEVER}{TURNS}]"
_LABEL = rf"{_LETTER}(?:[_-]*+{_LETTER})*+"
_HOST = rf"{_LABEL}(?:\.{_LABEL})++"
_CANDIDATE = regex.compile(
    rf"(?<![A-Za-z0-9@＠$#＃{NEVER}])(?P<scheme>[hH][tT][tT][pP][sS]?://)?(?P<host>{_HOST})"
)
HOST = regex.compile(_HOST)
_NAME = re.compile(r"[0-9A-Za-z-]+")
_GOES_ON = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@+-")

_PATH = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{LATIN}]"
_IN_BRACKETS = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"
_PATH_END = rf"(?:[+\-a-z\u0400-\u04ff0-9=_#/{LATIN}]|{_IN_BRACKETS})"
_ASKED = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_REST = regex.compile(
    rf"(?i)(?::[0-9]+)?(?P<path>/(?:(?:{_PATH}*(?:{_IN_BRACKETS}{_PATH}*)*{_PATH_END})|(?:@{_PATH}+/))?)?"
    rf"(?:{_ASKED})?"
)
_SHORT = regex.compile(rf"(?i)^https?://t\.co/([a-z0-9]+)(?:{_ASKED})?")
_LATIN_NAME = regex.compile(rf"(?i)(?:[\-a-z0-9{LATIN}]+\.)+[a-z0-9-]+")
_TWO_LETTERS_SHOWN = frozenset(("co", "tv"))


def links(text: str) -> Iterator[Live]:
    """Every address in `text`, in order."""
    at = 0
    while (dot := text.find(".", at)) >= 0:
        # No address has a space in it, so the one with this dot begins after the last space before it.
        found = _CANDIDATE.search(text, max(at, text.rfind(" ", at, dot) + 1))
        if not found:
            return
        start, host_at, end = found.start(), found.start("host"), found.end()
        ends = domain_ends(text, host_at, end)
        if ends is None:
            # A scheme before a name that is none does not make the rest of it unreadable.
            at = host_at if found["scheme"] else end
            continue
        rest = _REST.match(text, ends)
        stop = rest.end() if rest else ends
        # The letter before an address is part of what is looked for, and the last address has this one.
        at = stop + 1
        if found["scheme"]:
            stop = _short(text, start, stop)
            if stop and _fits(text[host_at:ends], stop - start):
                yield Live(start, stop, "link", text[start:stop])
        elif start == 0 or text[start - 1] not in "-_./":
            path = rest["path"] if rest else None
            yield from _bare(text, start, ends, stop, path)


def domain_ends(text: str, start: int, end: int, tops: frozenset[str] = EVER) -> int | None:
    """Where the longest domain under one of `tops` ends in `text[start:end]`, or None if there is none.

    The label before the top-level one may have no underscore.
    """
    dot = text.rfind(".", start, end)
    while dot > start:
        if stop := _top(text, dot + 1, end, tops):
            before = text[text.rfind(".", start, dot) + 1 if "." in text[start:dot] else start : dot]
            if "_" not in before:
                return stop
        dot = text.rfind(".", start, dot)
    return None


def _top(text: str, at: int, end: int, tops: frozenset[str] = EVER) -> int:
    """Where a top-level domain that begins at `at` ends; 0 if none does."""
    if found := _NAME.match(text, at, end):
        name = found.group().lower()
        if name.startswith("xn--") and len(name) > 4:
            return found.end()
        # `com-` would go on; letters of other scripts do not.
        if name in tops and not _goes_on(text, found.end()):
            return found.end()
    for name in in_other_script(text[at:end]):
        if not _goes_on(text, at + len(name)):
            return at + len(name)
    return 0


def _goes_on(text: str, at: int) -> bool:
    return at < len(text) and text[at] in _GOES_ON


def _bare(text: str, start: int, ends: int, stop: int, path: str | None) -> Iterator[Live]:
    """Addresses without a scheme: of a run in several scripts, only names of Latin letters."""
    names = list(_LATIN_NAME.finditer(text, start, ends))
    found = []
    for name in names:
        top = _top(text, text.rfind(".", name.start(), name.end()) + 1, name.end())
        if top:
            found.append((name.start(), top))
    for number, (begins, top) in enumerate(found):
        last = number == len(found) - 1
        end = stop if last and top == ends and (path or stop > ends) else top
        yield Live(begins, end, "link", text[begins:end])


def _short(text: str, start: int, stop: int) -> int:
    """X's own short addresses take no more path; 0 if one is too long to be one."""
    if not text.startswith(("://t.co/", "s://t.co/"), start + 4):
        return stop
    if found := _SHORT.match(text[start:stop]):
        return 0 if len(found.group(1)) > LONGEST_SHORT else start + found.end()
    return stop


@lru_cache(maxsize=4096)
def _host_length(host: str) -> int:
    """How long a host is as it is asked for; -1 if it cannot be asked for."""
    if host.isascii():
        return len(host) if all(0 < len(label) <= 63 for label in host.split(".")) else -1
    try:
        return len(host.encode("idna"))
    except UnicodeError:
        return -1


def _fits(host: str, length: int) -> bool:
    encoded = _host_length(host)
    return encoded >= 0 and length - len(host) + encoded <= LONGEST
