"""Leaving and coming back: one step ends everything that was open in somebody's name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.actions.owners import never_the_last_owner, owners_by_owners
from tabard.access.actions.suspensions import end_suspension
from tabard.access.events import PersonLeft, PersonReturned
from tabard.access.models import Departure
from tabard.kernel import clock, doors, holdings, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.org.actions import end_grants
from tabard.org.models import Absence, Grant, Person
from tabard.org.succession import successor


@action(
    "person.leave",
    may="org.people",
    on=Person,
    says=gettext_lazy("%(who)s recorded that %(what)s left; what they held went to %(to)s"),
)
def leave(by: Actor, person: Person, *, reason: str, to: Person | None = None) -> Departure:
    """`person` is gone: nothing opens for them from this moment on, and what they held goes to `to`, or to
    whoever stands in for them. Wholly or not at all."""
    suspended = end_suspension(by, person)
    if not person.is_active and not suspended:
        raise IllegalMove(_("%(person)s has left already.") % {"person": person})
    if by.person_id == person.pk:
        raise Denied(_("Nobody records their own leaving. Ask somebody else who may."))
    owners_by_owners(by, person)
    never_the_last_owner(person)
    clean = text.name(reason)
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    if to is not None and (to.pk == person.pk or not to.is_active):
        raise Invalid({"to": [_("Choose somebody else who is here.")]})
    heir = to or successor(person)
    closed = doors.close_all(by, person.pk, for_good=True)
    _out(person)
    evidence = {"closed": closed, **_ended(by, person, clean), "handed_over": _give(by, person, heir)}
    departure = Departure.objects.create(
        person=person,
        to=heir,
        by_id=by.person_id,
        said_by=by.name[:200],
        reason=clean,
        at=clock.now(),
        evidence=evidence,
    )
    note(to=heir.name if heir else _("nobody"), **evidence)
    emit(by, PersonLeft(person.pk, heir.pk if heir else None, departure.pk))
    return departure


@action("person.return", may="org.people", on=Person, says=gettext_lazy("%(what)s is back, said %(who)s"))
def come_back(by: Actor, person: Person) -> Person:
    """`person` may sign in again. Nothing of what they had comes back: no grant, no session, no token."""
    if person.is_active:
        raise IllegalMove(_("%(person)s is here.") % {"person": person})
    if person.left_at is None:
        raise IllegalMove(_("%(person)s has not left, but is suspended.") % {"person": person})
    person.is_active, person.left_at = True, None
    person.save(update_fields=["is_active", "left_at"])
    emit(by, PersonReturned(person.pk))
    return person


def _out(person: Person) -> None:
    person.refresh_from_db(fields=["generation"])
    person.is_active, person.left_at = False, clock.now()
    # Links to set a password are signed over the password, so they end with it.
    person.set_unusable_password()
    person.save(update_fields=["is_active", "left_at", "password"])


def _ended(by: Actor, person: Person, reason: str) -> dict[str, Any]:
    """End their grants and whatever they stood in for, or others for them."""
    now = clock.now()
    ids = end_grants(by, Grant.objects.filter(person=person, ended_at=None), reason=reason)
    own = Absence.objects.filter(person=person, ended_at=None)
    others = Absence.objects.filter(deputy=person, ended_at=None, ends_at__gt=now)
    return {"grants": ids, "absences": own.update(ended_at=now) + others.update(ended_at=now)}


def _give(by: Actor, person: Person, heir: Person | None) -> dict[str, int]:
    if heir is None:
        return {}
    given = {h.name: h.hand_over(by, person.pk, heir.pk, None) for h in holdings.holdings("person")}
    return {name: count for name, count in given.items() if count}
