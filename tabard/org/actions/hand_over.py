"""Handing over what a person holds, in one step (B8)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import holdings, permissions
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, Invalid
from tabard.org.models import Person, Unit

LEADS = "org.leads"


@action(
    "person.hand_over",
    may="org.people",
    on=Person,
    says=gettext_lazy("%(who)s handed over what %(what)s held to %(to)s"),
)
def hand_over(
    by: Actor,
    person: Person,
    *,
    to: Person | None,
    only: list[str] | None = None,
    each: Mapping[str, Person] | None = None,
) -> Person:
    """Everything `person` holds goes to `to`, or only the holdings that are named.

    `each`: who gets a kind instead of `to`, by the holding's name; kinds that neither names stay.
    """
    kinds = {h.name: h for h in holdings.holdings("person")}
    receivers = {name: to for name in kinds if to is not None and (only is None or name in only)}
    receivers |= dict(each or {})
    _all_here(person, receivers)
    if unknown := receivers.keys() - kinds.keys():
        raise Invalid({"each": [_("There is nothing called %(name)s.") % {"name": sorted(unknown)[0]}]})
    if LEADS in receivers:
        _theirs_to_give(by, person)
    moved = {n: kinds[n].hand_over(by, person.pk, one.pk, None) for n, one in receivers.items()}
    note(to=", ".join(sorted({one.name for n, one in receivers.items() if moved[n]})) or _("nobody"))
    note(moved={name: count for name, count in moved.items() if count})
    note(receivers={name: receivers[name].pk for name, count in moved.items() if count})
    return person


def _theirs_to_give(by: Actor, person: Person) -> None:
    """Whoever leads a unit above sits somewhere: who gives their things on there does not name its lead."""
    for unit in Unit.objects.open().filter(Q(lead=person) | Q(deputy=person)):
        if not permissions.may(by, "org.edit", unit.place()):
            raise Denied(
                _("%(person)s leads %(unit)s, where you do not name the lead. Hand over the other kinds.")
                % {"person": person, "unit": unit}
            )


def _all_here(person: Person, receivers: Mapping[str, Person]) -> None:
    if not receivers:
        raise Invalid({"to": [_("Choose who gets it.")]})
    if any(one.pk == person.pk or not one.is_active for one in receivers.values()):
        raise Invalid({"to": [_("Choose somebody else who is here.")]})
