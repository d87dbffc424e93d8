"""Whatever lets a person in: sessions, tokens, links, keys. All of it closes the moment somebody leaves.

Each app's `doors.py` registers what it keeps. A leaver, a suspension and "end everything" are loops over
this registry; a test proves that every table that keeps the digest of a key is claimed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from tabard.kernel.actor import Actor
from tabard.kernel.events import tell

# What `tabard live` is told, as `closed 12`: it looks at once whether the person's open lines may stay.
CLOSED = "closed"


@dataclass(frozen=True)
class Door:
    """One way in.

    `claims` are the tables it answers for, as `access.ApiToken`. `count` tells how many of a person's are
    open; `close` closes them all, inside the action that is running, and returns how many it closed. What a
    suspended person finds again as it was, a second factor say, has `ends_with_suspension=False`.
    """

    name: str
    label: str | Promise
    claims: tuple[str, ...]
    count: Callable[[int], int]
    close: Callable[[Actor, int], int]
    ends_with_suspension: bool = True


_doors: dict[str, Door] = {}


def door(made: Door) -> Door:
    """Register a way in."""
    if made.name in _doors:
        raise LookupError(f"two doors are called {made.name!r}")
    _doors[made.name] = made
    return made


def doors() -> list[Door]:
    """Every way in there is."""
    return list(_doors.values())


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
