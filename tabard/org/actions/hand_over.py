"""Handing over what a person holds, in one step (B8)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import holdings
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.org.models import Person


@action(
    "person.hand_over",
    may="org.people",
    on=Person,
    says=gettext_lazy("%(who)s handed over what %(what)s held to %(to)s"),
)
def hand_over(by: Actor, person: Person, *, to: Person, only: list[str] | None = None) -> Person:
    """Everything `person` holds goes to `to`, or only the holdings that are named."""
    if to.pk == person.pk or not to.is_active:
        raise Invalid({"to": [_("Choose somebody else who is here.")]})
    moved = {
        holding.name: holding.hand_over(by, person.pk, to.pk, None)
        for holding in holdings.holdings("person")
        if only is None or holding.name in only
    }
    note(to=to.name, moved={name: count for name, count in moved.items() if count})
    return person
