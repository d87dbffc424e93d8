"""Where a directory's word puts somebody: when another rule fits, they move, with the grants of the rules."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tabard.access.actions.movers import end_soon, move_person, overlap
from tabard.access.models import Member, PlaceGrant, PlaceRule
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.org.models import Grant


@step
def follow_place(by: Actor, member: Member, *, before: PlaceRule | None, after: PlaceRule | None) -> None:
    """Where another rule fits than before, they belong to its unit, and have its role there.

    Somebody whom people here have moved stays where they are until the directory says something new.
    """
    if (before and before.same()) == (after and after.same()):
        return
    open_ones = member.place_grants.filter(grant__ended_at=None).select_related("grant__unit", "grant__role")
    held = [each.grant for each in open_ones if after is None or each.rule_id != after.pk]
    unit = after.unit if after else member.directory.unit
    reason = reason_of(member, after)
    if unit.pk != member.person.unit_id:
        move_person(by, member.person, to=unit, reason=reason, ends=held)
        member.person.unit = unit
    elif held:
        end_soon(by, held, overlap(unit), reason)
    if after is not None:
        begin(by, member, after)


@step
def begin(by: Actor, member: Member, rule: PlaceRule) -> None:
    """The grant that a rule gives, if it names a role and they do not have it from it yet."""
    if rule.role_id is None:
        return
    there = member.place_grants.filter(rule=rule, grant__ended_at=None, grant__ends_at=None)
    if there.exists():
        return
    grant = Grant.objects.create(
        person=member.person,
        role_id=rule.role_id,
        unit_id=rule.unit_id,
        starts_at=clock.now(),
        reason=reason_of(member, rule),
        grantor_id=by.person_id,
    )
    PlaceGrant.objects.create(member=member, rule=rule, grant=grant)


def reason_of(member: Member, rule: PlaceRule | None) -> str:
    """Why, in a sentence."""
    if rule is None:
        said = _("%(directory)s says nothing that places them") % {"directory": member.directory}
    else:
        told = {"directory": member.directory, "attribute": rule.attribute, "value": rule.value}
        said = _("%(directory)s: %(attribute)s is %(value)s") % told
    return said[:300]
