"""Turns a post's HTML back into the text that was sent, and tells whether two texts are the same post."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

import regex

_FAR_MENTION = regex.compile(r"(?i)(@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\p{L}\p{N}.-]+[\p{L}\p{N}]")
_MARKS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "p" and self.parts:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """The text of a post: paragraphs and breaks as new lines, no tags, no entities."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts).strip()


def same(sent: str, html: str) -> bool:
    """Whether a post's HTML can be what was sent.

    Servers drop the domain of far mentions, read Markdown, and join spaces, so only letters and digits are
    compared; where there are none (emoji), all that is not space.
    """
    ours, theirs = _bare(sent), _bare(plain(html))
    letters, found = _MARKS.sub("", ours), _MARKS.sub("", theirs)
    return letters == found if letters else "".join(ours.split()) == "".join(theirs.split())


def _bare(text: str) -> str:
    return _FAR_MENTION.sub(r"\1", unicodedata.normalize("NFC", text)).casefold()
