"""Breaking glass: owner rights for hours, given by two people, told to everybody, looked at afterwards."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.events import EmergencyAsked, EmergencyBegan
from tabard.access.models import Emergency
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.org.models import Grant, Person, Role, Unit
from tabard.org.people import actor_of

LONGEST = 4  # hours
PATIENCE = timedelta(hours=1)  # in which the second person must answer


@action(
    "emergency.ask",
    may="emergency.ask",
    on=Unit,
    says=gettext_lazy("%(who)s asked for owner rights in an emergency: %(what)s"),
    lock=False,
    step_up=True,
)
def ask_emergency(by: Actor, unit: Unit, *, second: Person | None, reason: str, hours: int) -> Emergency:
    """Ask for owner rights on `unit`. They begin when `second` agrees, and end by themselves."""
    person = Person.objects.filter(pk=by.person_id or 0, is_active=True).first()
    if person is None:
        raise Denied(_("Only a person asks for rights in an emergency."))
    wrong: dict[str, list[str]] = {}
    if second is None or second.pk == person.pk or not second.is_active:
        wrong["second"] = [_("Name somebody else who may agree to it here.")]
    elif not permissions.may(actor_of(second, "screen"), "emergency.agree", unit.place()):
        wrong["second"] = [_("%(person)s may not agree to this here.") % {"person": second}]
    if Emergency.objects.waiting().filter(person=person, unit=unit).exists():
        wrong[""] = [_("You have asked for this already; it waits for an answer.")]
    made = _new(person, unit, reason, hours, wrong)
    made.second = second
    made.save()
    emit(by, EmergencyAsked(made.pk))
    return made


@action(
    "emergency.agree",
    may="emergency.agree",
    on=Emergency,
    says=gettext_lazy("%(who)s agreed to owner rights in an emergency: %(what)s"),
    step_up=True,
)
def agree_to_emergency(by: Actor, emergency: Emergency) -> Emergency:
    """The second person's yes: the rights hold from now on, and every owner hears of it."""
    _answered_by(by, emergency)
    if not emergency.person.is_active:
        raise IllegalMove(_("%(person)s has left.") % {"person": emergency.person})
    if not permissions.may(actor_of(emergency.person, "screen"), "emergency.ask", emergency.place()):
        raise Denied(_("%(person)s may not ask for this here any more.") % {"person": emergency.person})
    emergency.decided_at = clock.now()
    begin(by, emergency)
    return emergency


@action(
    "emergency.refuse",
    may="emergency.agree",
    on=Emergency,
    says=gettext_lazy("%(who)s refused owner rights in an emergency: %(what)s"),
)
def refuse_emergency(by: Actor, emergency: Emergency, *, reason: str) -> Emergency:
    """The second person's no, with the reason."""
    _answered_by(by, emergency)
    emergency.decided_at, emergency.refusal = clock.now(), _line(reason)
    emergency.save(update_fields=["decided_at", "refusal"])
    return emergency


@action(
    "emergency.end",
    may="emergency.ask",
    on=Emergency,
    says=gettext_lazy("%(who)s ended owner rights of an emergency: %(what)s"),
)
def end_emergency(by: Actor, emergency: Emergency) -> Emergency:
    """Over before its time: by whoever has the rights, who agreed, or an owner."""
    if emergency.state != "running":
        raise IllegalMove(_("These rights do not hold any more, or not yet."))
    two = {emergency.person_id, emergency.second_id}
    if by.person_id not in two and not permissions.may(by, "roles.edit", emergency.place()):
        raise Denied(_("Those two and owners may end it."))
    reason = _("The emergency is over")
    Grant.objects.filter(pk=emergency.grant_id or 0).update(
        ended_at=clock.now(), ended_by=by.person_id, end_reason=reason[:300]
    )
    emergency.refresh_from_db()
    return emergency


@action(
    "emergency.review",
    may="emergency.review",
    on=Emergency,
    says=gettext_lazy("%(who)s looked at what was done in an emergency: %(what)s"),
)
def review_emergency(by: Actor, emergency: Emergency, *, review: str) -> Emergency:
    """What was done with the rights, and whether it was right: by somebody else than whoever had them."""
    if emergency.state != "over":
        raise IllegalMove(_("There is nothing to look at, or it was looked at already."))
    if by.person_id in {None, emergency.person_id}:
        raise Denied(_("Somebody else looks at what you did."))
    clean = text.prose(review).strip()
    if not 1 <= len(clean) <= 4000:
        raise Invalid({"review": [_("Write what was done and what follows, in 1 to 4,000 characters.")]})
    emergency.reviewed_at, emergency.reviewed_by_id, emergency.review = clock.now(), by.person_id, clean
    emergency.save(update_fields=["reviewed_at", "reviewed_by", "review"])
    return emergency


@action(
    "emergency.open",
    may="emergency.agree",
    on=Unit,
    says=gettext_lazy("%(who)s opened an emergency on the machine itself: %(what)s"),
    lock=False,
)
def open_emergency(by: Actor, unit: Unit, *, person: Person, reason: str, hours: int) -> Emergency:
    """For when nobody can sign in: whoever has the machine in hand needs no second person, and no secret."""
    if by.kind != "command":
        raise Denied(_("This is done on the machine itself."))
    if not person.is_active:
        raise Invalid({"person": [_("%(person)s has left.") % {"person": person}]})
    made = _new(person, unit, reason, hours, {})
    made.decided_at = made.asked_at
    made.save()
    note(person=person.name)
    begin(by, made)
    return made


@step
def begin(by: Actor, emergency: Emergency) -> None:
    """The rights begin and end by themselves; the alarm goes out with them."""
    now = clock.now()
    reason = _("Emergency: %(reason)s") % {"reason": emergency.reason}
    emergency.grant = Grant.objects.create(
        person=emergency.person,
        role=Role.objects.get(slug="owner"),
        unit=emergency.unit,
        starts_at=now,
        ends_at=now + timedelta(hours=emergency.hours),
        reason=reason[:300],
        grantor_id=by.person_id,
    )
    emergency.save(update_fields=["decided_at", "grant"])
    emit(by, EmergencyBegan(emergency.pk))


def _answered_by(by: Actor, emergency: Emergency) -> None:
    if emergency.state != "asked":
        raise IllegalMove(_("This was answered already, or waited too long."))
    if by.person_id is None or by.person_id != emergency.second_id:
        raise Denied(_("Only the person who was named answers."))


def _new(person: Person, unit: Unit, reason: str, hours: int, wrong: dict[str, list[str]]) -> Emergency:
    clean = text.name(reason or "")
    if not 1 <= len(clean) <= 300:
        wrong["reason"] = [_("Say why, in 1 to 300 characters.")]
    if not isinstance(hours, int) or not 1 <= hours <= LONGEST:
        wrong["hours"] = [_("Choose 1 to 4 hours.")]
    if unit.closed_at:
        wrong["unit"] = [_("%(unit)s is closed.") % {"unit": unit}]
    if wrong:
        raise Invalid(wrong)
    now = clock.now()
    return Emergency(
        person=person, unit=unit, reason=clean, hours=hours, asked_at=now, answer_by=now + PATIENCE
    )


def _line(reason: str) -> str:
    clean = text.name(reason or "")
    if not 1 <= len(clean) <= 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    return clean
