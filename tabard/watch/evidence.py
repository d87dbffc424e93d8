"""What speaks for and against two accounts being taken for one, each part with its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from tabard.watch.faces import Face, domain
from tabard.watch.likeness import Likeness, in_office, look_alike
from tabard.watch.names import WEB, form, words
from tabard.watch.pictures import alike as pictures_alike
from tabard.watch.reasons import SLIPS, Reason

COPIED = 0.75  # of the words of two bios that are the same
LEAVES = {"picture": 0.45, "link": 0.6}  # of the doubt; any other element three quarters
FEW = 6  # words of a bio that are too few to be copied


@dataclass(slots=True)
class Evidence:
    """All that is known of one pair. `name`: of the shown names; `handle`: of the handles as look-alikes;
    `kin`: of them as names of one owner; `second`: elements beside the name, by kind, with why.
    """

    candidate: Face
    official: Face
    handle: Likeness
    kin: Likeness
    name: Likeness
    picture: str = ""
    second: dict[str, Reason] = field(default_factory=dict)
    apart: bool = False
    home: bool = False
    shared: bool = False

    @property
    def itself(self) -> bool:
        """Whether the candidate is this very official account."""
        same = self.candidate.handle.casefold() == self.official.handle.casefold()
        return same and self.candidate.platform == self.official.platform

    @property
    def value(self) -> float:
        """How far the names go, before anything else is looked at."""
        return max(self.handle.value, self.kin.value, 0.97 * self.name.value)

    @property
    def hides(self) -> bool:
        """Whether the handle or the name is made to be taken for the other."""
        if self.handle.way == "letters":
            return True
        plainly = self.kin.way in {"same", "words"} and self.kin.value >= self.handle.value
        if self.handle.hides and not plainly and not self._middle_letter:
            return True
        return self.name.hides and self.name.value > max(self.handle.value, self.kin.value)

    @property
    def _middle_letter(self) -> bool:
        """People have middle names: one letter more is no disguise beside the word of an office."""
        return self.kin.way == "close" and (in_office(self.candidate.form) or in_office(self.official.form))

    @property
    def _numbered(self) -> bool:
        """Whether it has a number that ours has not, as if the name was taken; districts have numbers."""
        if in_office(self.candidate.form) or in_office(self.official.form):
            return False
        ours = self.official.form.parts
        return any(part.isdigit() and part not in ours for part in self.candidate.form.parts)

    @property
    def bait(self) -> list[str]:
        """Words of the handle that promise something."""
        return [word for word in self.candidate.form.beside if word in words().bait]

    @property
    def rank(self) -> float:
        """By which the best official account is chosen: the score, then the handle as written."""
        near = OSA.normalized_similarity(self.candidate.form.plain, self.official.form.plain)
        here = self.candidate.platform == self.official.platform
        return (2.0 if self.itself else self.score) + 0.01 * near + (0.002 if here else 0)

    @property
    def score(self) -> float:
        """0 to 1: how near this account is to being, or to passing for, the official one."""
        if self.itself:
            return 1.0
        return score(self.value * (0.7 if self.shared else 1), self.second, apart=self.apart)

    def label(self, like: float, kin: float) -> str:
        """What the parts together mean."""
        if self.itself:
            return "same-owner"
        if self.value < like:
            return self._by_picture()
        if self.apart:
            return "look-alike"
        if self._ours(kin):
            return "same-owner"
        return "impostor" if self.second else "look-alike"

    def _by_picture(self) -> str:
        if not self.picture or self.apart:
            return "look-alike" if self.picture else "unrelated"
        return "impostor" if len(self.second) > 1 and not self.home else "look-alike"

    def _ours(self, kin: float) -> bool:
        if self.hides or self.shared or "link" in self.second or self.bait or "bait" in self.second:
            return False
        if self._numbered and not (self.picture or self.home):
            return False
        if self.candidate.platform != self.official.platform:
            known = max(self.kin.value, 0.97 * self.name.value if self.picture or self.home else 0.0)
            return self.candidate.platform not in WEB and known >= kin
        return self.home and self.handle.way == "words" and bool(self.picture)

    @property
    def _best(self) -> Likeness:
        """How the handles are most alike."""
        plainly = self.kin.value > self.handle.value and self.handle.way != "letters"
        return self.kin if plainly else self.handle

    @property
    def family(self) -> str:
        """What accounts made in the same way have in common: the way, and the words beside the name."""
        way = self._best.way if self._best.value else "picture" if self.picture else "name"
        words = "+".join(sorted(set(self.candidate.form.beside)))
        return f"{way}:{words}"[:120]

    def reasons(self, label: str) -> list[Reason]:
        """Why, the weightiest first."""
        if self.itself:
            return [Reason("itself")]
        found = []
        if self._best.value:
            found.append(self._about_handle(self._best))
        if self.name.value >= 0.6:
            found.append(self._about_name())
        found += self.second.values()
        if self.home:
            found.append(Reason("home"))
        if self.apart:
            found.append(Reason("apart"))
        if self.shared:
            found.append(Reason("shared"))
        if label == "look-alike" and not self.second:
            found.append(Reason("alone"))
        return found

    def _about_handle(self, found: Likeness) -> Reason:
        beside = ", ".join(dict.fromkeys(self.candidate.form.beside))
        official = self.official.handle
        what = found.what or self.candidate.handle
        way = found.way if found.value > 0.75 else SLIPS.get(found.way, found.way)
        if way == "words" and beside:
            way = "words-beside"
        return Reason(way, {"what": what, "official": official, "beside": beside})

    def _about_name(self) -> Reason:
        shown, ours = self.candidate.name, self.official.name or self.official.handle
        same = "name-same" if self.name.value > 0.98 else "name-like"
        code = "name-letters" if self.name.way == "letters" else same
        return Reason(code, {"shown": shown, "ours": ours})


def score(value: float, second: Iterable[str], *, apart: bool) -> float:
    """How near names that go so far and these elements beside them bring one account to another."""
    rest = 1 - value
    for kind in second:
        rest *= LEAVES.get(kind, 0.75)
    return (1 - rest) * (0.8 if apart else 1)


def evidence(candidate: Face, official: Face, handle: Likeness, kin: Likeness, name: Likeness) -> Evidence:
    """Weigh what else the two have in common."""
    found = Evidence(candidate, official, handle, kin, name)
    if candidate.picture is not None and official.picture is not None:
        found.picture = pictures_alike(candidate.picture, official.picture)
        if found.picture:
            found.second["picture"] = Reason(f"picture-{found.picture}")
    if candidate.bio or candidate.domains or candidate.claims:
        _by_words(found)
    return found


def _by_words(found: Evidence) -> None:
    candidate, official = found.candidate, found.official
    found.apart = is_apart(candidate)
    found.second |= {kind: Reason(kind) for kind in claims(candidate)}
    if copied(candidate.bio, official.bio):
        found.second["bio"] = Reason("bio")
    found.home = bool(candidate.domains & official.domains)
    for host in sorted(candidate.domains - official.domains):
        if any(passes_for(host, ours) for ours in official.domains):
            found.second["link"] = Reason("link", {"host": host})


def is_apart(candidate: Face) -> bool:
    """Whether it says that it is not official."""
    return "apart" in candidate.claims


def claims(candidate: Face) -> tuple[str, ...]:
    """What it says of itself that speaks against it, whoever of ours it is like."""
    official = "official" in candidate.claims and not is_apart(candidate)
    return (*(["claim"] if official else []), *(["bait"] if "bait" in candidate.claims else []))


def copied(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether most words of two bios are the same."""
    if min(len(one), len(other)) < FEW:
        return False
    return len(one & other) / len(one | other) >= COPIED


@lru_cache(65536)
def passes_for(host: str, official: str) -> bool:
    """Whether a site that is not the official one may be taken for it."""
    if host.endswith("." + official):
        return False
    found = look_alike(form(domain(host), "web"), form(official, "web"))
    return found.value >= 0.7
