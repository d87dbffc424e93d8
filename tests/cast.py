"""The cast of the tests: ten people in three units of one invented company, and what they need.

Meridian Foods, the company of the demo, in small. `cast()` builds it through the same actions that
people use; tests ask for the `cast` fixture and write `cast.creator`, `cast.nordics`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tabard.kernel import clock
from tabard.kernel.actor import Actor, Via, command_line
from tabard.org.actions import add_person, add_unit, end_grant, give_grant
from tabard.org.models import Person, Role, Unit
from tabard.org.people import actor_of
from tabard.org.setup import found
from tabard.register.models import Channel, Platform

PASSWORD = "a coat for every herald"


@dataclass
class Cast:
    """Who plays. Everybody but the stranger works in or above the Nordics district."""

    organisation: Unit
    north: Unit
    nordics: Unit
    south: Unit
    owner: Person
    regional: Person  # manager of Region North
    district: Person  # manager of Nordics
    creator: Person  # writes in Nordics
    publisher: Person  # publishes in Nordics
    approver: Person  # says yes or no in Region North
    analyst: Person  # looks at Region North
    on_call: Person  # may hold everything
    leaver: Person  # had a grant in Nordics that ended
    stranger: Person  # manager of Region South, a sibling

    def by(self, who: str, via: Via = "screen") -> Actor:
        """The actor of a member of the cast who has just signed in, with nothing remembered."""
        return actor_of(getattr(self, who), via, proved_at=clock.now())


def make_person(unit: Unit, name: str, role: str = "", *, on: Unit | None = None, **more: Any) -> Person:
    """Somebody in `unit`, with `role` on `on` (their own unit unless said)."""
    operator = command_line()
    email = f"{name.lower().replace(' ', '.')}@meridian.example"
    person = add_person(operator, unit, email=email, name=name, password=None, **more)
    if role:
        give_grant(
            operator, on or unit, person=person, role=Role.objects.get(slug=role), reason="Part of the cast"
        )
    return person


def cast() -> Cast:
    """Build the company."""
    operator = command_line()
    root = Unit(name="Meridian Foods", zone="Europe/Oslo")
    root = found(
        operator,
        root,
        owner_name="Ada Berg",
        owner_email="ada@meridian.example",
        password=None,
        second_factor=False,
    )
    north = add_unit(operator, root, name="Region North", kind="region")
    south = add_unit(operator, root, name="Region South", kind="region")
    nordics = add_unit(operator, north, name="Nordics", kind="district")
    leaver = make_person(nordics, "Pieter Vos", "creator")
    people = {
        "owner": Person.objects.get(email="ada@meridian.example"),
        "regional": make_person(north, "Ingrid Solheim", "manager"),
        "district": make_person(nordics, "Freja Holm", "manager"),
        "creator": make_person(nordics, "Marek Nowak", "creator"),
        "publisher": make_person(nordics, "Tomasz Wilk", "publisher"),
        "approver": make_person(north, "Lars Henriksen", "approver"),
        "analyst": make_person(north, "Lena Vogt", "analyst"),
        "on_call": make_person(root, "Priya Raman", "on-call"),
        "stranger": make_person(south, "Sofie de Wit", "manager"),
    }
    end_grant(operator, leaver.grants.get(), reason="Left the company")
    return Cast(organisation=root, north=north, nordics=nordics, south=south, leaver=leaver, **people)


def make_channel(unit: Unit, handle: str, platform: str = "mastodon", **more: Any) -> Channel:
    """A connected channel of `unit`."""
    known, _made = Platform.objects.get_or_create(
        slug=platform, defaults={"name": platform.title(), "mark": "Ms"}
    )
    return Channel.objects.create(
        unit=unit, platform=known, handle=handle, name=handle, health="healthy", **more
    )
