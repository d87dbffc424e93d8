"""Pure functions: who answers, what is told when, and what a signature is over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DAYS = 14
# Days left at which those who have not signed are reminded, and at which others are brought in.
REMIND = (7, 4, 1, 0)
DEPUTY, ABOVE = 4, 1


@dataclass(frozen=True)
class Desk:
    """A unit as far as answering for it goes; only people who are here are named."""

    lead: int | None
    deputy: int | None


def answerer(line: Sequence[Desk], owners: Sequence[int], about: int | None) -> int | None:
    """Who is asked: `line` is the unit and the ones above it, upward.

    The lead, in their absence the deputy. What is about the lead goes to the next one up, not to the deputy
    who works for them; only where nobody is above is somebody beside them asked. None: there is nobody.
    """
    for desk in line:
        for person in (desk.lead, desk.deputy):
            if person is not None and person != about:
                return person
            if person is not None:
                break
    beside = [desk.deputy for desk in line] + list(owners)
    return next((person for person in beside if person is not None and person != about), None)


def superiors(line: Sequence[Desk], person: int) -> set[int]:
    """For whom `person` works: `line` is the unit they belong to and the ones above it, upward.

    Nobody works for whoever sits at a desk below one at which they sit themselves.
    """
    found: set[int | None] = set()
    for desk in line:
        if person == desk.lead:
            found = set()
        elif person == desk.deputy:
            found = {desk.lead}
        else:
            found |= {desk.lead, desk.deputy}
    return {each for each in found if each is not None and each != person}


def reminder(days_left: float, days: float) -> int | None:
    """The reminder that is due with so many days left of a round of so many `days`: the latest of those
    whose time has come."""
    return min((day for day in REMIND if days_left <= day < days), default=None)


def above(line: Sequence[Desk], days: int, asked: int | None) -> list[int]:
    """Who is brought in beside whoever is asked, with `days` left: the deputy, then those one unit up."""
    found: list[int | None] = []
    if days <= DEPUTY and line:
        found += [line[0].lead, line[0].deputy]
    if days <= ABOVE and len(line) > 1:
        found += [line[1].lead, line[1].deputy]
    return list(dict.fromkeys(p for p in found if p is not None and p != asked))


# Made once: `json.dumps` makes one for each value.
_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(value: Any) -> str:
    return hashlib.sha256(_PLAIN.encode(value).encode()).hexdigest()


def asked(kind: str, thing: tuple[str, int], title: str, facts: Mapping[str, Any]) -> str:
    """The fingerprint of a question: SHA-256 over it as JSON with sorted keys and no spaces."""
    return _sha256([kind, *thing, title, dict(facts)])


def gist(kind: str, thing: tuple[str, int], facts: Mapping[str, Any], passing: Iterable[str]) -> str:
    """The same without what changes by itself, for comparing two rounds."""
    left_out = set(passing)
    return asked(kind, thing, "", {k: v for k, v in facts.items() if k not in left_out})


def differences(
    then: Mapping[str, Any], now: Mapping[str, Any], passing: Iterable[str]
) -> dict[str, list[Any]]:
    """Which facts have changed, each with what it was and what it is; without those that do by themselves."""
    names = sorted((then.keys() | now.keys()) - set(passing))
    return {name: [then.get(name), now.get(name)] for name in names if then.get(name) != now.get(name)}


def signed(answers: Iterable[Sequence[Any]]) -> str:
    """What a signature is over: per item its id, the fingerprint of what was asked, answer, note, what
    became of it, who and when (ISO 8601 in UTC), and what the answer said besides where it did; by id."""
    return _sha256(sorted([list(each) for each in answers]))
