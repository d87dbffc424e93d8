"""The page on which everybody can read a public channel (t.me/s/name), read for one of our own posts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree, html

from tabard.connectors.outcome import date_of

_POST = "//*[@data-post]"
_FILE = ".//*[{}]".format(
    " or ".join(
        f"contains(concat(' ', @class, ' '), ' tgme_widget_message_{name} ')"
        for name in ("photo_wrap", "video_player", "video_wrap", "grouped_wrap")
    )
)
# Each file of an album is a link to its own message.
_SINGLE = re.compile(r"/([A-Za-z0-9_]+)/(\d+)\?single")


@dataclass(frozen=True)
class Seen:
    """One post as the page shows it; an album has the ids of all its messages."""

    ids: list[int]
    text: str
    at: datetime
    files: int


def seen(page: bytes) -> list[Seen]:
    """The posts of a page, the newest first; nothing where it is no such page."""
    try:
        tree = html.document_fromstring(page[:4_000_000], parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return []
    found = [post for each in tree.xpath(_POST) if (post := _read(each)) is not None]
    return found[::-1]


def _read(post: Any) -> Seen | None:
    name, _slash, number = post.get("data-post").partition("/")
    times = [at for each in post.xpath(".//time/@datetime") if (at := date_of(each))]
    if not number.isascii() or not number.isdigit() or not times:
        return None
    links = (_SINGLE.search(link) for link in post.xpath(".//a/@href"))
    parts = {int(found[2]) for found in links if found and found[1] == name}
    texts = [each for each in post.xpath(".//*[contains(@class, 'js-message_text')]") if not _quoted(each)]
    files = len(parts) or _count(post)
    return Seen(sorted(parts) or [int(number)], _plain(texts[0]) if texts else "", times[-1], files)


def _quoted(element: Any) -> bool:
    """Whether it is the text of what the post answers."""
    return any("message_reply" in (each.get("class") or "") for each in element.iterancestors())


def _count(post: Any) -> int:
    return 1 if post.xpath(_FILE) else 0


def _plain(element: Any) -> str:
    """The text of an element with its line breaks."""
    for line in element.xpath(".//br"):
        line.tail = "\n" + (line.tail or "")
    return str(element.text_content())


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for white space at the ends of lines, which is not shown."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.strip().splitlines()]
