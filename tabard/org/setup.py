"""The beginning: built-in roles after each migration, and the organisation itself with its first owner."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, override

from tabard.kernel import clock, text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.org.arms import arms_for
from tabard.org.catalogue import ROLES
from tabard.org.models import Grant, Person, Policy, Role, Unit
from tabard.org.models.units import UnitKind
from tabard.org.rules import EVERYBODY


def keep_roles(**_: Any) -> None:
    """Make the built-in roles, and bring those nobody has changed up to what the catalogue says."""
    there = {role.slug: role for role in Role.objects.filter(built_in=True)}
    with override("en"):
        for slug, (name, permissions) in ROLES.items():
            wanted = sorted(permissions)
            role = there.get(slug)
            if role is None:
                Role.objects.create(slug=slug, name=str(name), permissions=wanted, built_in=True)
            elif not role.changed and role.permissions != wanted:
                role.permissions = wanted
                role.save(update_fields=["permissions"])


@action("organisation.found", may="org.edit", on=Unit, says=gettext_lazy("%(who)s founded %(what)s"))
def found(
    by: Actor,
    unit: Unit,
    *,
    owner_name: str,
    owner_email: str,
    password: str | None,
    second_factor: bool = True,
) -> Unit:
    """Make the root of the tree and its first owner. `unit` carries only the name and the zone.

    `second_factor`: everybody needs one, until the organisation says otherwise.
    """
    unit.name = text.name(unit.name)
    unit.kind, unit.slug, unit.search = UnitKind.ORGANISATION, "organisation", text.folded(unit.name)
    unit.arms = arms_for(unit)
    unit.save()
    unit.path = f"/{unit.pk}/"
    owner = Person(unit=unit, name=text.name(owner_name), email=owner_email.strip(), zone=unit.zone)
    owner.search = text.folded(owner.name, owner.email)
    owner.set_password(password)
    owner.save()
    unit.lead = owner
    unit.save(update_fields=["path", "lead"])
    Grant.objects.create(
        person=owner,
        role=Role.objects.get(slug="owner"),
        unit=unit,
        starts_at=clock.now(),
        reason="Founded the organisation",
    )
    if second_factor:
        Policy.objects.create(unit=unit, matter="second_factor", value=[EVERYBODY])
    return unit
