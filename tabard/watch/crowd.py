"""Finds, among thousands of official names that share a part with a candidate, those it can be most like.

Where all of ours are called alike (town_1, town_2 ...) the index keeps none of them apart. Here each gets the
most that its likeness can come to, from tables and by distances in C++, and only the best are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tabard.watch.folding import skeleton
from tabard.watch.likeness import SHORT, SLIPS, TWO_SLIPS, in_office, owned
from tabard.watch.names import LONG, Form, other_readings

NEAR = 0.03  # whoever can come to so much less than the best is not it, nor as likely
Bounds = dict[int, float]
Table = dict[str, list[int]]


class Crowd:
    """Tables of the official names. Positions are those of `forms`, as in the index."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._targets: Table = defaultdict(list)
        self._skeletons: Table = defaultdict(list)
        self._cores: Table = defaultdict(list)
        self._officers: list[int] = []
        self._numbers: list[frozenset[str]] = []
        for place, form in enumerate(forms):
            for target in dict.fromkeys(form.targets()):
                self._targets[target].append(place)
            self._skeletons[skeleton(form.said).casefold()].append(place)
            self._cores[owned(form)].append(place)
            self._numbers.append(numbers(form))
            if in_office(form):
                self._officers.append(place)
        self._by_length, self._cores_by_length = _by_length(self._targets), _by_length(self._cores)
        self._all = range(len(forms))

    def likeness(self, mine: Form, among: Container[int]) -> Bounds:
        """The most that `look_alike` can say of it and any official name of `among`; none where nothing."""
        found: Bounds = {}
        for text, how in mine.readings():
            self._found(text, how, among, found)
        for slips in range(1, SLIPS + 1):
            for text, how in mine.readings():
                self._slips(text, how, slips, among, found)
        _put(found, self._skeletons.get(skeleton(mine.said).casefold(), ()), 0.97, among)
        return found

    def _found(self, text: str, how: str, among: Container[int], found: Bounds) -> None:
        """What is there as it is, or as its signs may be read; what begins or ends it."""
        part = 0.86 if len(text) >= LONG else 0.55
        _put(found, self._targets.get(text, ()), {"whole": 1.0, "words": 0.96}.get(how, part), among)
        if how == "word":
            return
        for read, _way in other_readings(text):
            _put(found, self._targets.get(read, ()), 0.86 if how == "part" else 0.95, among)
        if how != "part":
            for size in range(LONG, len(text)):
                for end in (text[:size], text[-size:]):
                    _put(found, self._targets.get(end, ()), 0.25 + 0.6 * size / len(text), among)

    def _slips(self, text: str, how: str, slips: int, among: Container[int], found: Bounds) -> None:
        """Names that differ by so many letters; not looked for where they could not be the best."""
        less = 0.06 if how == "part" else 0.0
        most = 0.98 - 1.4 * slips / (len(text) + slips) - less
        if how == "word" or len(text) + slips <= SHORT or max(found.values(), default=0.0) - NEAR > most:
            return
        for target in _differing(text, slips, self._by_length):
            length = max(len(text), len(target))
            if length > (SHORT if slips == 1 else TWO_SLIPS):
                _put(found, self._targets[target], 0.98 - 1.4 * slips / length - less, among)

    def kinship(self, mine: Form, among: Container[int]) -> Bounds:
        """The most that `kinship` can say of it and each official name of `among`."""
        found: Bounds = {}
        theirs = self._cores.get(mine.core, ())
        counted = numbers(mine)
        others = [n for n in theirs if counted and self._numbers[n] and self._numbers[n] != counted]
        _put(found, others, 0.7, among)
        _put(found, set(theirs).difference(others), 1.0, among)
        _put(found, self._targets.get(mine.plain, ()), 1.0, among)
        for slips in range(1, SLIPS + 1):
            for core in _differing(mine.core, slips, self._cores_by_length):
                length = max(len(core), len(mine.core))
                _put(found, self._cores[core], 0.96 - 0.5 * slips / length, among)
        _put(found, self._all if in_office(mine) else self._officers, 0.9, among)
        return found


def numbers(form: Form) -> frozenset[str]:
    return frozenset(part for part in form.parts if part.isdigit())


def _put(found: Bounds, places: Iterable[int], value: float, among: Container[int]) -> None:
    for place in places:
        if value > found.get(place, 0.0) and place in among:
            found[place] = value


def _by_length(table: Table) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for text in table:
        found[len(text)].append(text)
    return found


def _differing(text: str, slips: int, table: dict[int, list[str]]) -> list[str]:
    """Those that differ from `text` by just so many letters."""
    found = []
    for length in range(len(text) - slips, len(text) + slips + 1):
        if near := table.get(length):
            each = process.extract(text, near, scorer=OSA.distance, score_cutoff=slips, limit=None)
            found += [other for other, distance, _place in each if distance == slips]
    return found
