"""Whether an account may be taken for one of ours, whose it probably is, and why we think so.

A name alone never makes an impostor: names are alike by right, by chance and out of love. It takes a second
element of somebody else's identity, the rule by which platforms judge too (X's impersonation policy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AnySet
from dataclasses import dataclass, field
from functools import cached_property

from tabard.watch.choosing import NEAR, SURE, Best, Choice, Group
from tabard.watch.crowd import Crowd
from tabard.watch.evidence import Evidence, evidence
from tabard.watch.faces import Face
from tabard.watch.index import Index, Places
from tabard.watch.lifting import Lifts
from tabard.watch.likeness import NONE, kinship, look_alike
from tabard.watch.names import WEB, Form
from tabard.watch.reasons import Reason

UNRELATED, LOOK_ALIKE, SAME_OWNER, IMPOSTOR = "unrelated", "look-alike", "same-owner", "impostor"
LIKE = 0.6  # from here on a name may be taken for another
KIN = 0.84  # from here on two names are of one owner
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
        self._lifts = Lifts(officials)
        self._themselves: dict[tuple[str, str], list[int]] = {}
        for place, face in enumerate(officials):
            self._themselves.setdefault((face.platform, face.handle.casefold()), []).append(place)

    def judge(self, candidate: Face) -> Verdict:
        """The official account that `candidate` is most like, and what that means."""
        near = self._near(candidate)
        if not near and candidate.picture is None:
            return Verdict()
        crowded = any(each.most > CROWD for _form, each in near)
        found = self._of_crowd(candidate, near) if crowded else self._of_few(candidate, near)
        if found is None:
            return Verdict()
        place, best = found
        label = best.label(LIKE, KIN)
        score = round(best.score, 4)
        if label == UNRELATED:
            score = min(score, LIKE - 0.01)
        return Verdict(place, score, label, best.reasons(label), best.family, best.itself)

    def _near(self, candidate: Face) -> Near:
        """The forms of the candidate that have something in common with any of ours, and with which."""
        found = []
        for form in (candidate.form, candidate.name_form):
            if form is not None and form.plain and (places := self._index.places(form)).most:
                found.append((form, places))
        return found

    @cached_property
    def _crowd(self) -> Crowd:
        shown = (n for n, form in enumerate(self._forms) if form is not self.officials[self._whose[n]].form)
        return Crowd(self._forms, frozenset(shown))

    @cached_property
    def _on(self) -> dict[str, set[int]]:
        """By platform, the names of the accounts there."""
        found: dict[str, set[int]] = {}
        for number, place in enumerate(self._whose):
            found.setdefault(self.officials[place].platform, set()).add(number)
        return found

    @cached_property
    def _kin(self) -> dict[str, set[int]]:
        """Accounts by the core of their handles: whoever shares it is of one owner."""
        found: dict[str, set[int]] = {}
        for place, face in enumerate(self.officials):
            found.setdefault(face.form.core, set()).add(place)
        return found

    def _of_few(self, candidate: Face, near: Near) -> Best | None:
        """The best of all that share anything with it, each of them compared."""
        pairs = self._pairs(candidate, near)
        weighed = [(place, self._weigh(candidate, place, alike)) for place, alike in pairs.items()]
        found = [(place, each) for place, each in weighed if each is not None]
        if not found:
            return None
        found.sort(key=lambda pair: (-pair[1].rank, pair[0]))
        found[0][1].shared = self._ambiguous(found)
        return found[0]

    def _of_crowd(self, candidate: Face, near: Near) -> Best | None:
        """The same where many share something with it, without comparing all."""
        lifts = self._lifts.of(candidate)
        groups = self._groups(candidate, near, lifts)

        def weigh(place: int) -> Evidence | None:
            pairs = [(f, self._forms[n]) for f, places in near for n in self._of[place] if n in places]
            return self._weigh(candidate, place, pairs)

        choice = Choice(self.officials, candidate, groups, lifts, weigh)
        there = set[int]().union(*(places for _most, places in groups))
        same = self._themselves.get((candidate.platform, candidate.handle.casefold()), [])
        found = choice.best([place for place in same if place in there])
        if found is not None:
            found[1].shared = choice.shared(found, self._kin[self.officials[found[0]].form.core])
        return found

    def _groups(self, candidate: Face, near: Near, lifts: Mapping[str, AnySet[int]]) -> list[Group]:
        """The officials by the most that their names can come to, then those of the same picture alone."""
        layers: list[Group] = []
        across = candidate.platform not in WEB and bool(self._platforms - {candidate.platform})
        for form, places in near:
            there = places.all
            part = 0.97 if form is candidate.name_form else 1.0
            alike = self._crowd.likeness(form, there, whole=bool(lifts))
            layers += [(part * value, numbers) for value, numbers in alike]
            if across and form is candidate.form:
                layers += self._crowd.kinship(form, there - self._on.get(candidate.platform, set()))
        layers.sort(key=lambda layer: -layer[0])
        found: list[Group] = []
        seen: set[int] = set()
        for value, numbers in layers:
            if fresh := {self._whose[number] for number in numbers} - seen:
                found.append((value, fresh))
                seen |= fresh
        alone = lifts.get("picture", frozenset()) - seen
        return [*found, (0.0, alone)] if alone else found

    def _pairs(self, candidate: Face, near: Near) -> dict[int, list[tuple[Form, Form]]]:
        """By position, the forms of the candidate and of the official account that are worth comparing."""
        found: dict[int, list[tuple[Form, Form]]] = {}
        for mine, places in near:
            for place in places:
                found.setdefault(self._whose[place], []).append((mine, self._forms[place]))
        for place in self._lifts.pictures(candidate):
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
        if best.value >= SURE:
            return False
        mine = self.officials[place]
        for other, each in found[1:]:
            if each.value < best.value - NEAR:
                continue
            theirs = self.officials[other]
            if mine.form.core != theirs.form.core and (not mine.name or mine.name != theirs.name):
                return True
        return False
