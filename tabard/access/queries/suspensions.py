"""Who is suspended, and whose time is over."""

from __future__ import annotations

from tabard.access.models import Suspension
from tabard.kernel import clock
from tabard.org.models import Person


def suspension_of(person: Person) -> Suspension | None:
    """The suspension in force, if there is one."""
    found: Suspension | None = Suspension.objects.filter(person=person, ended_at=None).first()
    return found


def over() -> list[Person]:
    """Everybody whose suspension is over by its time."""
    due = Suspension.objects.filter(ended_at=None, until__lte=clock.now()).select_related("person__unit")
    return [each.person for each in due.order_by("until")[:500]]
