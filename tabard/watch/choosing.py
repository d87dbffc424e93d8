"""Which of many official accounts a candidate is most like, with as few of them compared as it takes.

Each has a bound: the most that a comparison can come to. They are compared from the highest bound down, until
nobody who is left can be the best, nor make it a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AnySet
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from tabard.watch.evidence import Evidence, claims, is_apart, score
from tabard.watch.faces import Face

NEAR = 0.011  # two officials nearer than this are equally likely
SURE = 0.98  # from here on no other makes it a guess
ORDER = ("picture", "claim", "bait", "bio", "link")  # in which elements are weighed
WRITTEN, HERE = 0.01, 0.002  # what the handle as written and the platform add to the order
LEAST = 1e-12  # floats nearer than this are the same

Best = tuple[int, Evidence]
# The most that names can come to, and whose can.
Group = tuple[float, AnySet[int]]


@dataclass
class Choice:
    """One candidate against `officials`. `groups`: all that come into question, the highest bound first;
    `lifts`: for whom what else may speak; `weigh` compares it with one of them.
    """

    officials: Sequence[Face]
    candidate: Face
    groups: Sequence[Group]
    lifts: Mapping[str, AnySet[int]]
    weigh: Callable[[int], Evidence | None]
    _weighed: dict[int, Evidence | None] = field(default_factory=dict)

    def best(self, first: Sequence[int]) -> Best | None:
        """The one it is most like; `first` are looked at before all others."""
        found: Best | None = None
        for place in first:
            found = self._better(found, place)
        for most, places in self._bounds():
            if found is not None and most + WRITTEN + HERE + LEAST < found[1].rank:
                break
            for bound, place in self._ordered(most, places):
                if found is not None and _is_behind(bound, place, found):
                    break
                found = self._better(found, place)
        return found

    def shared(self, best: Best, kin: AnySet[int]) -> bool:
        """Whether one of another owner would be as likely; `kin` are those of the same name."""
        place, found = best
        if found.value >= SURE:
            return False
        name = self.officials[place].name
        for most, places in self.groups:
            if most < found.value - NEAR:
                break
            for other in places - kin:
                if name and name == self.officials[other].name:
                    continue
                each = self._compared(other)
                if each is not None and each.value >= found.value - NEAR:
                    return True
        return False

    def _compared(self, place: int) -> Evidence | None:
        if place not in self._weighed:
            self._weighed[place] = self.weigh(place)
        return self._weighed[place]

    def _better(self, found: Best | None, place: int) -> Best | None:
        each = self._compared(place)
        if each is None or (found and (-each.rank, place) >= (-found[1].rank, found[0])):
            return found
        return place, each

    def _bounds(self) -> list[Group]:
        """The most that each may score, with all that may speak for it, the highest first."""
        said, apart = claims(self.candidate), is_apart(self.candidate)
        found = []
        for most, places in self.groups:
            for kinds, some in _parted(places, self.lifts):
                second = [kind for kind in ORDER if kind in kinds or kind in said]
                found.append((score(most, second, apart=apart), some))
        return sorted(found, key=lambda group: -group[0])

    def _ordered(self, most: float, places: AnySet[int]) -> list[tuple[float, int]]:
        """Those of one score as they are chosen: by the handle as written, then by the platform."""
        plain, platform = self.candidate.form.plain, self.candidate.platform
        found = []
        for place in places:
            face = self.officials[place]
            near = OSA.normalized_similarity(plain, face.form.plain)
            found.append((most + WRITTEN * near + (HERE if face.platform == platform else 0), place))
        return sorted(found, key=lambda pair: (-pair[0], pair[1]))


def _is_behind(bound: float, place: int, best: Best) -> bool:
    """Whether it cannot come before the best, nor anybody after it in the order."""
    rank = best[1].rank
    return bound < rank - LEAST or (bound <= rank + LEAST and place > best[0])


def _parted(
    places: AnySet[int], lifts: Mapping[str, AnySet[int]]
) -> Iterator[tuple[tuple[str, ...], AnySet[int]]]:
    """`places` by which elements may speak for them."""
    parts: list[tuple[tuple[str, ...], AnySet[int]]] = [((), places)]
    for kind, lifted in lifts.items():
        with_it = [((*kinds, kind), some & lifted) for kinds, some in parts]
        without = [(kinds, some - lifted) for kinds, some in parts]
        parts = [part for part in (*with_it, *without) if part[1]]
    return iter(parts)
