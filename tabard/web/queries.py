"""What the frame reads for itself."""

from __future__ import annotations

from typing import Any

from tabard.access.queries import open_sources, recovery_left
from tabard.kernel.actor import Actor
from tabard.kernel.question import question
from tabard.org.models import Person, Unit


def organisation() -> Unit | None:
    """The whole organisation, whose name and arms anybody may see who comes to the door."""
    return next(iter(_root.models(Unit)), None)


@question
def _root() -> Any:
    return Unit.objects.filter(parent=None).values_list("id", "name", "arms", "slug")[:1]


def myself(by: Actor) -> Person:
    """The person who asks."""
    person: Person = Person.objects.get(pk=by.person_id)
    return person


def sources() -> list[Any]:
    """Who else may say who somebody is."""
    return list(open_sources())


def codes_left(person: Any) -> int:
    """How many recovery codes somebody has left."""
    return recovery_left(person)
