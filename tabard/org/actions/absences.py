"""Absence: while somebody is away, another person has their grants beside their own."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.org.actions.people import nobody_above
from tabard.org.models import Absence, Grant, Person


@action(
    "absence.say", may="own.absence", on=Person, says=gettext_lazy("%(who)s arranged an absence: %(what)s")
)
def say_absent(
    by: Actor, person: Person, *, deputy: Person, starts_at: datetime, ends_at: datetime, reason: str = ""
) -> Absence:
    """`deputy` stands in for `person`: arranged by oneself, or by somebody who gives grants there."""
    if by.person_id != person.pk and not permissions.may(by, "grants.give", person.place()):
        raise Denied(
            _("Only %(person)s, or somebody who gives grants there, may arrange this.") % {"person": person}
        )
    if deputy.pk == person.pk:
        raise Invalid({"deputy": [_("Nobody stands in for themselves.")]})
    if not deputy.is_active:
        raise Invalid({"deputy": [_("%(person)s has left.") % {"person": deputy}]})
    if deputy.pk == by.person_id and person.pk != by.person_id:
        raise Denied(_("Nobody makes themselves the deputy of somebody else."))
    if ends_at <= starts_at or ends_at <= clock.now():
        raise Invalid({"ends_at": [_("The end must be after the start, and not in the past.")]})
    _hands_on(by, person)
    return Absence.objects.create(
        person=person, deputy=deputy, starts_at=starts_at, ends_at=ends_at, reason=text.name(reason)[:300]
    )


@action("absence.end", may="own.absence", on=Absence, says=gettext_lazy("%(who)s ended an absence: %(what)s"))
def end_absence(by: Actor, absence: Absence) -> Absence:
    """The person is back: from this moment on the deputy has only their own grants."""
    if by.person_id not in {absence.person_id, absence.deputy_id} and not permissions.may(
        by, "grants.give", absence.place()
    ):
        raise Denied(_("Only the two of them, or somebody who gives grants there, may end this."))
    if absence.ended_at:
        raise IllegalMove(_("This absence has ended already."))
    absence.ended_at = clock.now()
    absence.save(update_fields=["ended_at"])
    return absence


def _hands_on(by: Actor, person: Person) -> None:
    """A deputy may all that the person may: nobody hands on more than they have, or owner rights unproved."""
    said = _(
        "%(person)s may do more than you, or than your key: somebody who may do as much names the deputy."
    )
    nobody_above(by, person, said % {"person": person})
    theirs = Grant.objects.not_over().filter(person=person)
    if theirs.filter(role__permissions__contains=["roles.edit"]).exists():
        permissions.demand_proof(by)
