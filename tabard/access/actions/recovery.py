"""Recovery codes: made anew by whoever they are for, and used up one by one."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access import recovery
from tabard.access.signing_in import has_factor
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.org.models import Person


@action(
    "recovery_codes.make",
    may="own.profile",
    on=Person,
    says=gettext_lazy("%(who)s made new recovery codes"),
    step_up=True,
)
def make_recovery_codes(by: Actor, person: Person) -> list[str]:
    """New codes, readable this once; those from before stop working."""
    if by.person_id != person.pk or by.kind == "token":
        raise Denied(_("Only %(person)s may make these, signed in.") % {"person": person}, hidden=True)
    if not has_factor(person):
        raise IllegalMove(_("Set up an authenticator app or a passkey first."))
    codes = recovery.replace(person.pk)
    note(count=len(codes))
    mail = "mfa/email/recovery_codes_generated"
    transaction.on_commit(lambda: get_adapter().send_notification_mail(mail, person))
    return [recovery.spaced(code) for code in codes]


@action(
    "recovery_code.use",
    may="own.profile",
    on=Person,
    says=gettext_lazy("%(who)s used a recovery code; %(left)s are left"),
    lock=False,
)
def use_recovery_code(by: Actor, person: Person, *, code: str) -> Person:
    """Instead of the second factor. It never opens again."""
    if by.person_id != person.pk:
        raise Denied(_("Only %(person)s may do this.") % {"person": person}, hidden=True)
    if not recovery.take(person.pk, code):
        raise Invalid({"code": [_("This code is not right, or was used before.")]})
    note(left=recovery.left(person.pk).count())
    return person
