"""What policies ask of somebody's way of signing in: by where they sit and by what they may do where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tabard.kernel.question import question
from tabard.org.models import Grant, Person, Policy
from tabard.org.rules import EVERYBODY


@dataclass(frozen=True)
class Duties:
    """Whether a second factor is owed, and how long a session lasts and may pause."""

    factor: bool
    hours: int
    minutes: int


def duties(person: Person) -> Duties:
    """The strictest of what the units say in which `person` sits or has a grant. Three queries at most.

    A unit's word about a role holds for grants on it and below it, and for everybody who sits there.
    """
    said: list[tuple[int, str, Any]] = _said.rows()
    if not said:
        return Duties(False, settings.SESSION_HOURS, settings.SESSION_IDLE_MINUTES)
    active = Grant.objects.active().filter(person=person, person__is_active=True)
    grants = list(active.values_list("unit__path", "role__slug"))
    home = person.unit.path
    roles = {role for _path, role in grants}
    places = [home, *(path for path, _role in grants)]
    numbers = {
        matter: min([most, *(v for u, m, v in said if m == matter and v and _over(u, places))])
        for matter, most in (
            ("session_hours", settings.SESSION_HOURS),
            ("idle_minutes", settings.SESSION_IDLE_MINUTES),
        )
    }
    factor = any(
        (_over(unit, [home]) and roles & set(value))
        or (EVERYBODY in value and _over(unit, places))
        or any(_over(unit, [path]) and role in value for path, role in grants)
        for unit, matter, value in said
        if matter == "second_factor"
    )
    return Duties(factor, numbers["session_hours"], numbers["idle_minutes"])


@question
def _said() -> Any:
    matters = ("second_factor", "session_hours", "idle_minutes")
    return Policy.objects.filter(matter__in=matters).values_list("unit", "matter", "value")


def _over(unit: int, paths: list[str]) -> bool:
    """Whether a unit is one of those on the paths, or above them."""
    return any(f"/{unit}/" in path for path in paths)
