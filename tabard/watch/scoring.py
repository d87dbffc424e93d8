"""Whether an account may be taken for one of ours, whose it probably is, and why we think so.

A name alone never makes an impostor: names are alike by right, by chance and out of love. It takes a second
element of somebody else's identity, the rule by which platforms judge too (X's impersonation policy).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from tabard.watch.crowd import NEAR as FAR
from tabard.watch.crowd import Crowd
from tabard.watch.evidence import Evidence, evidence
from tabard.watch.faces import Face
from tabard.watch.index import Index, Places
from tabard.watch.likeness import NONE, kinship, look_alike
from tabard.watch.names import WEB, Form
from tabard.watch.pictures import MATCH
from tabard.watch.reasons import Reason

UNRELATED, LOOK_ALIKE, SAME_OWNER, IMPOSTOR = "unrelated", "look-alike", "same-owner", "impostor"
LIKE = 0.6  # from here on a name may be taken for another
KIN = 0.84  # from here on two names are of one owner
NEAR = 0.011  # two officials nearer than this are equally likely
BANDS = 256 // 8
CROWD = 60  # officials that share a part with a candidate, and only the best of them are compared


Near = list[tuple[Form, Places]]


@dataclass(slots=True)
class Verdict:
    """What came of one candidate. `official` is a position in the list, None where nothing was alike;
    `family`: the way in which it is made, the same for all that are made so; `itself`: it is ours.
    """

    official: int | None = None
    score: float = 0.0
    label: str = UNRELATED
    reasons: list[Reason] = field(default_factory=list)
    family: str = ""
    itself: bool = False


class Judge:
    """Judges candidates against one list of official accounts."""

    def __init__(self, officials: Sequence[Face]) -> None:
        self.officials = officials
        self._forms: list[Form] = []
        self._whose: list[int] = []
        for place, face in enumerate(officials):
            for form in (face.form, face.name_form):
                if form is not None and form.plain:
                    self._forms.append(form)
                    self._whose.append(place)
        self._index = Index(self._forms)
        self._of: dict[int, list[int]] = {}
        for number, place in enumerate(self._whose):
            self._of.setdefault(place, []).append(number)
        self._platforms = {face.platform for face in officials}
        self._bands: dict[tuple[int, int], set[int]] = {}
        self._outlines = [
            place for place, face in enumerate(officials) if face.picture and face.picture.outline
        ]
        for place, face in enumerate(officials):
            for turn in face.picture.turns if face.picture else ():
                for key in _bands(turn):
                    self._bands.setdefault(key, set()).add(place)

    def judge(self, candidate: Face) -> Verdict:
        """The official account that `candidate` is most like, and what that means."""
        near = self._near(candidate)
        if not near and candidate.picture is None:
            return Verdict()
        if any(each.most > CROWD for _form, each in near) and _is_bare(candidate):
            found = self._best(candidate, near)
        else:
            pairs = self._pairs(candidate, near)
            weighed = [(place, self._weigh(candidate, place, alike)) for place, alike in pairs.items()]
            found = [(place, each) for place, each in weighed if each is not None]
        if not found:
            return Verdict()
        found.sort(key=lambda pair: (-pair[1].rank, pair[0]))
        best = found[0][1]
        if self._ambiguous(found):
            best.shared = True
        label = best.label(LIKE, KIN)
        score = round(best.score, 4)
        if label == UNRELATED:
            score = min(score, LIKE - 0.01)
        return Verdict(found[0][0], score, label, best.reasons(label), best.family, best.itself)

    def _near(self, candidate: Face) -> Near:
        """The forms of the candidate that have something in common with any of ours, and with which."""
        found = []
        for form in (candidate.form, candidate.name_form):
            if form is not None and form.plain and (places := self._index.places(form)).most:
                found.append((form, places))
        return found

    @cached_property
    def _crowd(self) -> Crowd:
        return Crowd(self._forms)

    def _best(self, candidate: Face, near: Near) -> list[tuple[int, Evidence]]:
        """The officials that may be the best, or as likely: of those that can come to less, none is."""
        most: dict[int, float] = {}
        across = candidate.platform not in WEB and bool(self._platforms - {candidate.platform})
        for form, places in near:
            part = 0.97 if form is candidate.name_form else 1.0
            bounds = [self._crowd.likeness(form, places)]
            if across and form is candidate.form:
                bounds.append(self._crowd.kinship(form, places))
            for number, value in chain.from_iterable(each.items() for each in bounds):
                if part * value > most.get(self._whose[number], 0.0):
                    most[self._whose[number]] = part * value
        found: list[tuple[int, Evidence]] = []
        value = 0.0
        for place in sorted(most, key=lambda each: -most[each]):
            if most[place] < value - FAR:
                break
            pairs = [(f, self._forms[n]) for f, places in near for n in self._of[place] if n in places]
            if each := self._weigh(candidate, place, pairs):
                found.append((place, each))
                value = max(value, each.value)
        return found

    def _pairs(self, candidate: Face, near: Near) -> dict[int, list[tuple[Form, Form]]]:
        """By position, the forms of the candidate and of the official account that are worth comparing."""
        found: dict[int, list[tuple[Form, Form]]] = {}
        for mine, places in near:
            for place in places:
                found.setdefault(self._whose[place], []).append((mine, self._forms[place]))
        if candidate.picture is not None:
            for place in self._outlines if candidate.picture.outline else ():
                found.setdefault(place, [])
            for key in _bands(candidate.picture.turns[0]):
                for place in self._bands.get(key, ()):
                    found.setdefault(place, [])
        return found

    def _weigh(self, candidate: Face, place: int, pairs: list[tuple[Form, Form]]) -> Evidence | None:
        official = self.officials[place]
        handle = kin = name = NONE
        across = candidate.platform != official.platform and candidate.platform not in WEB
        for mine, theirs in pairs:
            found = look_alike(mine, theirs)
            if mine is candidate.name_form:
                name = found if found.value > name.value else name
                continue
            handle = found if found.value > handle.value else handle
            if across and theirs is official.form:
                kin = kinship(mine, theirs)
        nothing = not (handle.value or kin.value or name.value)
        if nothing and (candidate.picture is None or official.picture is None):
            return None
        each = evidence(candidate, official, handle, kin, name)
        return None if nothing and not each.picture else each

    def _ambiguous(self, found: list[tuple[int, Evidence]]) -> bool:
        """Whether another owner's account would be as likely: only then is the best one a guess."""
        place, best = found[0]
        if best.value >= 0.98:
            return False
        mine = self.officials[place]
        for other, each in found[1:]:
            if each.value < best.value - NEAR:
                continue
            theirs = self.officials[other]
            if mine.form.core != theirs.form.core and (not mine.name or mine.name != theirs.name):
                return True
        return False


def _is_bare(candidate: Face) -> bool:
    """Whether there is nothing but names to go by."""
    return candidate.picture is None and not candidate.bio and not candidate.domains


def _bands(turn: int) -> list[tuple[int, int]]:
    """Pieces of a hash of which one at least is whole in any match: more pieces than bits may differ."""
    assert MATCH < BANDS
    return [(band, turn >> (8 * band) & 255) for band in range(BANDS)]
