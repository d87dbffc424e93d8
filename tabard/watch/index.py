"""Finds, among thousands of official names, the few that a candidate could be like, without comparing all.

Every official name is written into tables by what may be left of it in a look-alike: whole, without one
letter, its ends. A candidate is looked up by the same; a name that shares nothing is never compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tabard.watch.likeness import SHORT, in_office
from tabard.watch.names import Form, other_readings

MOST_ENDS = 40  # an ending that so many names share tells nothing
LONGEST = 40  # letters of a name that are looked at
BY_HALVES = 9  # letters up to which a name is looked up without each of its letters, then by its halves
Table = dict[str, tuple[int, ...]]
Found = dict[str, set[int]]


class Index:
    """`places(form)` are the positions in `officials` of names worth comparing with it."""

    def __init__(self, officials: Sequence[Form]) -> None:
        whole: Found = defaultdict(set)
        slips: Found = defaultdict(set)
        people: Found = defaultdict(set)
        others: Found = defaultdict(set)
        for place, form in enumerate(officials):
            for target in {*form.targets(), form.core, form.plain}:
                whole[target].add(place)
                for key in _slip_keys(target, len(target)):
                    slips[key].add(place)
            ends = people if in_office(form) else others
            for end in _ends(form.core):
                ends[end].add(place)
        self._whole, self._slips = _frozen(whole), _frozen(slips)
        self._people, self._others = _frozen(_rare(people)), _frozen(_rare(others))

    def places(self, form: Form) -> set[int]:
        """Positions of the official names that may be alike."""
        found: set[int] = set()
        core, plain = form.core[:LONGEST], form.plain[:LONGEST]
        for text in {text for text, _how in form.readings()} | {core}:
            self._text(text, found)
        ends = _ends(core)
        _collect(ends, self._whole, found)
        if len(core) != len(plain):
            _collect(_ends(plain), self._whole, found)
        # Only people in an office are called by their surname here and by both names there.
        for table in (self._people, self._others) if in_office(form) else (self._people,):
            if table:
                _collect([core, *ends], table, found)
        return found

    def _text(self, text: str, found: set[int]) -> None:
        if text in self._whole:
            found.update(self._whole[text])
        _collect(_asked(text[:LONGEST]), self._slips, found)
        for read, _way in other_readings(text):
            if read in self._whole:
                found.update(self._whole[read])


def _collect(keys: list[str], table: Table, found: set[int]) -> None:
    for key in filter(table.__contains__, keys):
        found.update(table[key])


def _rare(ends: Found) -> Found:
    return {end: found for end, found in ends.items() if len(found) <= MOST_ENDS}


def _frozen(table: Mapping[str, set[int]]) -> Table:
    return {key: tuple(sorted(found)) for key, found in table.items()}


def _asked(text: str) -> list[str]:
    """Where a name with a letter wrong, too many, too few, or two that changed places would be found."""
    length = len(text)
    if length < SHORT:
        return []
    if length > BY_HALVES:
        keys = []
        for meant in (length - 1, length, length + 1):
            half = (meant - 1) // 2
            keys += [f"{meant}{text[:half]}", f"{meant}-{text[-half:]}"]
        return keys
    return [text, *[text[:place] + text[place + 1 :] for place in range(length)]]


def _slip_keys(target: str, length: int) -> list[str]:
    """Under which keys an official name is written for `_asked`."""
    if length <= SHORT:
        return []
    half = (length - 1) // 2
    keys = []
    if length >= BY_HALVES:
        keys += [f"{length}{target[:half]}", f"{length}-{target[-half:]}"]
    if length <= BY_HALVES + 1:
        keys += [target, *[target[:place] + target[place + 1 :] for place in range(length)]]
    return keys


def _ends(core: str) -> list[str]:
    """What `core` begins and ends with, short of the whole."""
    sizes = range(SHORT + 1, len(core))
    return [core[:size] for size in sizes] + [core[-size:] for size in sizes]
