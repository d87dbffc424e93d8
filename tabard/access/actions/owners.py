"""What is done to an owner, only an owner may do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove
from tabard.org.actions import owned_without
from tabard.org.models import Grant, Person


def owners_by_owners(by: Actor, person: Person) -> None:
    """A manager of the unit in which an owner happens to sit has no power over the owner."""
    for grant in Grant.objects.active().filter(person=person, role__slug="owner").select_related("unit"):
        if not permissions.may(by, "roles.edit", grant.place()):
            raise Denied(_("%(person)s is an owner: only an owner may do this.") % {"person": person})


def never_the_last_owner(person: Person) -> None:
    """Somebody must be left who can let others in."""
    if not owned_without(Grant.objects.of_owners().filter(person=person)):
        raise IllegalMove(
            _("%(person)s is the last owner. Make somebody else an owner first.") % {"person": person}
        )
