"""Actors made from people: for sessions, tokens and jobs that act in somebody's name."""

from __future__ import annotations

from tabard.kernel.actor import Actor, Via
from tabard.org.models import Person


def actor_of(person: Person, via: Via, *, origin: str = "") -> Actor:
    """`person` acting for themselves."""
    return Actor(kind="person", name=person.name, via=via, person_id=person.pk, origin=origin)
