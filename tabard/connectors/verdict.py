"""Is this text fit for that placement? Said with where, why and a mend; asks no database and no network."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tabard.connectors.card import TextRule
from tabard.connectors.errors import Refused
from tabard.connectors.findings import ERROR, WARNING, Finding
from tabard.connectors.text.counting import clusters
from tabard.connectors.text.live import Live
from tabard.connectors.text.place import Count, TextPlace
from tabard.connectors.text.ways import octets
from tabard.connectors.words import _

KINDS = {
    "hashtag": _("hashtags"),
    "mention": _("mentions"),
    "link": _("links"),
    "unique link": _("different links"),
}


@dataclass(frozen=True)
class Mend:
    """Put `text` in the place of what stands from `start` to before `end`."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True)
class Found:
    """A finding with where it is, and what would mend it if one press can."""

    finding: Finding
    start: int
    end: int
    mend: Mend | None = None


@dataclass(frozen=True)
class Verdict:
    """What a platform makes of a text. `length` and `limit` in the platform's own measure."""

    valid: bool
    length: int
    limit: int | None
    live: list[Live]
    found: list[Found]


def judge(text: str, place: TextPlace) -> Verdict:
    """What `place` makes of `text`."""
    live = place.find(text)
    length = place.count(text, live)
    found = [
        *_empty(text, place),
        *_long(text, place, live, length),
        *_refused(text, place),
        *_many(place, live),
    ]
    valid = not any(each.finding.level == ERROR for each in found)
    return Verdict(valid, length, place.limit, live, found)


def refuse_unfit(text: str, place: TextPlace) -> None:
    """Raise Refused for the first thing for which `place` would not take `text`."""
    for found in judge(text, place).found:
        if found.finding.level == ERROR:
            raise Refused(found.finding.says, code=found.finding.code, **found.finding.values)


def unfit(text: str, rule: TextRule) -> Iterator[Finding]:
    """What a placement does not take of a text, apart from its length; each thing once."""
    if any(letter in text for letter in rule.refused):
        yield from {str(found.finding): found.finding for found in _refused(text, rule)}.values()
    if rule.find and rule.most:
        yield from (found.finding for found in _many(rule, rule.find(text)))


def _empty(text: str, place: TextPlace) -> Iterator[Found]:
    if not text and not place.blank:
        yield Found(Finding("empty", _("There is no text.")), 0, 0)


def _long(text: str, place: TextPlace, live: list[Live], length: int) -> Iterator[Found]:
    if place.limit is None:
        says = _("How long a text may be here is not known.")
        yield Found(Finding("limit_unknown", says, level=WARNING), 0, len(text))
    elif place.limit == 0 and text:
        finding = Finding("not_shown", _("No text is shown here."), limit=0, counted=length)
        yield Found(finding, 0, len(text), Mend(0, len(text)))
    elif length > place.limit:
        at = _fits_up_to(text, live, place.limit, place.count)
        says = _("The text is too long: %(counted)s of %(limit)s.")
        values = {"counted": length, "limit": place.limit}
        finding = Finding("too_long", says, values, limit=place.limit, counted=length, over_from=at)
        yield Found(finding, at, len(text), Mend(at, len(text)))
    if (most := place.bytes_limit) is not None and (size := octets(text, live)) > most:
        at = _fits_up_to(text, live, most, octets)
        says = _("The text is too long: %(counted)s of %(limit)s bytes.")
        values = {"counted": size, "limit": most}
        finding = Finding("too_many_bytes", says, values, limit=most, counted=size, over_from=at)
        yield Found(finding, at, len(text), Mend(at, len(text)))


def _fits_up_to(text: str, live: list[Live], limit: int, count: Count) -> int:
    """The longest beginning that fits, never cutting through something live; `text` itself is too long."""
    low, high, fits, exceeds = 0, len(text), 0, count(text, live)
    for turn in itertools.count(1):
        if high - low < 2:
            break
        # Letters mostly weigh alike, so a proportion comes near at once; a half now and then bounds the rest.
        part = (high - low) * (limit - fits) // (exceeds - fits) if turn % 4 else (high - low) // 2
        middle = min(max(low + part, low + 1), high - 1)
        counted = count(text[:middle], [each for each in live if each.end <= middle])
        if counted <= limit:
            low, fits = middle, counted
        else:
            high, exceeds = middle, counted
    low = _between_characters(text, low)
    return next((each.start for each in live if each.start < low < each.end), low)


def _between_characters(text: str, at: int) -> int:
    """`at`, or where that which a reader sees as one character there begins."""
    start = max(at - 100, 0)
    return max(
        end
        for end in itertools.accumulate(map(len, clusters(text[start : at + 100])), initial=start)
        if end <= at
    )


@cache
def _wrong(refused: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(refused)}\ud800-\udfff]")


def _refused(text: str, place: TextPlace | TextRule) -> Iterator[Found]:
    for found in _wrong(place.refused).finditer(text):
        at, letter = found.start(), found.group()
        if letter in place.refused:
            shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
            finding = Finding("refused", _("This letter is not taken here: %(letter)s"), {"letter": shown})
        else:
            finding = Finding("broken", _("Half of a character stands here without its other half."))
        yield Found(finding, at, at + 1, Mend(at, at + 1))


def _many(place: TextPlace | TextRule, live: list[Live]) -> Iterator[Found]:
    told: set[str] = set()
    for kind, most, firm in sorted(place.most, key=lambda rule: not rule[2]) if live else ():
        there = [each for each in live if each.kind == kind.removeprefix("unique ")]
        if kind.startswith("unique "):
            there = list({each.target: each for each in reversed(there)}.values())[::-1]
        if len(there) <= most or kind in told:
            continue
        told.add(kind)
        says = _("There are %(n)s %(kind)s; at most %(most)s are taken here.")
        if not firm:
            says = _("There are %(n)s %(kind)s; more than %(most)s do nothing here, or harm.")
        values = {"n": len(there), "kind": KINDS[kind], "most": most}
        level = ERROR if firm else WARNING
        first = there[most]
        yield Found(
            Finding(f"too_many_{kind.split()[-1]}s", says, values, level=level), first.start, first.end
        )
