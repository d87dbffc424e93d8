"""The arms of units: a small shield drawn from a name, the same everywhere, no two of a company alike.

A shield is written as one word that is stored with the unit: `bend.purpure.argent.star` (division,
field, part, charge), and for a team below a district the bearing of its parent and one mark:
`saltire.vert.or.none+label.gules`. Pure functions on text; what a shield looks like is drawn in
`tabard.web.arms_svg`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from itertools import combinations, count

DIVISIONS = ("plain", "pale", "fess", "bend", "quarterly", "chevron", "cross", "saltire", "bordure")
COLOURS = ("gules", "azure", "vert", "purpure", "sable")
METALS = ("or", "argent")
CHARGES = ("none", "star", "crescent", "roundel", "lozenge", "billet", "tree")
MARKS = ("label", "canton", "base", "bordure", "baton")

# How many draws may be tried before a weaker rule of difference is good enough.
PATIENCE = 400


@dataclass(frozen=True)
class Arms:
    """One shield: `field` is the first tincture and `part` the second; a team has a `mark` in
    `mark_colour`.
    """

    division: str
    field: str
    part: str
    charge: str
    mark: str = ""
    mark_colour: str = ""

    def __str__(self) -> str:
        own = ".".join((self.division, self.field, self.part, self.charge))
        return f"{own}+{self.mark}.{self.mark_colour}" if self.mark else own

    @property
    def colour(self) -> str:
        """The one colour of the shield; the other tincture is a metal."""
        return self.field if self.field in COLOURS else self.part

    @property
    def features(self) -> tuple[str, str, str, str]:
        """What two shields are compared by: division, colour, metal with its order, charge."""
        metal = f"first {self.field}" if self.field in METALS else f"second {self.part}"
        return self.division, self.colour, metal, self.charge


@dataclass(frozen=True)
class Drawn:
    """A shield and the number of the draw that gave it, from which "Draw again" goes on."""

    arms: Arms
    n: int


@lru_cache(maxsize=4096)
def parse(text: str) -> Arms:
    """The shield written as `text`; ValueError when it is none."""
    own, _, difference = text.partition("+")
    division, field, part, charge = own.split(".")
    mark, _, mark_colour = difference.partition(".")
    arms = Arms(division, field, part, charge, mark, mark_colour)
    tinctures = {field in COLOURS, part in COLOURS}
    known = division in DIVISIONS and charge in CHARGES and {field, part} <= {*COLOURS, *METALS}
    marked = not difference or (mark in MARKS and mark_colour in COLOURS)
    if not known or tinctures != {True, False} or not marked:
        raise ValueError(text)
    return arms


def draw(name: str, taken: Iterable[str | Arms] = (), start: int = 0) -> Drawn:
    """The shield of a unit called `name` that differs from every one in `taken`.

    Two of the four features differ from all others while that is possible, then one; after that a repeat is
    allowed. `start` is the first draw to try: the stored `n` plus one when the lead asks to draw again.
    """
    others = {_read(arms).features for arms in taken}
    # Two shields differ in less than two features when they agree in some three of the four.
    alike = {part for features in others for part in combinations(enumerate(features), 3)}
    for n in range(start, start + PATIENCE):
        arms = _bearing(name, n)
        if alike.isdisjoint(combinations(enumerate(arms.features), 3)):
            return Drawn(arms, n)
    for n in range(start, start + PATIENCE):
        arms = _bearing(name, n)
        if arms.features not in others:
            return Drawn(arms, n)
    return Drawn(_bearing(name, start), start)


def differ(name: str, parent: str | Arms, siblings: Iterable[str | Arms] = (), start: int = 0) -> Drawn:
    """The shield of a team: the field of `parent`, the nearest unit with arms of its own, and one mark.

    No two of `siblings` bear the same mark in the same colour; a parent has room for 20 of them (16
    where its division leaves no place for one mark), then marks repeat.
    """
    bearing = replace(_read(parent), charge="none", mark="", mark_colour="")
    marks = [mark for mark in MARKS if not _clashes(mark, bearing.division)]
    colours = [colour for colour in COLOURS if colour != bearing.colour]
    used = {(arms.mark, arms.mark_colour) for arms in map(_read, siblings)}
    room = len(used) < len(marks) * len(colours)
    for n in count(start):
        drawn = _bytes(name, n)
        mark, colour = MARKS[drawn[5] % len(MARKS)], colours[drawn[6] % len(colours)]
        if mark in marks and not (room and (mark, colour) in used):
            return Drawn(replace(bearing, mark=mark, mark_colour=colour), n)
    raise AssertionError("unreachable: count() does not end")


def _clashes(mark: str, division: str) -> bool:
    """Whether a mark would vanish on this division: a baton over a cross, a border round a border."""
    return mark == division or (mark == "baton" and division in {"cross", "saltire"})


def _read(arms: str | Arms) -> Arms:
    return parse(arms) if isinstance(arms, str) else arms


def _bytes(name: str, n: int) -> bytes:
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return sha256(f"{plain}\n{n}".encode()).digest()


def _bearing(name: str, n: int) -> Arms:
    """The n-th shield that a name can have, whatever others bear."""
    b = _bytes(name, n)
    division, colour, metal = DIVISIONS[b[0] % 9], COLOURS[b[1] % 5], METALS[b[2] % 2]
    field, part = (colour, metal) if b[3] % 2 == 0 else (metal, colour)
    if division in {"cross", "saltire"}:
        charge = "none"
    else:
        charge = CHARGES[1 + b[4] % 6] if division == "plain" else CHARGES[b[4] % 7]
    return Arms(division, field, part, charge)
