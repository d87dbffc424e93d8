"""Whatever lets a person in: sessions, tokens, links, keys. All of it closes the moment somebody leaves.

Each app's `doors.py` registers what it keeps. A leaver, a suspension and "end everything" are loops over
this registry; a test proves that every table that keeps the digest of a key is claimed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from tabard.kernel.actor import Actor
from tabard.kernel.events import tell
from tabard.kernel.question import Question, counts

# What `tabard live` is told, as `closed 12`: it looks at once whether the person's open lines may stay.
CLOSED = "closed"


@dataclass(frozen=True)
class Door:
    """One way in.

    `claims` are the tables it answers for, as `access.ApiToken`. `open` tells which of a person's are
    open; `close` closes them all, inside the action that is running, and returns how many it closed. What a
    suspended person finds again as it was, a second factor say, has `ends_with_suspension=False`.
    """

    name: str
    label: str | Promise
    claims: tuple[str, ...]
    open: Callable[[int], QuerySet[Any]]
    close: Callable[[Actor, int], int]
    ends_with_suspension: bool = True


_doors: dict[str, Door] = {}
_asked: dict[str, Question] = {}


def door(made: Door) -> Door:
    """Register a way in."""
    if made.name in _doors:
        raise LookupError(f"two doors are called {made.name!r}")
    _doors[made.name] = made
    _asked[made.name] = Question(lambda person_id: made.open(person_id).order_by().values("pk"))
    return made


def doors() -> list[Door]:
    """Every way in there is."""
    return list(_doors.values())


def counted(person_id: int) -> list[tuple[Door, int]]:
    """How many ways in of each kind are open to somebody, where any is. One question."""
    found = counts([(_asked[each.name], (person_id,)) for each in doors()])
    return [(each, count) for each, count in zip(doors(), found, strict=True) if count]


def close_all(by: Actor, person_id: int, *, for_good: bool) -> dict[str, int]:
    """Close what lets `person_id` in, and say how many of each; `for_good` with what they set up for it."""
    shut = {d.name: d.close(by, person_id) for d in doors() if for_good or d.ends_with_suspension}
    closed(person_id)
    return {name: count for name, count in shut.items() if count}


def closed(person_id: int) -> None:
    """Something that lets `person_id` in has closed: what is open for them is looked at when this commits."""
    tell([f"{CLOSED} {person_id}"])


def claimed() -> set[str]:
    """Every table that a door answers for."""
    return {claim for d in doors() for claim in d.claims}
