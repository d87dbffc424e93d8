"""What needs me now: what I am to change or look into, what I have out, emergencies at what I keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import question
from tabard.kernel.today import Need, today
from tabard.org.reach import Reach, reach
from tabard.safety.models import AdminFinding, CheckOut, Rotation

MOST = 25
WHAT = ("credential__unit", "credential__channel__unit")
WITH = (*WHAT, "channel__unit", "unit", "person", "owner")


@question
def _to_change(person: int) -> Any:
    mine = Q(owner=person) | Q(lead=person, state="overdue")
    return Rotation.objects.open().filter(mine).order_by("due_at", "id").values_list("pk")[:MOST]


@question
def _in_hand(person: int) -> Any:
    return CheckOut.objects.filter(person=person, ended_at=None).values_list("pk")[:MOST]


@question
def _waited_for(person: int) -> Any:
    """Who waits for what `person` waits for as well, and nobody has."""
    taken = CheckOut.objects.held().filter(emergency=False)
    mine = CheckOut.objects.waiting().filter(person=person)
    free = mine.exclude(credential__in=taken.values("credential"))
    waiting = CheckOut.objects.waiting().filter(credential__in=free.values("credential"))
    return waiting.order_by("id").values_list("pk")[:500]


@question
def _emergencies(within: Reach, person: int) -> Any:
    rows = CheckOut.objects.filter(emergency=True, taken_at__gt=clock.now() - timedelta(days=1))
    unit = Coalesce("credential__unit_id", "credential__channel__unit_id")
    rows = rows.exclude(person=person).annotate(at_unit=unit)
    return within.narrow(rows, unit="at_unit", channel="credential__channel").values_list("pk")[:MOST]


@question
def _administrators(person: int) -> Any:
    rows = AdminFinding.objects.open().filter(owner=person)
    return rows.order_by("due_at", "id").values_list("pk")[:MOST]


@today
def to_change(by: Actor, scope: Any) -> Iterable[Need]:
    """Passwords and keys that I am to change, or that somebody of mine has not changed in time."""
    for each in those(Rotation, _to_change.rows(by.person_id or 0), *WITH):
        late = each.state == "overdue" or each.due_at < clock.now()
        yield Need(
            group="now" if late else "today" if each.due_at < clock.now() + timedelta(days=1) else "week",
            state="overdue" if late else "needs_work",
            title=_("Change the key of %(what)s") % {"what": each}
            if each.channel_id or each.elsewhere
            else _("Change the key of the codes of %(what)s") % {"what": each}
            if each.why == Rotation.Why.CODES
            else _("Change the password of %(what)s") % {"what": each},
            why=_because(each, by),
            do=_("Change it"),
            url=reverse("rotation", args=[each.pk]),
            unit=each.home,
            due=each.due_at,
        )


def _because(rotation: Rotation, by: Actor) -> str:
    if rotation.why in {Rotation.Why.LEFT, Rotation.Why.CODES} and rotation.departure_id:
        said = _("%(person)s knew it and has left.") % {"person": rotation.person}
    elif rotation.why in {Rotation.Why.SUSPENDED, Rotation.Why.CODES} and rotation.person:
        said = _("%(person)s knows it and was suspended.") % {"person": rotation.person}
    else:
        said = f"{rotation.get_why_display()}."
    if rotation.owner_id != by.person_id and rotation.owner:
        said += " " + _("%(person)s has not done it in time.") % {"person": rotation.owner}
    return said


@today
def in_hand(by: Actor, scope: Any) -> Iterable[Need]:
    """What I have out, and what is free and my turn."""
    if not by.person_id:
        return
    for out in those(CheckOut, _in_hand.rows(by.person_id), *WHAT):
        shown = {"unit": out.credential.home, "url": reverse("credential", args=[out.credential_id])}
        if out.taken_at:
            title = _("You have %(what)s out") % {"what": out.credential}
            why = _("Give it back when you are done, so that others can have it.")
            yield Need("today", "running", title, why, _("Give it back"), due=out.until, **shown)
    for out in _my_turn(by):
        shown = {"unit": out.credential.home, "url": reverse("credential", args=[out.credential_id])}
        title = _("%(what)s is free for you") % {"what": out.credential}
        why = _("You waited for it. After half an hour the next one may take it too.")
        yield Need("now", "asked", title, why, _("Check it out"), **shown)


def _my_turn(by: Actor) -> list[CheckOut]:
    """What `by` waits for as the first, and nobody has."""
    first: dict[int, CheckOut] = {}
    for out in those(CheckOut, _waited_for.rows(by.person_id), *WHAT):
        first.setdefault(out.credential_id, out)
    return [out for out in first.values() if out.person_id == by.person_id][:MOST]


@today
def emergencies(by: Actor, scope: Any) -> Iterable[Need]:
    """What others took in an emergency, for a day, for whoever keeps it."""
    found = _emergencies.rows(reach(by, "vault.edit").places(), by.person_id or 0)
    for out in those(CheckOut, found, *WHAT, "person"):
        yield Need(
            group="now",
            state="bad",
            title=_("Emergency: %(person)s took %(credential)s")
            % {"person": out.person, "credential": out.credential},
            why=out.reason,
            do=_("Look at it"),
            url=reverse("credential", args=[out.credential_id]),
            unit=out.credential.home,
            due=out.until,
        )


@today
def administrators(by: Actor, scope: Any) -> Iterable[Need]:
    """Names on platforms' lists that I am to see to."""
    found = _administrators.rows(by.person_id or 0)
    for each in those(AdminFinding, found, "admin", "channel__unit", "channel__platform", "person"):
        late = each.due_at < clock.now()
        urgent = late or each.kind == AdminFinding.Kind.LEFT
        yield Need(
            group="now" if urgent else "week",
            state="overdue" if late else "needs_work",
            title=_("%(name)s administers %(channel)s on %(platform)s")
            % {"name": each.admin, "channel": each.channel, "platform": each.channel.platform},
            why=f"{each.get_kind_display()}.",
            do=_("Look"),
            url=reverse("admin_finding", args=[each.pk]),
            unit=each.home,
            due=each.due_at,
        )
