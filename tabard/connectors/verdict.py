"""Is this text fit for that placement? Said with where, why and a mend; asks no database and no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tabard.connectors.card import TextRule
from tabard.connectors.errors import Refused
from tabard.connectors.findings import ERROR, WARNING, Finding
from tabard.connectors.text.live import Live
from tabard.connectors.text.place import TextPlace
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
    # Most texts are fit: what is costly is asked only of those that may not be.
    found = list(_found(text, place, live, length)) if _doubtful(text, place, live, length) else []
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


def _doubtful(text: str, place: TextPlace, live: list[Live], length: int) -> bool:
    return (
        place.limit is None
        or length > place.limit
        or (place.bytes_limit is not None and 4 * len(text) > place.bytes_limit)
        or not (text or place.blank)
        or (bool(live) and bool(place.most))
        or any(letter in text for letter in place.refused)
        or not _is_whole(text)
    )


def _found(text: str, place: TextPlace, live: list[Live], length: int) -> Iterator[Found]:
    if not text and not place.blank:
        yield Found(Finding("empty", _("There is no text.")), 0, 0)
    yield from _long(text, place, live, length)
    yield from _refused(text, place)
    yield from _many(place, live)


def _long(text: str, place: TextPlace, live: list[Live], length: int) -> Iterator[Found]:
    if place.limit is None:
        says = _("How long a text may be here is not known.")
        yield Found(Finding("limit_unknown", says, level=WARNING), 0, len(text))
    elif place.limit == 0 and text:
        finding = Finding("not_shown", _("No text is shown here."), limit=0, counted=length)
        yield Found(finding, 0, len(text), Mend(0, len(text)))
    elif length > place.limit:
        at = _fits_up_to(text, live, lambda part, within: place.count(part, within) <= (place.limit or 0))
        says = _("The text is too long: %(counted)s of %(limit)s.")
        values = {"counted": length, "limit": place.limit}
        finding = Finding("too_long", says, values, limit=place.limit, counted=length, over_from=at)
        yield Found(finding, at, len(text), Mend(at, len(text)))
    size = len(text.encode("utf-8", "surrogatepass")) if place.bytes_limit else 0
    if place.bytes_limit and size > place.bytes_limit:
        most = place.bytes_limit
        at = _fits_up_to(text, live, lambda part, _w: len(part.encode("utf-8", "surrogatepass")) <= most)
        says = _("The text is too long: %(counted)s of %(limit)s bytes.")
        values = {"counted": size, "limit": most}
        finding = Finding("too_many_bytes", says, values, limit=most, counted=size, over_from=at)
        yield Found(finding, at, len(text), Mend(at, len(text)))


def _fits_up_to(text: str, live: list[Live], fits: Callable[[str, list[Live]], bool]) -> int:
    """The longest beginning that fits, never cutting through something live."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle], [each for each in live if each.end <= middle]):
            low = middle
        else:
            high = middle - 1
    return next((each.start for each in live if each.start < low < each.end), low)


def _refused(text: str, place: TextPlace | TextRule) -> Iterator[Found]:
    for at, letter in enumerate(text):
        if letter in place.refused:
            shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
            finding = Finding("refused", _("This letter is not taken here: %(letter)s"), {"letter": shown})
        elif "\ud800" <= letter <= "\udfff":
            finding = Finding("broken", _("Half of a character stands here without its other half."))
        else:
            continue
        yield Found(finding, at, at + 1, Mend(at, at + 1))


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _many(place: TextPlace | TextRule, live: list[Live]) -> Iterator[Found]:
    told: set[str] = set()
    for kind, most, firm in sorted(place.most, key=lambda rule: not rule[2]):
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
