"""What access does when something happens in it that people must hear of: mail, sent by the worker."""

from __future__ import annotations

from tabard.access import alarms
from tabard.access.events import EmergencyAsked, EmergencyBegan
from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction


@reaction(EmergencyAsked)
def ask_second(by: Actor, event: EmergencyAsked) -> None:
    """To whoever was named."""
    alarms.tell_second(event.emergency_id)


@reaction(EmergencyBegan)
def alarm_owners(by: Actor, event: EmergencyBegan) -> None:
    """To every owner."""
    alarms.tell_owners(event.emergency_id)
