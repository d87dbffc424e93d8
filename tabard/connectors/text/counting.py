"""Counts a text the way the platforms count it, and says where it goes over.

Positions are indexes into the text as Python sees it (code points).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from tabard.connectors.card import CountedIn, TextLimit, TextRule
from tabard.connectors.text.fediverse import addresses, mentions
from tabard.connectors.text.little import MENTION, mention, reserved
from tabard.connectors.text.x import LINK, emoji, weight
from tabard.connectors.text.x_links import links

_CLUSTER = regex.compile(r"\X")
# What joins starts here: letters outside this set stand alone, and most texts have no other.
_JOINING = (
    "[^\x00-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ff\u0620-\u064a\u0660-\u066f\u0671-\u06d5"
    "\u1e00-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\ua66e"
    "\uac00-\ud7a3\uf900-\ufaff\uff01-\uff9d\U0001f200-\U0001f3fa\U0001f400-\U0001f9ff]"
)
# Letters that may join; whether they do depends on them and on one letter on either side.
_RUN = re.compile(rf"(?s){_JOINING}+(?:.{_JOINING}+)*")
_LINKER = regex.compile(r"\p{InCB=Linker}")
# `\X` joins an Indic consonant to any linker before it; Unicode 17 (GB9c) wants a consonant before that.
_JOINED = regex.compile(
    r"[^\p{InCB=Consonant}]*\p{InCB=Linker}[\p{InCB=Extend}\p{InCB=Linker}]*(?=\p{InCB=Consonant})"
)


def clusters(text: str) -> list[str]:
    """`text` cut into what a reader sees as single characters (grapheme clusters, Unicode 17)."""
    found: list[str] = _CLUSTER.findall(text)
    if not _LINKER.search(text):
        return found
    return [part for cluster in found for part in _parts(cluster)]


def _parts(cluster: str) -> Iterator[str]:
    if (joined := _JOINED.match(cluster)) and joined.end() < len(cluster):
        yield cluster[: joined.end()]
        cluster = cluster[joined.end() :]
    yield cluster


def count(text: str, unit: CountedIn) -> int:
    """How long `text` is in `unit`."""
    if unit is CountedIn.BYTES:
        return len(text.encode("utf-8", "surrogatepass"))
    if unit is CountedIn.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if unit is CountedIn.WEIGHTED:
        return weight(text)
    if unit is CountedIn.EMOJI_BYTES:
        return len(text) + sum(len(each.encode()) - len(each) for each in emoji(text))
    if unit is CountedIn.LITTLE_TEXT:
        return len(text) + reserved(text)
    if unit is CountedIn.GRAPHEMES:
        return _graphemes(text)
    return len(text)


def _graphemes(text: str) -> int:
    if text.isascii() and "\r" not in text:
        return len(text)
    total = len(text)
    for run in _RUN.finditer(text):
        part = text[max(run.start() - 1, 0) : run.end() + 1]
        total += len(clusters(part)) - len(part)
    return total


@dataclass(frozen=True)
class Span:
    """A part of a text that counts as `counted` instead of as itself."""

    start: int
    end: int
    counted: str


def spans(text: str, rule: TextRule) -> list[Span]:
    """The parts of `text` that this rule counts differently, in order, never overlapping."""
    found = []
    if rule.url_counts is not None:
        found = [Span(start, end, "x" * rule.url_counts) for start, end in addresses(text)]
    if any(limit.unit is CountedIn.WEIGHTED for limit in rule.limits):
        found = [Span(each.start, each.end, "x" * LINK) for each in links(text) if each.kind == "link"]
    if any(limit.unit is CountedIn.LITTLE_TEXT for limit in rule.limits):
        found = [Span(m.start(), m.end(), "x" * len(mention(m))) for m in MENTION.finditer(text)]
    if rule.mention_domain_free:
        taken = [(span.start, span.end) for span in found]
        for each in mentions(text):
            if not any(start < each.end and each.start < end for start, end in taken):
                found.append(Span(each.start, each.end, "@" + each.target.partition("@")[0]))
    return sorted(found, key=lambda span: span.start)


@dataclass(frozen=True)
class Counted:
    """What one limit makes of a text. `over_from`: where the first character too many begins, or None."""

    limit: int
    counted: int
    unit: CountedIn
    over_from: int | None

    @property
    def left(self) -> int:
        """How much more fits; negative if it is too long."""
        return self.limit - self.counted


def measure(text: str, rule: TextRule, before: str = "") -> list[Counted]:
    """`text` counted for every limit of `rule`. `before` counts as well (a content warning)."""
    changed = spans(text, rule)
    return [_measure(text, limit, changed, count(before, limit.unit)) for limit in rule.limits]


def counted(text: str, limit: TextLimit, changed: list[Span]) -> int:
    """`text` counted in the unit of `limit`, with its changed parts."""
    total, at = 0, 0
    for span in changed:
        total += count(text[at : span.start], limit.unit) + count(span.counted, limit.unit)
        at = span.end
    return total + count(text[at:], limit.unit)


def _measure(text: str, limit: TextLimit, changed: list[Span], spent: int) -> Counted:
    total = spent + counted(text, limit, changed)
    over = _over_from(text, limit, changed, spent) if total > limit.n else None
    return Counted(limit.n, total, limit.unit, over)


def _over_from(text: str, limit: TextLimit, changed: list[Span], spent: int) -> int:
    """The start of the first piece with which `text` no longer fits."""
    total = spent
    for start, counted in _pieces(text, changed):
        total += count(counted, limit.unit)
        if total > limit.n:
            return start
    return len(text)


def _pieces(text: str, changed: list[Span]) -> Iterator[tuple[int, str]]:
    at = 0
    for span in [*changed, Span(len(text), len(text), "")]:
        for cluster in clusters(text[at : span.start]):
            yield at, cluster
            at += len(cluster)
        yield span.start, span.counted
        at = span.end


def with_link(text: str, link: str) -> str:
    """`text` with `link` at its end, unless it is in there already."""
    if not link or link in text:
        return text
    return f"{text}\n\n{link}" if text else link
