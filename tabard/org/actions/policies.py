"""Setting policies: tightened below, never loosened (A3)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import permissions
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.models import Person, Policy, Role, Unit
from tabard.org.policies import inherited, said_above
from tabard.org.rules import EVERYBODY, MATTERS, OF_SIGNING_IN, Matter, checked, is_looser


@action(
    "policy.set",
    may="policies.set",
    on=Unit,
    says=gettext_lazy("%(who)s set the policy “%(matter)s” of %(what)s"),
)
def set_policy(by: Actor, unit: Unit, *, matter: str, value: Any, was: Values | None = None) -> Unit:
    """Say what holds in `unit` and below. Only the whole organisation may be laxer than what is inherited."""
    if matter not in MATTERS:
        raise Invalid({"matter": [_("There is no policy “%(name)s”.") % {"name": matter[:40]}]})
    if matter in OF_SIGNING_IN:
        permissions.demand_proof(by)
    try:
        clean = checked(matter, value)
    except (ValueError, TypeError) as error:
        raise Invalid({"value": [_wanted(MATTERS[matter])]}) from error
    if matter == "approval_steps":
        _deciders_exist(clean)
    if matter == "second_factor":
        _roles_exist([slug for slug in clean if slug != EVERYBODY])
    if unit.parent_id is not None and is_looser(matter, inherited(unit)[matter], clean):
        raise Invalid({"value": [_looser(matter, unit)]})
    there = Policy.objects.filter(unit=unit, matter=matter).first()
    not_overtaken(there, was, readable=False)
    note(matter=str(MATTERS[matter].label), before=there.value if there else None, after=clean)
    Policy.objects.update_or_create(
        unit=unit, matter=matter, defaults={"value": clean, "set_by_id": by.person_id}
    )
    return unit


@action(
    "policy.unset",
    may="policies.set",
    on=Unit,
    says=gettext_lazy("%(who)s took back the policy “%(matter)s” of %(what)s"),
)
def unset_policy(by: Actor, unit: Unit, *, matter: str) -> Unit:
    """Say nothing here any more: what is inherited holds again."""
    if matter in OF_SIGNING_IN:
        permissions.demand_proof(by)
    there = Policy.objects.filter(unit=unit, matter=matter).first()
    if there is None:
        raise Invalid({"matter": [_("Nothing is said about this here.")]})
    note(matter=str(MATTERS[matter].label), before=there.value, after=None)
    there.delete()
    return unit


def _looser(matter: str, unit: Unit) -> str:
    source = said_above(unit, matter)
    where = str(source.unit) if source else _("Tabard's default")
    return _(
        "This would allow more than what is inherited from %(where)s. A unit may be stricter than the ones"
        " above it, never laxer."
    ) % {"where": where}


def _wanted(matter: Matter) -> str:
    if matter.name == "silent_days_for":
        return _("Give up to 20 lines such as “christmas: 400”, each with 1 to 3650 days.")
    return {
        "flag": _("Say yes or no."),
        "number": _("Give a whole number above 0, or nothing."),
        "roles": _("Give a list of roles."),
        "lines": _("Give up to 20 lines."),
        "word": _("Choose one of the words there are."),
        "steps": _("Give up to ten steps, each with a role or a person."),
    }[matter.kind]


def _deciders_exist(steps: list[dict[str, Any]]) -> None:
    roles = {s["role"] for s in steps if "role" in s}
    people = {s["person_id"] for s in steps if "person_id" in s}
    known = set(Role.objects.filter(slug__in=roles).values_list("slug", flat=True))
    here = set(Person.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    if roles - known or people - here:
        raise Invalid({"value": [_("A step names a role or a person that is not here.")]})


def _roles_exist(slugs: list[str]) -> None:
    if Role.objects.filter(slug__in=slugs).count() < len(slugs):
        raise Invalid({"value": [_("There is no such role.")]})
