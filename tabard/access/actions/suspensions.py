"""Suspending: for a while nothing opens for somebody. Nothing goes to others, and it is over by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.actions.owners import never_the_last_owner, owners_by_owners
from tabard.access.events import PersonResumed, PersonSuspended
from tabard.access.models import Suspension
from tabard.kernel import clock, doors, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.org.models import Person

LONGEST = timedelta(days=366)


@action(
    "person.suspend",
    may="org.people",
    on=Person,
    says=gettext_lazy("%(who)s suspended %(what)s until %(until)s"),
)
def suspend(by: Actor, person: Person, *, reason: str, until: datetime) -> Suspension:
    """Close everything that opens for `person`, until `until`. What they set up to show that it is them,
    their grants and what they hold stay."""
    if not person.is_active:
        raise IllegalMove(_("%(person)s is not here, or suspended already.") % {"person": person})
    if by.person_id == person.pk:
        raise Denied(_("Nobody suspends themselves."))
    owners_by_owners(by, person)
    never_the_last_owner(person)
    clean = text.name(reason)
    if not 1 <= len(clean) <= 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise Invalid({"until": [_("Give a time to come, within a year.")]})
    closed = doors.close_all(by, person.pk, for_good=False)
    person.refresh_from_db(fields=["generation"])
    person.is_active = False
    person.save(update_fields=["is_active"])
    note(until=f"{until:%Y-%m-%d %H:%M} UTC", reason=clean, closed=closed)
    emit(by, PersonSuspended(person.pk, until.isoformat()))
    return Suspension.objects.create(
        person=person, by_id=by.person_id, said_by=by.name[:200], reason=clean, starts_at=now, until=until
    )


@action(
    "person.resume",
    may="org.people",
    on=Person,
    says=gettext_lazy("%(who)s ended the suspension of %(what)s"),
)
def resume(by: Actor, person: Person) -> Person:
    """`person` may sign in again and has what they had; sessions and tokens that were closed stay closed."""
    if by.person_id == person.pk:
        raise Denied(_("Nobody ends their own suspension."))
    owners_by_owners(by, person)
    if not end_suspension(by, person):
        raise IllegalMove(_("%(person)s is not suspended.") % {"person": person})
    person.is_active = True
    person.save(update_fields=["is_active"])
    emit(by, PersonResumed(person.pk))
    return person


@step
def end_suspension(by: Actor, person: Person) -> bool:
    """Note that the open suspension is over, if there is one."""
    open_one = Suspension.objects.filter(person=person, ended_at=None)
    return bool(open_one.update(ended_at=clock.now(), ended_by=by.person_id))
