"""What access does when something happens in it: out of all groups at once, mail by the worker."""

from __future__ import annotations

from tabard.access import alarms
from tabard.access.actions.memberships import leave_groups
from tabard.access.events import DirectoryTokenEnds, EmergencyAsked, EmergencyBegan, PersonLeft
from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction


@reaction(PersonLeft, at_once=True)
def out_of_all_groups(by: Actor, event: PersonLeft) -> None:
    """Whoever comes back later is in a group again only when the directory says so anew."""
    leave_groups(event.person_id)


@reaction(EmergencyAsked)
def ask_second(by: Actor, event: EmergencyAsked) -> None:
    """To whoever was named."""
    alarms.tell_second(event.emergency_id)


@reaction(EmergencyBegan)
def alarm_owners(by: Actor, event: EmergencyBegan) -> None:
    """To every owner."""
    alarms.tell_owners(event.emergency_id)


@reaction(DirectoryTokenEnds)
def ask_for_a_token(by: Actor, event: DirectoryTokenEnds) -> None:
    """To every owner."""
    alarms.tell_of_token(event.token_id)
