"""Having a credential for a while: one at a time, in turn, and in an emergency at once."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.events import emit
from tabard.kernel.permissions import demand, may
from tabard.org.queries import policy
from tabard.safety.actions.passwords import checked, put_password, still_kept
from tabard.safety.actions.rotations import queue
from tabard.safety.events import EmergencyDeclared
from tabard.safety.models import CheckOut, Credential, Rotation
from tabard.safety.rules import EMERGENCY_HOURS, MOST_HOURS, turn_has_come

Ended = CheckOut.Ended


@action("credential.take", may="vault.use", on=Credential, says=gettext_lazy("%(who)s checked out %(what)s"))
def take(by: Actor, credential: Credential, *, hours: int | None = None, reason: str = "") -> CheckOut:
    """Have it alone for `hours`, at most what the policy allows."""
    still_kept(credential)
    person, now = _person(by), clock.now()
    until = now + timedelta(hours=_hours(credential, hours))
    _end_late(by, credential)
    _free(by, credential)
    mine = CheckOut.objects.waiting().filter(credential=credential, person=person).first()
    made = mine or CheckOut(credential=credential, person_id=person, asked_at=now)
    made.reason, made.taken_at, made.until = _reason(reason, needed=False), now, until
    made.save()
    note(until=until.isoformat())
    return made


@action("credential.wait", may="vault.use", on=Credential, says=gettext_lazy("%(who)s waits for %(what)s"))
def wait(by: Actor, credential: Credential) -> CheckOut:
    """Be the next, or the one after: whoever waits is told when it is free."""
    still_kept(credential)
    person = _person(by)
    mine = CheckOut.objects.filter(credential=credential, person=person, ended_at=None, emergency=False)
    if mine.exists():
        raise Conflict(_("You have it out or wait for it already."))
    return CheckOut.objects.create(credential=credential, person_id=person, asked_at=clock.now())


@action(
    "credential.stop_waiting",
    may="vault.use",
    on=Credential,
    says=gettext_lazy("%(who)s no longer waits for %(what)s"),
)
def stop_waiting(by: Actor, credential: Credential) -> Credential:
    mine = CheckOut.objects.waiting().filter(credential=credential, person=_person(by))
    mine.update(ended_at=clock.now(), ended_by=by.person_id, ended_how=Ended.GAVE_UP)
    return credential


@action("credential.give_back", may="vault.see", on=CheckOut, says=gettext_lazy("%(who)s gave back %(what)s"))
def give_back(by: Actor, out: CheckOut, *, password: str = "") -> CheckOut:
    """Give it back, with the new password where it was changed; whoever keeps it may take it back too."""
    if out.ended_at or not out.taken_at:
        raise Conflict(_("This is over already."))
    own = out.person_id == by.person_id
    if not own:
        demand(by, "vault.edit", out)
    if password:
        put_password(by, out.credential, checked(password), typed=True)
    _end(by, out, Ended.RETURNED if own else Ended.TAKEN)
    return out


@action(
    "credential.time_up",
    may="vault.edit",
    on=CheckOut,
    says=gettext_lazy("%(who)s: the time of %(what)s was up"),
)
def time_up(by: Actor, out: CheckOut) -> CheckOut:
    """Whoever had it has it no longer. Done by a job, and by the next who takes it."""
    if out.ended_at is None and out.late:
        _end(by, out, Ended.TIME)
    return out


@action(
    "credential.emergency",
    may="vault.emergency",
    on=Credential,
    says=gettext_lazy("%(who)s declared an emergency and took %(what)s: %(reason)s"),
    step_up=True,
)
def emergency(by: Actor, credential: Credential, *, reason: str, hours: int = 1) -> CheckOut:
    """Have it at once, whoever else has it. Everybody who keeps it is told, and it is changed afterwards."""
    still_kept(credential)
    why, person, now = _reason(reason, needed=True), _person(by), clock.now()
    if not isinstance(hours, int) or not 1 <= hours <= EMERGENCY_HOURS:
        raise Invalid({"hours": [_("From 1 to %(most)s hours.") % {"most": EMERGENCY_HOURS}]})
    until = now + timedelta(hours=hours)
    made = CheckOut.objects.create(
        credential=credential,
        person_id=person,
        reason=why,
        emergency=True,
        asked_at=now,
        taken_at=now,
        until=until,
    )
    note(reason=why, until=until.isoformat())
    queue(by, [credential], why=Rotation.Why.EMERGENCY, reason=why, person=person, after=until)
    emit(by, EmergencyDeclared(made.pk, credential.pk, credential.place().unit_id))
    return made


def _end(by: Actor, out: CheckOut, how: str) -> None:
    """Over: and where policy asks for it and nobody has changed the password since, it is to be changed."""
    out.ended_at, out.ended_by_id, out.ended_how = clock.now(), by.person_id, how
    out.save(update_fields=["ended_at", "ended_by", "ended_how"])
    credential = out.credential
    since = credential.changed_at
    changed = bool(since and out.taken_at and since >= out.taken_at)
    if not out.emergency and not changed and policy(credential.home).values["vault_change"]:
        queue(by, [credential], why=Rotation.Why.RETURNED, person=out.person_id)


def _end_late(by: Actor, credential: Credential) -> None:
    late = CheckOut.objects.late().filter(credential=credential, emergency=False)
    for out in late.select_related("credential"):
        _end(by, out, Ended.TIME)


def _free(by: Actor, credential: Credential) -> None:
    """`Conflict` with who has it, who is before, or what must be done first."""
    taken = (
        CheckOut.objects.out().filter(credential=credential, emergency=False).select_related("person").first()
    )
    if taken is not None:
        raise Conflict(_("%(person)s has it out.") % {"person": taken.person})
    asked = Rotation.objects.open().filter(credential=credential, why=Rotation.Why.RETURNED)
    if asked.exists() and not may(by, "vault.edit", credential.place()):
        raise Conflict(_("Its password is to be changed before the next one has it."))
    waiting = list(
        CheckOut.objects.waiting()
        .filter(credential=credential)
        .order_by("id")
        .values_list("person", flat=True)
    )
    before = waiting.index(by.person_id) if by.person_id in waiting else len(waiting)
    last = CheckOut.objects.filter(credential=credential, taken_at__isnull=False, ended_at__isnull=False)
    ended = last.order_by("-ended_at").values_list("ended_at", flat=True).first()
    if before and ended and not turn_has_come(before, clock.now() - ended):
        raise Conflict(_("Others wait for it and come first. Wait for your turn."))


def _person(by: Actor) -> int:
    """Jobs and the command line have no use for a password."""
    if by.person_id is None or by.kind not in {"person", "token"}:
        raise Denied(_("Only people check credentials out."))
    return by.person_id


def _hours(credential: Credential, asked: int | None) -> int:
    most = min(MOST_HOURS, policy(credential.home).values["vault_hours"] or MOST_HOURS)
    if asked is not None and (not isinstance(asked, int) or not 1 <= asked <= most):
        raise Invalid({"hours": [_("From 1 to %(most)s hours.") % {"most": most}]})
    return asked or most


def _reason(said: str, *, needed: bool) -> str:
    clean = text.name(said or "")
    if len(clean) > 300 or (needed and not clean):
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    return clean
