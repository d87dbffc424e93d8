"""Finds, among thousands of official names, the few that a candidate could be like, without comparing all.

Every official name is written into tables by what may be left of it in a look-alike: whole, without one
letter, its ends. A candidate is looked up by the same; a name that shares nothing is never compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AnySet
from itertools import chain

from tabard.watch.likeness import SHORT, in_office
from tabard.watch.names import LONG, Form, other_readings

MOST_ENDS = 40  # an ending that so many names share tells nothing
LONGEST = 40  # letters of a name that are looked at
BY_HALVES = 9  # letters up to which a name is looked up without each of its letters, then by its halves
MOST = 0.55  # of a longer name that must be the official one for them to be alike
MARK = "-"  # stands before the second half of a name; in none
LARGE = 64  # positions in one group, from which on they are asked for one by one
Group = tuple[int, ...]
Table = dict[str, Group]
Found = dict[str, set[int]]
Groups = dict[int, Group]  # by identity: names that are all alike share a few large groups


class Places:
    """Positions of names: all of them, or whether one is among them. `most`: how many there are, at most."""

    def __init__(self, groups: Groups, sets: dict[int, frozenset[int]]) -> None:
        self._small = [group for group in groups.values() if len(group) < LARGE]
        self._large = [
            sets.get(key) or sets.setdefault(key, frozenset(group))
            for key, group in groups.items()
            if len(group) >= LARGE
        ]
        self.most = sum(map(len, self._small)) + sum(map(len, self._large))

    def __contains__(self, place: object) -> bool:
        return any(place in group for group in (*self._large, *self._small))

    def __iter__(self) -> Iterator[int]:
        return iter(self.all)

    @property
    def all(self) -> AnySet[int]:
        """All of them at once."""
        if len(self._large) == 1 and self._large[0].issuperset(chain.from_iterable(self._small)):
            return self._large[0]
        return set[int]().union(*self._small, *self._large)


NOWHERE = Places({}, {})


class Index:
    """`places(form)` are the positions in `officials` of names worth comparing with it."""

    def __init__(self, officials: Sequence[Form]) -> None:
        whole: Found = defaultdict(set)
        slips: Found = defaultdict(set)
        halves: dict[int, Found] = defaultdict(lambda: defaultdict(set))
        people: Found = defaultdict(set)
        others: Found = defaultdict(set)
        for place, form in enumerate(officials):
            for target in {*form.targets(), form.core, form.plain}:
                whole[target].add(place)
                for key in _slips(target) if SHORT < len(target) <= BY_HALVES + 1 else ():
                    slips[key].add(place)
                if len(target) >= BY_HALVES:
                    half = (len(target) - 1) // 2
                    halves[len(target)][target[:half]].add(place)
                    halves[len(target)][MARK + target[-half:]].add(place)
            ends = people if in_office(form) else others
            for end in (form.core, *_ends(form.core)):
                ends[end].add(place)
        once: dict[Group, Group] = {}
        self._sets: dict[int, frozenset[int]] = {}
        self._whole, self._slips = _frozen(whole, once), _frozen(slips, once)
        self._halves = {length: _frozen(table, once) for length, table in halves.items()}
        self._people, self._others = _frozen(_rare(people), once), _frozen(_rare(others), once)
        # Most names share not even a few letters at an end with any of ours: cheap to ask first.
        self._fronts, self._backs = _edges(whole, LONG)
        self._first, self._last = _edges(self._people, SHORT + 1)

    def places(self, form: Form) -> Places:
        """Positions of the official names that may be alike."""
        found: Groups = {}
        core, plain = form.core[:LONGEST], form.plain[:LONGEST]
        for text, how in form.readings():
            if how != "word":
                self._text(text[:LONGEST], found)
            elif text in self._whole:
                _add(found, self._whole[text])
        self._within(plain, found)
        if core != plain:
            self._text(core, found)
            self._within(core, found)
        # Only people in an office are called by their surname here and by both names there.
        if core[: SHORT + 1] in self._first or core[-SHORT - 1 :] in self._last:
            _collect([core, *_ends(core)], self._people, found)
        if form.beside and in_office(form):
            _collect([core, *_ends(core)], self._others, found)
        return Places(found, self._sets) if found else NOWHERE

    def _text(self, text: str, found: Groups) -> None:
        length = len(text)
        if length > BY_HALVES:
            self._by_halves(text, length, found)
        elif length >= SHORT:
            _collect(_slips(text), self._slips, found)
        if length <= SHORT and text in self._whole:
            _add(found, self._whole[text])
        if "rn" in text or "vv" in text or not text.isalpha():
            for read, _way in other_readings(text):
                if read in self._whole:
                    _add(found, self._whole[read])

    def _by_halves(self, text: str, length: int, found: Groups) -> None:
        """A slip is in one half of a long name; the other half is whole."""
        for meant in (length - 1, length, length + 1):
            if meant in self._halves:
                table, half = self._halves[meant], (meant - 1) // 2
                if (front := text[:half]) in table:
                    _add(found, table[front])
                if (back := MARK + text[-half:]) in table:
                    _add(found, table[back])

    def _within(self, text: str, found: Groups) -> None:
        """Names with which a longer one begins or ends, where they make most of it."""
        if text[:LONG] not in self._fronts and text[-LONG:] not in self._backs:
            return
        sizes = range(max(LONG, int(len(text) * MOST)), len(text))
        keys = [text[:size] for size in sizes] + [text[-size:] for size in sizes]
        _collect(keys, self._whole, found)


def _collect(keys: list[str], table: Table, found: Groups) -> None:
    for key in filter(table.__contains__, keys):
        _add(found, table[key])


def _add(found: Groups, group: Group) -> None:
    found[id(group)] = group


def _edges(table: Iterable[str], size: int) -> tuple[frozenset[str], frozenset[str]]:
    """The first and the last letters of all keys."""
    keys = [key for key in table if len(key) >= size]
    return frozenset(key[:size] for key in keys), frozenset(key[-size:] for key in keys)


def _rare(ends: Found) -> Found:
    return {end: found for end, found in ends.items() if len(found) <= MOST_ENDS}


def _frozen(table: Mapping[str, set[int]], once: dict[Group, Group]) -> Table:
    """The positions of each key; keys that have the same have one and the same group."""
    groups = ((key, tuple(sorted(found))) for key, found in table.items())
    return {key: once.setdefault(group, group) for key, group in groups}


def _slips(text: str) -> list[str]:
    """`text`, and what is left of it without each of its letters: what two names share that differ by one
    letter, or by two that changed places.
    """
    return [text, *[text[:place] + text[place + 1 :] for place in range(len(text))]]


def _ends(core: str) -> list[str]:
    """What `core` begins and ends with, short of the whole."""
    sizes = range(SHORT + 1, len(core))
    return [core[:size] for size in sizes] + [core[-size:] for size in sizes]
