"""Entries of a list that are one channel twice, or two channels for one purpose.

Pages of one body in several languages are siblings, no duplicates: what differs in language, platform or
unit is never put together for its purpose or its handle.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tabard.kernel import text
from tabard.register.platforms import named
from tabard.register.rules import Resolved, Unresolved, resolve

SAME_CHANNEL = "the same channel, written {n} times"
SPELT_APART = "the same channel in different spellings"
SAME_PURPOSE = "the same purpose for the same unit, platform and language"
NEARLY_ONE = "handles that differ only in marks, of the same unit, platform and language"


@dataclass(frozen=True)
class Entry:
    """A row as far as it says which channel it is and what for. `key` is what the list calls it."""

    key: str
    platform: str
    identity: str
    handle: str
    url: str
    unit: str
    language: str
    purpose: str


@dataclass(frozen=True)
class Group:
    """Entries that are probably one, at least two, in the order of the list."""

    entries: tuple[Entry, ...]
    reasons: tuple[str, ...]


def entry(row: Mapping[str, str], number: int) -> Entry:
    """A row with the columns id, platform, url, unit, language, purpose, the last three optional."""
    said = {name.strip().casefold(): (value or "").strip() for name, value in row.items() if name}
    link = said.get("url") or said.get("handle", "")
    meant = _meant(link, said.get("platform", ""))
    known = named(said.get("platform", ""))
    return Entry(
        key=said.get("id") or str(number),
        platform=meant.platform if meant else known.slug if known else said.get("platform", "").casefold(),
        identity=meant.canonical if meant else _bare(link),
        handle=meant.handle if meant else "",
        url=link,
        unit=text.folded(said.get("unit", "")),
        language=text.folded(said.get("language", "")),
        purpose=text.words(text.folded(said.get("purpose", ""))),
    )


def _meant(link: str, platform: str) -> Resolved | None:
    """What the link means, also where the list names another platform beside it."""
    for said in (platform, ""):
        try:
            return resolve(link, said)
        except Unresolved:
            continue
    return None


def _bare(link: str) -> str:
    """An address that leads to no profile we know, without what does not tell two apart."""
    return re.sub(r"^[a-z]+:/*(?:www\.)?|[?#].*$|/+$", "", link.casefold())


def groups(entries: Sequence[Entry]) -> list[Group]:
    """All duplicates, each entry in one group at most."""
    found = _Groups(entries)
    found.join(lambda e: (e.platform, e.identity), lambda e: bool(e.identity), _one_channel)
    found.join(
        lambda e: (e.unit, e.platform, e.language, e.purpose, place_in(e.handle, e.language)),
        lambda e: bool(e.purpose and e.unit),
        lambda _: SAME_PURPOSE,
    )
    found.join(
        lambda e: (e.unit, e.platform, e.language, _without_marks(e.handle)),
        lambda e: bool(e.handle and e.unit),
        lambda _: NEARLY_ONE,
    )
    return found.all()


def _one_channel(entries: list[Entry]) -> str:
    spellings = {e.url for e in entries}
    return SPELT_APART if len(spellings) > 1 else SAME_CHANNEL.format(n=len(entries))


# Countries and languages as handles name them: acme_uk and acme_us serve two places.
_PLACES = """
ae af al am ar at au az ba bd be bg br by ca ch cl cn co cr cs cy cz da de dk do dz ec ee eg el en eng es
et eu fa fi fr fra gb ge gr gt he hi hk hn hr hu id ie il in iq ir is it ja jo jp ke kh ko kr kw kz lb lk
lt lu lv ma md me mk mm mt mx my mz na ng ni nl no np nz om pa pe ph pk pl pr pt py qa ro rs ru sa se sg
si sk sn sq sr sv sw th tn tr tw tz ua ug uk ur us usa uy uz ve vi vn ye za zh zw africa asia europe latam
apac emea mena english french espanol francais deutsch
"""
PLACES = frozenset(_PLACES.split())


def place_in(handle: str, language: str) -> str:
    """The country that a handle ends or begins with, where marks or capitals set it apart; or a language
    other than the one in which the channel is said to be.
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", handle.rpartition("/")[2])
    ends = (parts[-1].casefold(), parts[0].casefold()) if len(parts) > 1 else ()
    return next((end for end in ends if end in PLACES and end != language[:2]), "")


def _without_marks(handle: str) -> str:
    return "".join(c for c in handle.casefold() if c.isalnum())


class _Groups:
    """Puts entries together that share a key, and groups that share an entry."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.group = list(range(len(entries)))
        self.reasons: dict[int, list[str]] = defaultdict(list)

    def join(
        self,
        key: Callable[[Entry], object],
        wanted: Callable[[Entry], bool],
        reason: Callable[[list[Entry]], str],
    ) -> None:
        by_key: dict[object, list[int]] = defaultdict(list)
        for place, each in enumerate(self.entries):
            if wanted(each):
                by_key[key(each)].append(place)
        for places in by_key.values():
            # What an earlier reason has made one need not be told again.
            if len({self._of(place) for place in places}) > 1:
                self._together(places, reason([self.entries[place] for place in places]))

    def _of(self, place: int) -> int:
        while self.group[place] != place:
            place = self.group[place]
        return place

    def _together(self, places: Iterable[int], reason: str) -> None:
        tops = sorted({self._of(place) for place in places})
        for top in tops:
            self.group[top] = tops[0]
            if top != tops[0]:
                self.reasons[tops[0]] += self.reasons.pop(top, [])
        if reason not in self.reasons[tops[0]]:
            self.reasons[tops[0]].append(reason)

    def all(self) -> list[Group]:
        members: dict[int, list[Entry]] = defaultdict(list)
        for place, each in enumerate(self.entries):
            members[self._of(place)].append(each)
        return [
            Group(tuple(there), tuple(self.reasons[top])) for top, there in members.items() if len(there) > 1
        ]
