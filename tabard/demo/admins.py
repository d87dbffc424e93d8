"""Who administers the demo company's channels at the platform: told by Practice, with what does not fit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from tabard.connectors.base import Administrator
from tabard.demo import network
from tabard.kernel import clock
from tabard.kernel.actor import command_line, job
from tabard.org.models import Person
from tabard.org.people import actor_of
from tabard.register.models import Channel
from tabard.safety.actions import accept_finding, name_admin, record_admins
from tabard.safety.models import AdminFinding, PlatformAdmin

AGENCY = {"id": "studio.nord", "name": "Studio Nord", "email": "hello@studio-nord.example"}
OLD = {"id": "socialteam2019", "name": "socialteam2019"}


def write(channels: list[Channel], gone: Person) -> None:
    """Twelve channels; `gone` has left and is still on the list of two."""
    rows = Channel.objects.select_related("unit__lead", "unit__deputy")
    chosen = list(rows.filter(pk__in=[c.pk for c in channels[:60:5]]).order_by("pk"))
    listed: dict[str, list[dict[str, str]]] = {}
    people: dict[str, Person] = {}
    for number, channel in enumerate(chosen):
        here = [p for p in (channel.unit.lead, channel.unit.deputy) if p is not None]
        here += [gone] if number in {0, 3} else []
        people |= {_id(p): p for p in here}
        named = [{"id": _id(p), "name": p.name, "email": p.email} for p in here[: 1 if number == 5 else None]]
        listed[channel.handle] = (
            named + ([AGENCY] if number % 4 == 1 else []) + ([OLD] if number == 2 else [])
        )
    network.administer(listed, data=settings.HOME / "practice", url=settings.PRACTICE_URL)
    _read(chosen, listed)
    _decide(people)


def _id(person: Person) -> str:
    return person.email.partition("@")[0][:40]


def _read(channels: list[Channel], listed: dict[str, list[dict[str, Any]]]) -> None:
    """As the job reads them; a few hours ago."""
    by = job("administrators", "vault.edit")
    with clock.at(clock.now() - timedelta(hours=7)):
        for channel in channels:
            found = [
                Administrator(one["id"], one["name"], one["id"], one.get("email", ""), "admin")
                for one in listed[channel.handle]
            ]
            record_admins(by, channel, found=found)


def _decide(people: dict[str, Person]) -> None:
    """Who everybody is was said before, but for one; the agency may stay on one channel."""
    by = command_line()
    for remote_id, person in list(people.items())[:-1]:
        one = PlatformAdmin.objects.filter(remote_id=remote_id).first()
        if one is not None:
            name_admin(by, one, person=person)
    found = AdminFinding.objects.open().filter(admin__remote_id=AGENCY["id"]).order_by("id").first()
    if found is not None and found.owner is not None:
        keeper = actor_of(found.owner, "screen", proved_at=clock.now())
        accept_finding(keeper, found, reason="Our agency films there until the end of the year")
