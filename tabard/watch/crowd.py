"""Finds, among thousands of official names that share a part with a candidate, those it can be most like.

Where all of ours are called alike (town_1, town_2 ...) the index keeps none of them apart. Here they are put
into layers by the most that their likeness can come to, from tables and by distances in C++, without going
through them one by one; only the best are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AnySet

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tabard.watch.folding import skeleton
from tabard.watch.likeness import SHORT, SLIPS, TWO_SLIPS, in_office, owned
from tabard.watch.names import LONG, Form, other_readings

NEAR = 0.03  # whoever can come to so much less than the best is not it, nor as likely
Numbers = AnySet[int]
Layer = tuple[float, Numbers]
Table = dict[str, frozenset[int]]
NOBODY: frozenset[int] = frozenset()


class Crowd:
    """Tables of the official names. Positions are those of `forms`, as in the index; `shown` are those of
    names that are no handles, which tell nothing of kinship.
    """

    def __init__(self, forms: Sequence[Form], shown: AnySet[int] = NOBODY) -> None:
        targets: dict[str, list[int]] = defaultdict(list)
        skeletons: dict[str, list[int]] = defaultdict(list)
        cores: dict[str, list[int]] = defaultdict(list)
        counted: dict[str, dict[frozenset[str], list[int]]] = defaultdict(lambda: defaultdict(list))
        for place, form in enumerate(forms):
            for target in dict.fromkeys(form.targets()):
                targets[target].append(place)
            skeletons[skeleton(form.said).casefold()].append(place)
            if place not in shown:
                cores[owned(form)].append(place)
                counted[owned(form)][numbers(form)].append(place)
        self._targets, self._skeletons, self._cores = _frozen(targets), _frozen(skeletons), _frozen(cores)
        self._counted = {
            core: {signs: frozenset(places) for signs, places in there.items()}
            for core, there in counted.items()
        }
        self._by_length, self._cores_by_length = _by_length(self._targets), _by_length(self._cores)
        self._handles = frozenset(range(len(forms))) - shown
        self._officers = frozenset(n for n in self._handles if in_office(forms[n]))

    def likeness(self, mine: Form, among: Numbers, *, whole: bool) -> list[Layer]:
        """The most that `look_alike` can say of it and any official name of `among`.

        Without `whole`, names that are too little like it to be the best are left out.
        """
        found = Layers(among)
        for text, how in mine.readings():
            self._found(text, how, found)
        for slips in range(1, SLIPS + 1):
            for text, how in mine.readings():
                self._slips(text, how, slips, found, whole=whole)
        found.put(self._skeletons.get(skeleton(mine.said).casefold(), NOBODY), 0.97)
        return found.all

    def _found(self, text: str, how: str, found: Layers) -> None:
        """What is there as it is, or as its signs may be read; what begins or ends it."""
        part = 0.86 if len(text) >= LONG else 0.55
        found.put(self._targets.get(text, NOBODY), {"whole": 1.0, "words": 0.96}.get(how, part))
        if how == "word":
            return
        for read, _way in other_readings(text):
            found.put(self._targets.get(read, NOBODY), 0.86 if how == "part" else 0.95)
        if how != "part":
            for size in range(LONG, len(text)):
                for end in (text[:size], text[-size:]):
                    found.put(self._targets.get(end, NOBODY), 0.25 + 0.6 * size / len(text))

    def _slips(self, text: str, how: str, slips: int, found: Layers, *, whole: bool) -> None:
        """Names that differ by so many letters; not looked for where they could not be the best."""
        less = 0.06 if how == "part" else 0.0
        most = 0.98 - 1.4 * slips / (len(text) + slips) - less
        if how == "word" or len(text) + slips <= SHORT or (not whole and found.most - NEAR > most):
            return
        for target in _differing(text, slips, self._by_length):
            length = max(len(text), len(target))
            if length > (SHORT if slips == 1 else TWO_SLIPS):
                found.put(self._targets[target], 0.98 - 1.4 * slips / length - less)

    def kinship(self, mine: Form, among: Numbers) -> list[Layer]:
        """The most that `kinship` can say of it and each official handle of `among`."""
        found = Layers(among)
        found.put(self._targets.get(mine.plain, NOBODY) & self._handles, 1.0)
        self._same_core(mine, found)
        for slips in range(1, SLIPS + 1):
            for core in _differing(mine.core, slips, self._cores_by_length):
                length = max(len(core), len(mine.core))
                found.put(self._cores[core], 0.96 - 0.5 * slips / length)
        found.put(self._handles if in_office(mine) else self._officers, 0.9)
        return found.all

    def _same_core(self, mine: Form, found: Layers) -> None:
        """Those of the same core; two that have numbers, and not the same ones, are further apart."""
        theirs, signs = self._cores.get(mine.core, NOBODY), numbers(mine)
        most = 0.97 if len(mine.core) >= SHORT else 0.8
        if not theirs or not signs:
            found.put(theirs, most)
            return
        there = self._counted[mine.core]
        near = there.get(signs, NOBODY) | there.get(frozenset(), NOBODY)
        found.put(near, most)
        found.put(theirs - near, 0.7)


class Layers:
    """Positions of `among` by what they can come to at most. `most`: the most that any of them can."""

    def __init__(self, among: Numbers) -> None:
        self.all: list[Layer] = []
        self.most = 0.0
        self._among = among

    def put(self, places: frozenset[int], value: float) -> None:
        """Those of `places` that are asked about can come to `value`."""
        if places and (there := places & self._among):
            self.all.append((value, there))
            self.most = max(self.most, value)


def numbers(form: Form) -> frozenset[str]:
    return frozenset(part for part in form.parts if part.isdigit())


def _frozen(table: dict[str, list[int]]) -> Table:
    return {key: frozenset(places) for key, places in table.items()}


def _by_length(table: Iterable[str]) -> dict[int, list[str]]:
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
