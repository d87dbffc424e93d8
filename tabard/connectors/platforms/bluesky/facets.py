"""Finds what is live in a text: links, mentions and tags, by UTF-8 byte offsets.

Follows what Bluesky's own app finds (its rules of November 2026), so that a post looks the same from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from tabard.connectors.card import CountedIn
from tabard.connectors.text import count
from tabard.connectors.text.domains import is_domain
from tabard.connectors.text.live import AT, DOLLAR, NUMBER, Live, signed

TAG_MAX = 64
_HIDDEN = r"\u00AD\u2060\u200A\u200B\u200C\u200D\u20e2"  # letters nobody sees end a tag

_MENTION = regex.compile(r"(?:^|(?<=[\s(]))@([a-zA-Z0-9.-]+)(?a:\b)")
_LINK = regex.compile(
    r"(?im)(?:^|(?<=[\s(]))(?:https?://\S+|(?P<domain>[a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*)",
)
_IN_LINKS = re.compile(r"\.|://")
_WORD = regex.compile(r"(?i)(?:^|(?<=[\s(]))[a-z][a-z0-9]*$")
_TAG = regex.compile(
    rf"(?:^|(?<=\s))[#＃]((?!\ufe0f)[^\s{_HIDDEN}]*[^\d\s\p{{P}}{_HIDDEN}]+[^\s{_HIDDEN}]*)",
)
_TICKER = regex.compile(r"(?:^|(?<=[\s(]))\$([A-Za-z][A-Za-z0-9]{0,4})(?=\s|$|[.,;:!?)\"'\u2019])")
_CLOSING = regex.compile(r"\p{P}+$")


@dataclass(frozen=True)
class Piece:
    """A live part of a text. `kind`: mention, link or tag; `target`: a handle, an address or a tag."""

    start: int
    end: int
    kind: str
    target: str


def pieces(text: str) -> list[Piece]:
    """All live parts of `text`, in order, never overlapping."""
    found = sorted(
        [*_mentions(text), *_links(text), *_tags(text), *_tickers(text)],
        key=lambda piece: (piece.start, -piece.end),
    )
    kept: list[Piece] = []
    for piece in found:
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _mentions(text: str) -> Iterator[Piece]:
    for match in signed(AT, _MENTION, text):
        handle = match.group(1)
        if is_domain(handle) or handle.endswith(".test"):
            yield Piece(match.start(), match.end(), "mention", handle)


def _links(text: str) -> Iterator[Piece]:
    for match in _may_be_links(text):
        address, domain = match.group(), match.group("domain")
        if domain and not is_domain(domain):
            continue
        if address[-1] in ".,;:!?":
            address = address[:-1]
        if address[-1] == ")" and "(" not in address:
            address = address[:-1]
        uri = f"https://{address}" if domain else address
        yield Piece(match.start(), match.start() + len(address), "link", uri)


def _may_be_links(text: str) -> Iterator[regex.Match[str]]:
    """What has a dot or the sign of a scheme, and a word right before the first of them."""
    end = 0
    for sign in _IN_LINKS.finditer(text):
        if sign.start() < end:
            continue
        word = _WORD.search(text, max(end, text.rfind(" ", end, sign.start())), sign.start())
        end = sign.end()
        if word and (match := _LINK.match(text, word.start())):
            end = match.end()
            yield match


def _tags(text: str) -> Iterator[Piece]:
    for match in signed(NUMBER, _TAG, text):
        tag = _CLOSING.sub("", match.group(1))
        if tag and count(tag, CountedIn.GRAPHEMES) <= TAG_MAX:
            yield Piece(match.start(), match.start() + 1 + len(tag), "tag", tag)


def _tickers(text: str) -> Iterator[Piece]:
    for match in signed(DOLLAR, _TICKER, text):
        yield Piece(match.start(), match.end(), "tag", f"${match.group(1).upper()}")


def live(text: str) -> list[Live]:
    """The same as every platform says it: tags with their kind, and without their sign."""
    return [
        Live(p.start, p.end, "cashtag", p.target[1:])
        if p.kind == "tag" and p.target.startswith("$")
        else Live(p.start, p.end, "hashtag" if p.kind == "tag" else p.kind, p.target)
        for p in pieces(text)
    ]


def handles(text: str) -> list[str]:
    """The handles mentioned in `text`, each once."""
    return list(dict.fromkeys(piece.target.lower() for piece in pieces(text) if piece.kind == "mention"))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of `text`. `dids`: whose handle is whose; a mention that is not among them stays plain."""
    return [
        {
            "$type": "app.bsky.richtext.facet",
            "index": {"byteStart": _bytes(text, piece.start), "byteEnd": _bytes(text, piece.end)},
            "features": [feature],
        }
        for piece in pieces(text)
        if (feature := _feature(piece, dids))
    ]


def _bytes(text: str, index: int) -> int:
    return len(text[:index].encode("utf-8", "surrogatepass"))


def _feature(piece: Piece, dids: Mapping[str, str]) -> dict[str, str] | None:
    kind = f"app.bsky.richtext.facet#{piece.kind}"
    if piece.kind == "mention":
        did = dids.get(piece.target.lower())
        return {"$type": kind, "did": did} if did else None
    return {"$type": kind, "uri" if piece.kind == "link" else "tag": piece.target}
