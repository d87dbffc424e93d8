"""Moving to another unit: what somebody had there ends, at once or after an overlap, and the new begins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.actions.owners import owners_by_owners
from tabard.access.events import PersonMoved
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.org.actions import end_grants, give_grant, owned_without
from tabard.org.models import Grant, Person, Role, Unit
from tabard.org.queries import policy

MOST_DAYS = 90


@action(
    "person.move",
    may="org.people",
    on=Person,
    says=gettext_lazy("%(who)s moved %(what)s from %(from)s to %(to)s"),
)
def move_person(
    by: Actor,
    person: Person,
    *,
    to: Unit,
    reason: str,
    ends: Iterable[Grant] = (),
    role: Role | None = None,
    days: int | None = None,
) -> Person:
    """`person` belongs to `to` from now on. The grants in `ends` go on for `days`, at most as long as the
    policy of the unit they leave allows (None: exactly as long); `role` is given in the new unit."""
    before = person.unit
    _may_be_moved(by, person, to, reason)
    most = overlap(before)
    if days is not None and not 0 <= days <= most:
        raise Invalid({"days": [_("The overlap may be %(days)s days at most.") % {"days": most}]})
    for grant in (ending := list(ends)):
        _is_theirs(by, person, grant)
    ended = end_soon(by, ending, most if days is None else days, text.name(reason)[:300])
    person.unit = to
    person.save(update_fields=["unit"])
    if role is not None:
        give_grant(by, to, person=person, role=role, reason=text.name(reason)[:300])
    kept = Grant.objects.active().filter(person=person, unit__path__startswith=before.path, ends_at=None)
    note(**{"from": before.name, "to": to.name, "ended": ended, "kept": sorted(g.pk for g in kept)})
    emit(by, PersonMoved(person.pk, before.pk, to.pk))
    return person


def overlap(unit: Unit) -> int:
    """For how many days somebody who leaves `unit` may keep what they had there."""
    days: int | None = policy(unit).values["mover_days"]
    return min(days or 0, MOST_DAYS)


@step
def end_soon(by: Actor, grants: Iterable[Grant], days: int, reason: str) -> list[int]:
    """End `grants` in so many days, now if that is none; what ends earlier anyway stays. Their ids."""
    if not owned_without(grants := list(grants)):
        raise IllegalMove(_("Nobody would own the organisation any more. Make somebody else an owner first."))
    then, ids = clock.now() + timedelta(days=days), sorted(grant.pk for grant in grants)
    rows = Grant.objects.filter(pk__in=ids, ended_at=None)
    # What has not begun by then, never does.
    end_grants(by, rows.filter(starts_at__gte=then) if days else rows, reason=reason)
    if days:
        rows.filter(Q(ends_at=None) | Q(ends_at__gt=then), starts_at__lt=then).update(ends_at=then)
    return ids


def _may_be_moved(by: Actor, person: Person, to: Unit, reason: str) -> None:
    if person.left_at is not None:
        raise IllegalMove(_("%(person)s has left.") % {"person": person})
    if by.person_id == person.pk:
        raise Denied(_("Nobody moves themselves. Ask somebody else who may."))
    if to.pk == person.unit_id:
        raise Invalid(
            {"unit": [_("%(person)s belongs to %(unit)s already.") % {"person": person, "unit": to}]}
        )
    if to.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": to}]})
    answer = permissions.may(by, "org.people", to.place())
    if not answer:
        raise Denied(answer.reason)
    if not 1 <= len(text.name(reason)) <= 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})


def _is_theirs(by: Actor, person: Person, grant: Grant) -> None:
    """Only grants of theirs, and only where whoever moves them may end grants; an owner's only by owners."""
    if grant.person_id != person.pk:
        raise Invalid({"ends": [_("This grant is somebody else's.")]})
    if grant.role.slug == "owner":
        owners_by_owners(by, person)
    answer = permissions.may(by, "grants.give", grant.place())
    if not answer:
        raise Denied(answer.reason)
