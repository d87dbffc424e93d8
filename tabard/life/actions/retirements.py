"""The checklist of a channel that goes: made, worked off, and over when it is gone or stays."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tabard.kernel import clock, permissions
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.life.events import RetirementMoved
from tabard.life.models import Retirement, RetirementStep
from tabard.life.rules import ADDED_DAYS, LONGEST, STEPS, needed_words
from tabard.life.states import RETIREMENT, RETIREMENT_STEP
from tabard.org.models import Person
from tabard.org.policies import holding
from tabard.register.models import Channel


@action(
    "retirement.begin",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s began the checklist of %(what)s"),
)
def begin_retirement(by: Actor, channel: Channel) -> Retirement:
    """Make the checklist of a channel that is on its way out and has none."""
    if channel.state != "retiring":
        raise Conflict(_("Only a channel that is being retired has a checklist."))
    if open_retirement(channel.pk) is not None:
        raise Conflict(_("It has its checklist already."))
    return make(by, channel)


@action(
    "retirement.step_done",
    may="own.channels",
    on=RetirementStep,
    says=gettext_lazy("%(who)s did “%(what)s”: %(evidence)s"),
)
def finish_step(by: Actor, one: RetirementStep, *, evidence: str) -> RetirementStep:
    """It is done: how, with a link where there is one. For its owner, and for who may change the channel."""
    if by.person_id is None or by.person_id != one.owner_id:
        permissions.demand(by, "channels.edit", one)
    said = needed_words(evidence, "evidence")
    note(evidence=said)
    return _ended(by, one, "done", said)


@action(
    "retirement.step_skipped",
    may="channels.edit",
    on=RetirementStep,
    says=gettext_lazy("%(who)s: “%(what)s” is not needed, %(reason)s"),
)
def skip_step(by: Actor, one: RetirementStep, *, reason: str) -> RetirementStep:
    """It is not needed, for a reason that stays. What a policy asks for skips who may set policies."""
    if one.by_policy:
        permissions.demand(by, "policies.set", one)
    said = needed_words(reason, "reason")
    note(reason=said)
    return _ended(by, one, "skipped", said)


@action(
    "retirement.step_reopened",
    may="channels.edit",
    on=RetirementStep,
    says=gettext_lazy("%(who)s: “%(what)s” is yet to be done"),
)
def reopen_step(by: Actor, one: RetirementStep) -> RetirementStep:
    """It is not done after all."""
    _still_open(one)
    move(one, RETIREMENT_STEP, "todo", evidence="", ended_by_id=None, ended_at=None)
    emit(by, _moved(one))
    return one


@action(
    "retirement.step_given",
    may="channels.edit",
    on=RetirementStep,
    says=gettext_lazy("%(who)s gave “%(what)s” to %(to)s, due on %(day)s"),
)
def give_step(
    by: Actor, one: RetirementStep, *, owner: Person | None = None, due_on: date | None = None
) -> RetirementStep:
    """Somebody else does it, or by another day."""
    _still_open(one)
    if owner is None and due_on is None:
        raise Invalid({"owner": [_("Choose a person.")]})
    if owner is not None and not owner.is_active:
        raise Invalid({"owner": [_("%(person)s has left.") % {"person": owner}]})
    if due_on is not None and not clock.today() <= due_on <= clock.today() + LONGEST:
        raise Invalid({"due_on": [_("Give a day to come, within two years.")]})
    one.owner, one.due_on = owner or one.owner, due_on or one.due_on
    one.save(update_fields=["owner", "due_on"])
    note(to=one.owner.name if one.owner else "–", day=one.due_on.isoformat())
    emit(by, _moved(one))
    return one


def open_retirement(channel_id: int) -> Retirement | None:
    """The checklist a channel has now."""
    return Retirement.objects.filter(channel=channel_id, state="open").first()


@step
def make(by: Actor, channel: Channel) -> Retirement:
    """The checklist: ours, and what the policies of the unit and those above it add."""
    made = Retirement.objects.create(channel=channel, begun_by_id=by.person_id, begun_at=clock.now())
    owner, today = channel.answers, clock.today()
    todo = [(code, "", each.days) for code, each in STEPS.items()]
    todo += [("", words, ADDED_DAYS) for words in holding(channel.unit, "retirement_steps")]
    RetirementStep.objects.bulk_create(
        RetirementStep(
            retirement=made,
            position=place,
            code=code,
            title=words,
            owner=owner,
            due_on=today + timedelta(days=days),
        )
        for place, (code, words, days) in enumerate(todo)
    )
    emit(by, RetirementMoved(made.pk, channel.unit_id))
    return made


@step
def end(by: Actor, channel_id: int) -> None:
    """The channel is gone: refused while anything is left to do."""
    made = open_retirement(channel_id)
    if made is None:
        return
    if left := made.steps.to_do().count():
        said = ngettext(
            "%(channel)s cannot be retired yet: %(n)s step is left.",
            "%(channel)s cannot be retired yet: %(n)s steps are left.",
            left,
        )
        raise Conflict(said % {"channel": made, "n": left})
    move(made, RETIREMENT, "done", ended_at=clock.now())
    emit(by, RetirementMoved(made.pk, made.channel.unit_id))


@step
def call_off(by: Actor, channel_id: int) -> None:
    """The channel stays."""
    made = open_retirement(channel_id)
    if made is not None:
        move(made, RETIREMENT, "called_off", ended_at=clock.now())
        emit(by, RetirementMoved(made.pk, made.channel.unit_id))


def _moved(one: RetirementStep) -> RetirementMoved:
    return RetirementMoved(one.retirement_id, one.retirement.channel.unit_id)


def _ended(by: Actor, one: RetirementStep, state: str, said: str) -> RetirementStep:
    _still_open(one)
    if one.state != "todo":
        raise Conflict(_("This is over already."))
    move(one, RETIREMENT_STEP, state, evidence=said, ended_by_id=by.person_id, ended_at=clock.now())
    emit(by, _moved(one))
    return one


def _still_open(one: RetirementStep) -> None:
    if one.retirement.state != "open":
        raise Conflict(_("This is over already."))
