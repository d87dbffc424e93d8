"""What must be changed: asked for, done with evidence, or found not to be needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.audit.record import record_many
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.facts import facts
from tabard.kernel.permissions import may
from tabard.kernel.states import move
from tabard.org.models import Person
from tabard.org.people import actor_of
from tabard.register.models import Channel
from tabard.safety.answering import Line
from tabard.safety.elsewhere import Secret
from tabard.safety.models import Credential, Rotation
from tabard.safety.rules import DUE
from tabard.safety.states import ROTATION

Thing = Credential | Channel | Secret
WITH = ("unit", "channel__unit", "channel__owner", "channel__deputy")


@step
def queue(
    by: Actor, things: Iterable[Thing], *, why: str, person: int | None = None, reason: str = "",
    departure: int | None = None, after: datetime | None = None, done: dict[int, datetime] | None = None,
    right: str = "",
) -> list[Rotation]:  # fmt: skip
    """One rotation for each thing, with whoever has to see to it, in five queries.

    `done`: credentials that were changed since, by id, with when; theirs is written down as done. `right`:
    what it takes besides to change these.
    """
    now, several = clock.now(), list(things)
    line = Line([_home(thing) for thing in several], *filter(None, [right]))
    made = []
    for thing in several:
        new = _of(thing, Rotation(why=why, reason=reason, person_id=person, departure_id=departure))
        new.owner = line.first(thing.place(), _channel(thing))
        new.asked_at, new.due_at = now, (after or now) + DUE[why]
        if new.credential and (changed := (done or {}).get(new.credential.pk)):
            new.state, new.ended_at = "done", changed
            new.evidence = _("The password was changed after they had last had it.")
        made.append(new)
    Rotation.objects.bulk_create(made)
    record_many(by, "rotation.ask", [(r, {}, facts(r), {"why": why}) for r in made])
    return made


@step
def connected_again(by: Actor, channel_id: int, at: datetime) -> None:
    """The channel has another key: whatever asked for one is done."""
    for rotation in Rotation.objects.open().filter(channel=channel_id, asked_at__lte=at):
        said = _("The channel was connected anew.")
        move(rotation, ROTATION, "done", ended_at=clock.now(), ended_by_id=by.person_id, evidence=said)


@action(
    "rotation.ask",
    may="vault.edit",
    on=Credential,
    says=gettext_lazy("%(who)s asked for %(what)s to be changed"),
)
def ask_for_credential(by: Actor, credential: Credential, *, reason: str) -> Rotation:
    """Have a password changed."""
    return _asked(by, credential, reason)


@action(
    "rotation.ask_for_channel",
    may="vault.edit",
    on=Channel,
    says=gettext_lazy("%(who)s asked for the key of %(what)s to be changed"),
)
def ask_for_channel(by: Actor, channel: Channel, *, reason: str) -> Rotation:
    """Have the key of a connection changed."""
    if not hasattr(channel, "connection"):
        raise Conflict(_("%(channel)s is not connected.") % {"channel": channel})
    return _asked(by, channel, reason)


@action(
    "rotation.finish",
    may="vault.edit",
    on=Rotation,
    says=gettext_lazy("%(who)s changed %(what)s: %(evidence)s"),
)
def finish(by: Actor, rotation: Rotation, *, evidence: str) -> Rotation:
    """It was changed elsewhere: say how. A password kept here is done by setting the new one."""
    if rotation.why == Rotation.Why.CODES:
        raise Conflict(_("Set the new key of its codes on the credential: that closes it."))
    if rotation.credential_id:
        raise Conflict(_("Set the new password on the credential: that closes it."))
    if rotation.elsewhere:
        raise Conflict(_("Change it where it is kept: that closes it."))
    said = _said(evidence, "evidence")
    note(evidence=said)
    return _over(by, rotation, "done", said)


@action(
    "rotation.drop",
    may="vault.edit",
    on=Rotation,
    says=gettext_lazy("%(who)s: %(what)s need not be changed, %(reason)s"),
)
def drop(by: Actor, rotation: Rotation, *, reason: str) -> Rotation:
    """Not needed, for a reason that stays."""
    said = _said(reason, "reason")
    note(reason=said)
    return _over(by, rotation, "dropped", said)


@action(
    "rotation.give",
    may="vault.edit",
    on=Rotation,
    says=gettext_lazy("%(who)s gave %(what)s to %(to)s to change"),
)
def give_rotation(by: Actor, rotation: Rotation, *, to: Person) -> Rotation:
    """Somebody else sees to it."""
    _still_open(rotation)
    if to is None or not to.is_active or not may(actor_of(to, "job"), "vault.edit", rotation.place()):
        raise Invalid({"to": [_("Choose somebody who may change it.")]})
    rotation.owner = to
    rotation.save(update_fields=["owner"])
    note(to=to.name)
    return rotation


@action(
    "rotation.overdue",
    may="vault.edit",
    on=Rotation,
    says=gettext_lazy("%(who)s: %(what)s is overdue, and %(lead)s was told"),
)
def now_overdue(by: Actor, rotation: Rotation) -> Rotation:
    """Nobody changed it in time: the lead is told, or whoever comes after them."""
    if rotation.state != "asked" or rotation.due_at > clock.now():
        return rotation
    lead = _above(rotation)
    note(lead=lead.name if lead else _("nobody"))
    move(rotation, ROTATION, "overdue", lead=lead)
    return rotation


def _above(rotation: Rotation) -> Person | None:
    """The lead or deputy of the unit, or of the units above it, other than whoever should have done it."""
    unit: Any = rotation.home
    while unit is not None:
        for person in (unit.lead, unit.deputy):
            if person is not None and person.is_active and person.pk != rotation.owner_id:
                found: Person = person
                return found
        unit = unit.parent
    return None


def _asked(by: Actor, thing: Credential | Channel, reason: str) -> Rotation:
    said = _said(reason, "reason")
    there = Rotation.objects.open()
    mine = there.filter(credential=thing) if isinstance(thing, Credential) else there.filter(channel=thing)
    if mine.filter(why=Rotation.Why.ASKED).exists():
        raise Conflict(_("This has been asked for already."))
    line = Line([_home(thing)])
    now = clock.now()
    made = _of(thing, Rotation(why=Rotation.Why.ASKED, reason=said, asked_at=now, due_at=now + DUE["asked"]))
    made.owner = line.first(thing.place(), _channel(thing))
    made.save()
    return made


def _of(thing: Thing, rotation: Rotation) -> Rotation:
    if isinstance(thing, Secret):
        rotation.elsewhere, rotation.elsewhere_key = thing.kind, thing.key
        rotation.called, rotation.unit = thing.name, thing.unit
    elif isinstance(thing, Channel):
        rotation.channel = thing
    else:
        rotation.credential = thing
    return rotation


def _channel(thing: Thing) -> Channel | None:
    if isinstance(thing, Secret):
        return None
    return thing if isinstance(thing, Channel) else thing.channel


def _home(thing: Thing) -> Any:
    return thing.home if isinstance(thing, Credential) else thing.unit


def _said(given: str, field: str) -> str:
    clean = text.name(given or "")
    if not clean or len(clean) > 300:
        raise Invalid({field: [_("Say it in 1 to 300 characters.")]})
    return clean


def _still_open(rotation: Rotation) -> None:
    if rotation.state not in {"asked", "overdue"}:
        raise Conflict(_("This is over already."))


def _over(by: Actor, rotation: Rotation, state: str, said: str) -> Rotation:
    _still_open(rotation)
    move(rotation, ROTATION, state, ended_at=clock.now(), ended_by_id=by.person_id, evidence=said)
    return rotation
