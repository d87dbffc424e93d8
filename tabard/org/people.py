"""Actors made from people: for sessions, tokens and jobs that act in somebody's name."""

from __future__ import annotations

from datetime import datetime

from tabard.kernel.actor import Actor, Via
from tabard.org.models import Person


def actor_of(person: Person, via: Via, *, origin: str = "", proved_at: datetime | None = None) -> Actor:
    """`person` acting for themselves; `proved_at` is when they last showed that it is them."""
    return Actor(
        kind="person", name=person.name, via=via, person_id=person.pk, origin=origin, proved_at=proved_at
    )
