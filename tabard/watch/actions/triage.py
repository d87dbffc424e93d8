"""Deciding what a sighting is: once, by whoever may, and never asked again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.models import Unit
from tabard.register.actions import add_channel
from tabard.register.models import Channel
from tabard.watch import queries
from tabard.watch.actions.cases import FOR_CASES, no_open_case
from tabard.watch.comparing import compare_all
from tabard.watch.describing import described
from tabard.watch.events import SightingMoved
from tabard.watch.judging import register
from tabard.watch.keeping import judge
from tabard.watch.models import Comparison, Sighting


@action(
    "sighting.decide",
    may="watch.decide",
    on=Sighting,
    says=gettext_lazy("%(who)s decided about %(what)s: %(decision)s"),
)
def decide(by: Actor, sighting: Sighting, *, decision: str, words: str = "", seen: str = "") -> Sighting:
    """Say what it is. `seen`: the decision that stood there when `by` looked; another one is a conflict."""
    if decision not in Sighting.Decision.values:
        raise Invalid({"decision": [_("Choose one of what is offered.")]})
    said = text.name(words or "")
    if len(said) > 500:
        raise Invalid({"words": [_("At most %(n)s characters.") % {"n": 500}]})
    _still(sighting, seen)
    if sighting.in_register and decision not in queries.MORE_TO_DO:
        raise Conflict(_("It is in the register. Take it out there first."))
    if decision not in FOR_CASES:
        no_open_case(sighting)
    note(decision=decision, was=sighting.decision, words=said)
    sighting.decision, sighting.words = decision, said
    sighting.channel = sighting.channel if sighting.in_register else None
    sighting.decided_by_id, sighting.decided_at = by.person_id, clock.now()
    return _moved(by, sighting)


@action(
    "sighting.reopen",
    may="watch.decide",
    on=Sighting,
    says=gettext_lazy("%(who)s took back what was decided about %(what)s"),
)
def reopen(by: Actor, sighting: Sighting) -> Sighting:
    """It is to be decided after all."""
    if not sighting.decision:
        raise Conflict(_("Nothing was decided about this."))
    if sighting.in_register:
        raise Conflict(_("It is in the register. Take it out there first."))
    no_open_case(sighting)
    note(was=sighting.decision)
    sighting.decision = sighting.words = ""
    sighting.decided_by_id = sighting.decided_at = sighting.channel = None
    judge([sighting])
    return _moved(by, sighting)


@action(
    "sighting.describe",
    may="watch.decide",
    on=Sighting,
    says=gettext_lazy("%(who)s wrote down what %(what)s says of itself"),
)
def describe(
    by: Actor, sighting: Sighting, /, *, was: Values | None = None, picture: bytes = b"", **known: str
) -> Sighting:
    """Keep what is seen there: name, bio, site, and its picture, of which only the likeness is kept."""
    not_overtaken(sighting, was)
    described(sighting, picture, known)
    if not sighting.decision:
        judge([sighting])
    sighting.save()
    return sighting


@action(
    "sighting.adopt",
    may="watch.decide",
    on=Sighting,
    says=gettext_lazy("%(who)s took %(what)s into the register, under %(unit)s"),
)
def adopt(by: Actor, sighting: Sighting, /, *, unit: Unit, **known: Any) -> Sighting:
    """A legitimate find becomes a proposed channel of `unit`, with its people; `known` as for a channel."""
    if sighting.decision not in queries.MORE_TO_DO:
        raise Conflict(_("Decide first that it is ours, or made by an employee."))
    if sighting.in_register:
        raise Conflict(_("It is in the register already."))
    no_open_case(sighting)
    said = {"name": sighting.name, **known}
    sighting.channel = add_channel(
        by, unit, handle=sighting.handle, platform=sighting.platform_id, state="proposed", **said
    )
    note(unit=unit.name)
    return _moved(by, sighting)


@action(
    "sighting.compare",
    may="watch.decide",
    on=Unit,
    says=gettext_lazy("%(who)s compared sightings with the register: %(changed)s changed"),
)
def compare(by: Actor, unit: Unit) -> int:
    """Compare all that nobody has decided about with the register as it is now. How many changed."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("The register is looked through as a whole.")]})
    changed, itself = compare_all()
    taken = set(Sighting.objects.filter(channel__in=itself.values()).values_list("channel", flat=True))
    for sighting in Sighting.objects.filter(pk__in=itself):
        if itself[sighting.pk] not in taken:
            _found_in_register(by, sighting, itself[sighting.pk])
    Comparison.objects.update_or_create(defaults={"print": register().print, "at": clock.now()})
    note(changed=changed)
    return changed


def _found_in_register(by: Actor, sighting: Sighting, channel: int) -> None:
    """Somebody has put it into the register by another way: it is ours, and nobody need be asked."""
    sighting.channel = Channel.objects.get(pk=channel)
    sighting.decision, sighting.decided_at = Sighting.Decision.OURS, clock.now()
    _moved(by, sighting)


def _moved(by: Actor, sighting: Sighting) -> Sighting:
    sighting.save()
    emit(by, SightingMoved(sighting.pk, sighting.unit_id, sighting.decision))
    return sighting


def _still(sighting: Sighting, seen: str) -> None:
    if sighting.decision != seen:
        stands = sighting.get_decision_display() or _("to be decided")
        raise Conflict(_("Somebody else has decided meanwhile: %(decision)s.") % {"decision": stands})
