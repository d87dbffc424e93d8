"""What the frame reads for itself."""

from __future__ import annotations

from typing import Any

from tabard.access.queries import open_sources
from tabard.kernel.actor import Actor
from tabard.org.models import Person, Unit


def organisation() -> Unit | None:
    """The whole organisation, whose name and arms anybody may see who comes to the door."""
    return Unit.objects.filter(parent=None).only("id", "name", "arms", "slug").first()


def myself(by: Actor) -> Person:
    """The person who asks."""
    person: Person = Person.objects.get(pk=by.person_id)
    return person


def sources() -> list[Any]:
    """Who else may say who somebody is."""
    return list(open_sources())
