"""How like one handle or name is to another, and in which way: pure comparison of two forms.

A likeness is a number from 0 to 1 with the way it came about. Ways that hide what they are (foreign letters,
digits for letters, a letter more or less) are told from those that do not (words beside the name).
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from tabard.watch.folding import skeleton
from tabard.watch.names import LONG, Form, other_readings, words

SHORT = 4  # a name of so few letters is found only whole
SLIPS = 2  # the most in which two names differ by mistake or on purpose
TWO_SLIPS = 9  # from so many letters on, two wrong ones do not make another word


@dataclass(frozen=True, slots=True)
class Likeness:
    """`way` is a key of `reasons.SENTENCES`; `what` the part of the candidate that is meant."""

    value: float
    way: str
    what: str = ""

    @property
    def hides(self) -> bool:
        """Whether it is made to be taken for the other."""
        return self.way in HIDING


HIDING = frozenset(["letters", "digits", "typo", "typo-part"])
NONE = Likeness(0.0, "")


def look_alike(candidate: Form, official: Form) -> Likeness:
    """How well `candidate` may be taken for `official`."""
    dressed = _dressed(candidate, official)
    if candidate.plain == official.plain:
        return Likeness(0.99, "letters") if dressed else Likeness(1.0, "same")
    best = NONE
    for target in official.targets():
        for text, how in candidate.readings():
            found = _read(text, how, target)
            if found.value > best.value:
                best = Likeness(found.value, "letters", text) if dressed else found
    if best.way == "typo" and _skeleton(candidate.said) == _skeleton(official.said):
        return Likeness(0.97, "letters", candidate.said)
    return best


def _skeleton(said: str) -> str:
    return skeleton(said).casefold()


def _dressed(candidate: Form, official: Form) -> bool:
    """Whether the same letters come from other scripts, or with marks, and not in the official one."""
    return official.said.isascii() and not (candidate.said.isascii() and "xn--" not in candidate.said.lower())


def _read(text: str, how: str, target: str) -> Likeness:
    if text == target:
        if how in {"part", "word"}:
            return Likeness(0.86 if len(target) >= LONG else 0.55, "part", text)
        return Likeness(0.96, "words", text)
    if how == "word" or abs(len(text) - len(target)) > SLIPS:
        return _inside(text, target) if how in {"whole", "words"} else NONE
    for read, way in other_readings(text):
        if read == target:
            return Likeness(0.95 if how != "part" else 0.86, way, text)
    if how == "part":
        found = _typo(text, target)
        return Likeness(found.value - 0.06, "typo-part", text) if found.value else NONE
    return max(_typo(text, target), _inside(text, target), key=lambda found: found.value)


def _typo(text: str, target: str) -> Likeness:
    length = max(len(text), len(target))
    allowed = 0 if length <= SHORT else 1 if length <= TWO_SLIPS else SLIPS
    if not allowed or abs(len(text) - len(target)) > allowed:
        return NONE
    distance = OSA.distance(text, target, score_cutoff=allowed)
    return Likeness(0.98 - 1.4 * distance / length, "typo", text) if distance <= allowed else NONE


def _inside(text: str, target: str) -> Likeness:
    """The whole name at an end of a longer one, with nothing between."""
    if len(target) < LONG or not (text.startswith(target) or text.endswith(target)):
        return NONE
    return Likeness(0.25 + 0.6 * len(target) / len(text), "inside", target)


def kinship(candidate: Form, official: Form) -> Likeness:
    """How likely both are of one owner who had to write the name in two ways: one platform has no dots, on
    the other the name was taken.
    """
    if candidate.plain == official.plain:
        return Likeness(1.0, "same")
    one, other = candidate.core, owned(official)
    if one == other:
        return Likeness(_same_core(candidate, official), "words")
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    best = NONE
    distance = OSA.distance(short, long, score_cutoff=3)
    if distance <= 2 and len(long) > LONG + 2 * distance:
        best = Likeness(0.96 - 0.5 * distance / len(long), "close")
    if not (in_office(candidate) or in_office(official)):
        return best
    person = _person(short, long)
    if _other_office(candidate, official) or _elsewhere(candidate, official):
        person = Likeness(person.value - 0.12, person.way, person.what) if person.value else NONE
    return max(best, person, key=lambda found: found.value)


def _same_core(candidate: Form, official: Form) -> float:
    mine, theirs = _numbers(candidate), _numbers(official)
    if (mine and theirs and mine != theirs) or _elsewhere(candidate, official):
        return 0.7
    if len(candidate.core) <= SHORT - 1:
        return 0.8
    return 0.955 if _other_office(candidate, official) else 0.97


def _elsewhere(one: Form, other: Form) -> bool:
    mine, theirs = (words().where.intersection(form.beside) for form in (one, other))
    return bool(mine and theirs and not mine & theirs)


def _numbers(form: Form) -> list[str]:
    return [part for part in form.parts if part.isdigit()]


def owned(official: Form) -> str:
    """The core of an official name; who is called Support has that word in the name."""
    return official.plain if any(word in words().bait for word in official.beside) else official.core


def _person(short: str, long: str) -> Likeness:
    """Names of somebody in an office: the surname alone here, the first name before it there."""
    if len(short) > SHORT and long.endswith(short):
        return Likeness(0.9, "surname", short)
    if len(short) > SHORT and long.startswith(short):
        return Likeness(0.8, "beginning", short)
    return _initials(short, long)


def _initials(short: str, long: str) -> Likeness:
    """The same surname after a first name and its beginning: jsmith and johnsmith."""
    end = 0
    while end < len(short) and short[-1 - end] == long[-1 - end]:
        end += 1
    if end < SHORT or end == len(short):
        return NONE
    before, whole = short[: len(short) - end], long[: len(long) - end]
    if whole.startswith(before):
        return Likeness(0.88, "initials", short[-end:])
    return Likeness(0.3 + 0.4 * end / len(long), "ending", short[-end:])


def _other_office(one: Form, other: Form) -> bool:
    """Whether both name an office, and not the same one."""
    mine, theirs = (_offices(form) for form in (one, other))
    return bool(mine and theirs and not mine & theirs)


_CHAMBERS = {"sen": "s", "senator": "s", "ussenator": "s", "ussen": "s", "senators": "s"}


def in_office(form: Form) -> bool:
    """Whether an office stands beside the name, as it does for people who hold one."""
    return bool(form.beside) and not words().offices.isdisjoint(form.beside)


def _offices(form: Form) -> set[str]:
    return {_CHAMBERS.get(word, "r") for word in form.beside if word in words().offices}
