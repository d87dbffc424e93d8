"""What follows a decision: the rest is put in order anew, and whoever told us hears what became of it."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction
from tabard.org.models import Person
from tabard.register.events import ChannelChanged
from tabard.register.models import Channel
from tabard.watch.comparing import learn
from tabard.watch.events import SightingMoved
from tabard.watch.models import Report, Sighting


@reaction(SightingMoved)
def put_in_order(by: Actor, event: SightingMoved) -> None:
    """What was decided says something about those that are made in the same way."""
    for family, identity in Sighting.objects.filter(pk=event.sighting_id).values_list("family", "identity"):
        learn(family, identity)


@reaction(SightingMoved)
def thank(by: Actor, event: SightingMoved) -> None:
    """One letter to all who told us of it, in their language; nobody is told what they did themselves."""
    if not event.decision:
        return
    found = Sighting.objects.filter(pk=event.sighting_id, decision=event.decision, channel=None)
    for sighting in found.select_related("platform"):
        told = Report.objects.filter(sighting=sighting, source="tip").values("person")
        people = Person.objects.filter(pk__in=told, is_active=True).exclude(pk=by.person_id or 0)
        for person in people:
            with override(person.language):
                _letter(sighting, person).send()


def _letter(sighting: Sighting, person: Person) -> EmailMessage:
    said = {"handle": sighting.handle, "platform": sighting.platform.name}
    subject = _("Thank you for telling us about %(handle)s") % said
    body = _("We have looked at %(handle)s on %(platform)s. What we found: %(decision)s.") % {
        **said,
        "decision": sighting.get_decision_display(),
    }
    return EmailMessage(subject, body, to=[person.email])


@reaction(ChannelChanged, at_once=True)
def go_along(by: Actor, event: ChannelChanged) -> None:
    """What is like a channel belongs to its unit, wherever that is."""
    if event.what == "moved":
        for unit in Channel.objects.filter(pk=event.channel_id).values_list("unit", flat=True):
            Sighting.objects.filter(like=event.channel_id).update(unit=unit)
