"""What follows a decision: the rest is put in order anew, and whoever told us hears what became of it."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tabard.kernel.actor import Actor, job
from tabard.kernel.events import reaction
from tabard.org.models import Person
from tabard.register.events import ChannelChanged
from tabard.register.models import Channel
from tabard.watch.actions import reopen_case
from tabard.watch.actions.cases import FOR_CASES, GONE
from tabard.watch.comparing import learn
from tabard.watch.events import CaseMoved, SightingMoved, SightingsRecorded
from tabard.watch.models import Case, Report, Sighting


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


@reaction(SightingsRecorded, at_once=True)
def come_back(by: Actor, event: SightingsRecorded) -> None:
    """What was gone is seen again: its case is open again, whoever saw it and whatever they may."""
    gone = Case.objects.filter(sighting__in=event.returned, state="closed", outcome__in=GONE)
    free = Q(sighting__channel=None) | Q(sighting__channel__state="retired")
    back = gone.filter(free, sighting__decision__in=FOR_CASES)
    # Two who see it at once come one after the other, and the second finds it open.
    for case in back.select_for_update(of=("self",), no_key=True).order_by("pk"):
        reopen_case(job("watch", "watch.decide"), case)


@reaction(CaseMoved)
def tell_owner(by: Actor, event: CaseMoved) -> None:
    """A letter to whoever has a case from now on, and to whose case is open again; not of what they did."""
    if event.what not in {"opened", "given", "returned"} or event.person_id == by.person_id:
        return
    cases = Case.objects.filter(pk=event.case_id, owner=event.person_id, owner__is_active=True)
    for case in cases.select_related("owner", "sighting__platform"):
        person = case.owner
        if person is None:
            return
        said = {"handle": case.sighting.handle, "platform": case.sighting.platform.name}
        with override(person.language):
            subject = {
                "returned": _("It is back: %(handle)s on %(platform)s"),
            }.get(event.what, _("A case for you: %(handle)s on %(platform)s")) % said
            where = f"{settings.PUBLIC_URL}{reverse('case', args=[case.pk])}"
            EmailMessage(subject, where, to=[person.email]).send()
