"""Turns a post's HTML back into the text that was sent, and tells whether two texts are the same post."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin

import regex

_FAR_MENTION = regex.compile(r"(?i)(@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\p{L}\p{N}.-]+[\p{L}\p{N}]")
_MARKS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_ADDRESS = regex.compile(r"(?i)\bhttps?://\S+")
_PUNYCODE = regex.compile(r"(?i)\bxn--[a-z0-9-]+")
_BARE_START = regex.compile(r"(?i)^(?:https?://)?(?:www\.)?")


class _Reader(HTMLParser):
    """`shown` is what one reads; `linked` has the whole address where a link shows a part of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.linked: list[str] = []
        self.away: str | None = None
        self.begun = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._add("\n")
        elif tag in {"p", "li", "blockquote"} and self.shown:
            self._add("\n\n" if tag == "p" else "\n")
        elif tag == "img" and "emoji" in given.get("class", ""):
            self._add(given.get("alt", ""))
        elif tag == "a" and not {"mention", "hashtag", "u-url"} & set(given.get("class", "").split()):
            self.away, self.begun = given.get("href", ""), len(self.shown)

    def handle_endtag(self, tag: str) -> None:
        if tag != "a" or self.away is None:
            return
        inner = "".join(self.shown[self.begun :])
        part = _BARE_START.sub("", inner).rstrip("…./ ")
        if part and _unescaped(part) in _unescaped(self.away):
            self.linked[self.begun :] = [self.away] + [""] * (len(self.linked) - self.begun - 1)
        self.away = None

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        self.shown.append(text)
        self.linked.append(text)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def plain(html: str) -> str:
    """The text of a post: paragraphs and breaks as new lines, no tags, no entities."""
    return "".join(_read(html).shown).strip()


def whole(address: Any, base: str) -> str:
    """An address of an answer as one that can be opened: servers may leave their own name out."""
    return urljoin(base, str(address)) if address else ""


def same(sent: str, html: str) -> bool:
    """Whether a post's HTML can be what was sent.

    Servers drop the domain of far mentions, read Markdown, cut addresses short and join spaces, so only
    letters and digits are compared; where there are none (emoji), all that is not space.
    """
    read = _read(html)
    return any(_equal(_bare(sent), _bare("".join(text))) for text in (read.shown, read.linked))


def alike(sent: str, html: str) -> bool:
    """Whether it can be what was sent, with addresses that the server has made others of."""
    ours = _ADDRESS.sub("", sent)
    theirs = _ADDRESS.sub("", "".join(_read(html).linked))
    return ours != sent and bool(_MARKS.sub("", ours)) and _equal(_bare(ours), _bare(theirs))


def _equal(ours: str, theirs: str) -> bool:
    letters, found = _MARKS.sub("", ours), _MARKS.sub("", theirs)
    return letters == found if letters else "".join(ours.split()) == "".join(theirs.split())


def _bare(text: str) -> str:
    return _FAR_MENTION.sub(r"\1", unicodedata.normalize("NFC", _unescaped(text))).casefold()


def _unescaped(text: str) -> str:
    """Addresses as people write them: some servers show `%D0%B1` and `xn--90ae` instead."""
    return unquote(_PUNYCODE.sub(_unpunycoded, text)).replace("\ufe0f", "")


def _unpunycoded(match: regex.Match[str]) -> str:
    try:
        return match[0].encode().decode("idna")
    except UnicodeError:
        return match[0]
