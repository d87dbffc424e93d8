"""What besides the name may bring an official account near to a candidate: picture, bio, links.

Found without comparing all: by pieces of pictures, by what bios and sites there are. It says at least as much
as the comparison of the two will.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AnySet

from tabard.watch.evidence import copied, passes_for
from tabard.watch.faces import Face
from tabard.watch.pictures import MATCH

BANDS = 256 // 8


class Lifts:
    """Tables of what is known of `officials` besides their names, by their positions."""

    def __init__(self, officials: Sequence[Face]) -> None:
        self._outlines = {n for n, face in enumerate(officials) if face.picture and face.picture.outline}
        self._bands: dict[tuple[int, int], set[int]] = defaultdict(set)
        self._bios: dict[frozenset[str], set[int]] = defaultdict(set)
        self._sites: dict[str, set[int]] = defaultdict(set)
        for place, face in enumerate(officials):
            for turn in face.picture.turns if face.picture else ():
                for key in _bands(turn):
                    self._bands[key].add(place)
            if face.bio:
                self._bios[face.bio].add(place)
            for host in face.domains:
                self._sites[host].add(place)

    def pictures(self, candidate: Face) -> set[int]:
        """Those whose picture may be the candidate's."""
        found: set[int] = set()
        if candidate.picture is None:
            return found
        if candidate.picture.outline:
            found |= self._outlines
        for key in _bands(candidate.picture.turns[0]):
            found |= self._bands.get(key, set())
        return found

    def of(self, candidate: Face) -> dict[str, AnySet[int]]:
        """By kind of element, those for whom it may speak; in the order in which they are weighed."""
        found: dict[str, AnySet[int]] = {
            "picture": self.pictures(candidate),
            "bio": self._copied(candidate),
            "link": self._linked(candidate),
        }
        return {kind: places for kind, places in found.items() if places}

    def _copied(self, candidate: Face) -> set[int]:
        if not candidate.bio:
            return set()
        return set[int]().union(*(there for bio, there in self._bios.items() if copied(candidate.bio, bio)))

    def _linked(self, candidate: Face) -> set[int]:
        found: set[int] = set()
        for host in candidate.domains:
            passed = (there for site, there in self._sites.items() if passes_for(host, site))
            found |= set[int]().union(*passed) - self._sites.get(host, set())
        return found


def _bands(turn: int) -> list[tuple[int, int]]:
    """Pieces of a hash of which one at least is whole in any match: more pieces than bits may differ."""
    assert MATCH < BANDS
    return [(band, turn >> (8 * band) & 255) for band in range(BANDS)]
