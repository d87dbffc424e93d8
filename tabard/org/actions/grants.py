"""Giving and ending grants, and what a role may do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.kernel.place import Place
from tabard.org.catalogue import OWN, PERMISSIONS
from tabard.org.models import Grant, Person, Role, Unit
from tabard.org.queries import policy


@action(
    "grant.give",
    may="grants.give",
    on=Unit,
    says=gettext_lazy("%(who)s gave %(what)s in %(place)s"),
    lock=False,
)
def give_grant(
    by: Actor,
    unit: Unit,
    *,
    person: Person,
    role: Role,
    reason: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    channel_id: int | None = None,
) -> Grant:
    """Give a role on `unit`, or on one channel of it. Nobody gives more than they have, nor to themselves."""
    if role is not None and "roles.edit" in role.permissions:
        permissions.demand_proof(by)
    begin = starts_at or clock.now()
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    if not person.is_active:
        raise Invalid({"person": [_("%(person)s has left.") % {"person": person}]})
    if by.person_id == person.pk:
        raise Denied(_("Nobody gives a grant to themselves. Ask somebody else who may."))
    if ends_at and ends_at <= max(begin, clock.now()):
        raise Invalid({"ends_at": [_("The end must be after the start, and not in the past.")]})
    clean = text.name(reason)
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    _within_policy(unit, begin, ends_at)
    _no_more_than_own(by, role, Place(unit.pk, unit.path, channel_id))
    note(place=str(unit))
    return Grant.objects.create(
        person=person,
        role=role,
        unit=unit,
        channel_id=channel_id,
        starts_at=begin,
        ends_at=ends_at,
        reason=clean,
        grantor_id=by.person_id,
    )


@step
def take_along(channels: list[int], unit: Unit) -> int:
    """The grants on channels go with them to `unit`, where those who now answer for them see and end them."""
    return Grant.objects.filter(channel_id__in=channels, ended_at=None).update(unit=unit)


@action("grant.end", may="grants.give", on=Grant, says=gettext_lazy("%(who)s ended %(what)s"), lock=False)
def end_grant(by: Actor, grant: Grant, *, reason: str) -> Grant:
    """End a grant now; what it allowed is refused from this moment on."""
    clean = text.name(reason)
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    if not end_grants(by, [grant], reason=clean):
        raise IllegalMove(_("This grant has ended already."))
    grant.refresh_from_db()
    return grant


@step
def end_grants(by: Actor, grants: Iterable[Grant], *, reason: str) -> list[int]:
    """End these now, wherever that is decided; the ids of those that had not ended yet.

    `IllegalMove` where nobody would own the organisation any more. Who must not be refused for that asks
    `owned_without` first.
    """
    several = list(grants)
    # The owners' grants are locked first and in their order: nobody who has one of them waits for another.
    if not owned_without(several):
        raise IllegalMove(_("Nobody would own the organisation any more. Make somebody else an owner first."))
    rows = Grant.objects.filter(pk__in=[g.pk for g in several], ended_at=None).order_by("pk")
    open_ones = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    ended = {"ended_at": clock.now(), "ended_by": by.person_id, "end_reason": reason[:300]}
    Grant.objects.filter(pk__in=open_ones).update(**ended)
    return open_ones


@action(
    "role.make",
    may="roles.edit",
    on=Unit,
    says=gettext_lazy("%(who)s made the role %(what)s"),
    lock=False,
    step_up=True,
)
def make_role(by: Actor, root: Unit, *, name: str, permissions: list[str]) -> Role:
    """A role of the organisation's own."""
    if root.parent_id:
        raise Invalid({"": [_("Roles are made for the whole organisation.")]})
    clean = text.name(name)
    slug = slugify(text.folded(clean))[:40]
    if not slug or len(clean) > 80:
        raise Invalid({"name": [_("Give a name of 1 to 80 characters.")]})
    if Role.objects.filter(slug=slug).exists():
        raise Invalid({"name": [_("There is already a role “%(name)s”.") % {"name": clean}]})
    wanted = _known(permissions)
    _only_what_one_has(by, root, wanted)
    return Role.objects.create(name=clean, slug=slug, permissions=wanted)


@action(
    "role.change",
    may="roles.edit",
    on=Unit,
    says=gettext_lazy("%(who)s changed the role %(role)s"),
    lock=False,
    step_up=True,
)
def change_role(
    by: Actor, root: Unit, *, role: Role, permissions: list[str], was: Values | None = None
) -> Role:
    """Change what a role may do; it holds for everybody who has it, from this moment on."""
    role = Role.objects.select_for_update().get(pk=role.pk)
    not_overtaken(role, was, readable=False)
    if role.slug == "owner":
        raise Invalid({"permissions": [_("An owner may always do everything.")]})
    wanted = _known(permissions)
    _only_what_one_has(by, root, set(wanted) - set(role.permissions))
    note(
        role=role.name,
        added=sorted(set(wanted) - set(role.permissions)),
        removed=sorted(set(role.permissions) - set(wanted)),
    )
    role.permissions, role.changed = wanted, True
    role.save(update_fields=["permissions", "changed"])
    return role


@step
def owned_without(ending: Iterable[Grant]) -> bool:
    """Whether somebody would own the organisation without these, and for longer than an emergency lasts."""
    ids = [grant.pk for grant in ending]
    if not Grant.objects.of_owners().filter(pk__in=ids).exists():
        return True
    # Two owners who end each other in the same moment come one after the other.
    owning = Grant.objects.filter(role__slug="owner", ended_at=None).order_by("pk")
    list(owning.select_for_update(of=("self",), no_key=True))
    return Grant.objects.of_owners().lasting().exclude(pk__in=ids).exists()


def _only_what_one_has(by: Actor, root: Unit, wanted: Iterable[str]) -> None:
    """Whoever may change roles, and not everything, does not come to everything by changing their own."""
    for name in sorted(wanted):
        if not permissions.may(by, name, root.place()):
            raise Denied(
                _("You cannot put “%(right)s” into a role: you do not have it yourself.")
                % {"right": PERMISSIONS[name]}
            )


def _within_policy(unit: Unit, begin: datetime, ends_at: datetime | None) -> None:
    most = policy(unit).grant_days
    if most is None:
        return
    latest = begin + timedelta(days=most)
    if ends_at is None or ends_at > latest:
        said = _("The grant must end within %(days)s days, by %(day)s.") % {
            "days": most,
            "day": f"{latest:%Y-%m-%d}",
        }
        raise Invalid({"ends_at": [said]})


def _known(names: list[str]) -> list[str]:
    unknown = [n for n in names if n not in PERMISSIONS or n.startswith(OWN)]
    if unknown:
        raise Invalid({"permissions": [_("There is no right “%(right)s”.") % {"right": unknown[0][:40]}]})
    return sorted(set(names))


def _no_more_than_own(by: Actor, role: Role, place: Place) -> None:
    for permission in role.permissions:
        if not permissions.may(by, permission, place):
            raise Denied(
                _("You cannot give “%(role)s” here: you do not have its right “%(right)s” yourself.")
                % {"role": role.name, "right": PERMISSIONS[permission]}
            )
