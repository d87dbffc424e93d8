"""Making and changing units. Moving, merging, splitting and closing are reorganisations."""

from __future__ import annotations

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.clock import known_zone
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.arms import arms_for
from tabard.org.models import Person, Unit
from tabard.org.models.units import UnitKind


@action("unit.add", may="org.edit", on=Unit, says=gettext_lazy("%(who)s added the unit %(what)s"), lock=False)
def add_unit(
    by: Actor,
    parent: Unit,
    *,
    name: str,
    kind: str,
    lead: Person | None = None,
    deputy: Person | None = None,
    zone: str = "",
    reference: str = "",
) -> Unit:
    """Make a unit below `parent`."""
    if parent.closed_at:
        raise Invalid({"parent": [_("%(unit)s is closed.") % {"unit": parent}]})
    if kind not in UnitKind.values or kind == UnitKind.ORGANISATION:
        raise Invalid({"kind": [_("Choose region, district or team.")]})
    unit = Unit(parent=parent, kind=kind, lead=lead, deputy=deputy, reference=_reference(reference))
    unit.name = checked_name(name, parent)
    unit.zone = known_zone(zone) if zone else parent.zone
    unit.slug = free_slug(unit.name)
    unit.search = text.folded(unit.name)
    checked_leads(lead, deputy)
    unit.arms = arms_for(unit)
    unit.save()
    unit.path = f"{parent.path}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def _reference(given: str) -> str:
    """What another system calls the unit."""
    clean = text.name(given)
    if len(clean) > 120:
        raise Invalid({"reference": [_("Give at most %(most)s characters.") % {"most": 120}]})
    return clean


@action("unit.change", may="org.edit", on=Unit, says=gettext_lazy("%(who)s changed the unit %(what)s"))
def change_unit(
    by: Actor,
    unit: Unit,
    *,
    name: str | None = None,
    lead: Person | str | None = "",
    deputy: Person | str | None = "",
    zone: str | None = None,
    was: Values | None = None,
) -> Unit:
    """Rename a unit, or name its lead and deputy; what is not given stays. `None` leaves a place empty."""
    not_overtaken(unit, was)
    if name is not None:
        unit.name = checked_name(name, unit.parent, but=unit)
        unit.search = text.folded(unit.name)
    if not isinstance(lead, str):
        unit.lead = lead
    if not isinstance(deputy, str):
        unit.deputy = deputy
    if zone is not None:
        unit.zone = known_zone(zone)
    checked_leads(unit.lead, unit.deputy)
    unit.save()
    return unit


def checked_name(name: str, parent: Unit | None, *, but: Unit | None = None) -> str:
    """A clean name that no open sibling has."""
    clean = text.name(name)
    if not clean or len(clean) > 120:
        raise Invalid({"name": [_("Give a name of 1 to 120 characters.")]})
    same = Unit.objects.open().filter(parent=parent, name__iexact=clean).exclude(pk=but.pk if but else 0)
    if same.exists():
        raise Invalid(
            {
                "name": [
                    _("There is already a unit “%(name)s” in %(parent)s.") % {"name": clean, "parent": parent}
                ]
            }
        )
    return clean


def checked_leads(lead: Person | None, deputy: Person | None) -> None:
    """The accountable person and the backup are two people who are here."""
    if lead and deputy and lead.pk == deputy.pk:
        raise Invalid({"deputy": [_("The deputy must be somebody other than the lead.")]})
    for field, person in (("lead", lead), ("deputy", deputy)):
        if person and not person.is_active:
            raise Invalid({field: [_("%(person)s has left.") % {"person": person}]})


def free_slug(name: str) -> str:
    """A slug for the address of the unit's scope; a number is added where it is taken."""
    base = slugify(text.folded(name))[:70] or "unit"
    taken = set(
        Unit.objects.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list("slug", flat=True)
    )
    return next(s for n in range(1, 100_000) if (s := base if n == 1 else f"{base}-{n}") not in taken)
