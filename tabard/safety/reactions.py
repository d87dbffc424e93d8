"""What follows here when people leave, channels are connected, and emergencies are declared."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tabard.access.events import PersonLeft, PersonSuspended, SecretChanged
from tabard.access.following import Line, follow
from tabard.audit.events import StreamEnded
from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction
from tabard.register.events import ChannelConnected
from tabard.register.models import Connection
from tabard.safety import telling
from tabard.safety.actions.admins import after_leaving
from tabard.safety.actions.known import changed_elsewhere, queue_after_leaving, queue_after_suspending
from tabard.safety.actions.rotations import connected_again
from tabard.safety.events import EmergencyDeclared
from tabard.safety.queries import admins
from tabard.safety.queries.rotations import BADGES, STATES, of_departure


def _of_departure(departure_id: int) -> Iterator[Line]:
    """The rotations that a departure asked for, each with how far it is."""
    for each in of_departure(departure_id):
        yield Line(
            label=str(each),
            state=BADGES[each.state],
            word=str(STATES[each.state]),
            who=each.owner.name if each.owner else "",
            due=each.due_at,
            ended=each.ended_at,
            note=each.evidence,
            url=reverse("rotation", args=[each.pk]),
        )


follow(_("Passwords and keys to change"), _of_departure)


@reaction(PersonLeft, at_once=True)
def what_they_knew_is_changed(by: Actor, event: PersonLeft) -> None:
    """At once: never is somebody gone and nobody has to change what they knew."""
    queue_after_leaving(by, event.person_id, event.departure_id)


@reaction(PersonSuspended, at_once=True)
def what_they_know_is_changed(by: Actor, event: PersonSuspended) -> None:
    """At once too: a password works at the platform, however closed the doors are here."""
    queue_after_suspending(by, event.person_id)


@reaction(SecretChanged, at_once=True)
def another_secret_closes_it(by: Actor, event: SecretChanged) -> None:
    changed_elsewhere(by, event.what, event.key)


@reaction(StreamEnded, at_once=True)
def a_stream_that_ended_closes_it(by: Actor, event: StreamEnded) -> None:
    changed_elsewhere(by, "stream", str(event.stream_id))


def _still_listed(departure_id: int) -> Iterator[Line]:
    """The platforms that went on listing them, each until it no longer does."""
    for each in admins.of_departure(departure_id):
        yield Line(
            label=str(each.channel),
            state=admins.BADGES[each.state],
            word=str(admins.STATES[each.state]),
            who=each.owner.name if each.owner else "",
            due=each.due_at,
            ended=each.ended_at,
            note=each.evidence,
            url=reverse("admin_finding", args=[each.pk]),
        )


follow(_("Platforms that still list them as administrator"), _still_listed)


@reaction(PersonLeft, at_once=True)
def off_the_platforms_lists(by: Actor, event: PersonLeft) -> None:
    """At once: a platform goes on letting in whoever it lists, and says nothing of it."""
    after_leaving(by, event.person_id)


@reaction(ChannelConnected, at_once=True)
def a_new_key_closes_it(by: Actor, event: ChannelConnected) -> None:
    """A check that works again is told the same way, but makes no new key."""
    for made in Connection.objects.filter(channel=event.channel_id).values_list("connected_at", flat=True):
        connected_again(by, event.channel_id, made)


@reaction(EmergencyDeclared)
def everybody_who_keeps_it_is_told(by: Actor, event: EmergencyDeclared) -> None:
    telling.of_emergency(event.check_out_id)
