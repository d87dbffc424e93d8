"""Shared credentials of the demo company: some free, one out, one that should have been changed by now."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from datetime import timedelta

from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.org.models import Person
from tabard.org.people import actor_of
from tabard.register.models import Channel
from tabard.safety.actions import add_to_channel, add_to_unit, ask_for_credential, give_back, look, take

DOMAIN = "meridian.example"


def write(people: Mapping[str, Person], channels: list[Channel]) -> None:
    """Through the actions that people use, some of it as if it were long ago."""
    by, now = command_line(), clock.now()
    keeper = actor_of(people["Ingrid Solheim"], "screen", proved_at=now)
    _known(channels)
    kept = []
    for number, channel in enumerate(channels[:24:4]):
        plain = {
            "name": channel.name,
            "login": f"{channel.handle}@{DOMAIN}",
            "recovery_email": f"it@{DOMAIN}",
        }
        seed = base64.b32encode(os.urandom(20)).decode() if number % 2 == 0 else ""
        with clock.at(now - timedelta(days=40 + 30 * number)):
            kept.append(add_to_channel(by, channel, plain=plain, codes=seed))
    unit = people["Ingrid Solheim"].unit
    kept.append(add_to_unit(by, unit, plain={"name": "Picture agency", "login": f"press@{DOMAIN}"}))
    out = take(keeper, kept[0], hours=2, reason="The app on the new phone")
    look(keeper, kept[0])
    give_back(keeper, out)
    take(keeper, kept[-1], hours=4, reason="Pictures for the week")
    with clock.at(now - timedelta(days=9)):
        ask_for_credential(by, kept[1], reason="It stood on a slide of the briefing")
    ask_for_credential(by, kept[2], reason="The agency's contract has ended")


def _known(channels: list[Channel]) -> None:
    """What somebody has written down of each, and what nobody has."""
    for number, channel in enumerate(channels):
        if number % 3:
            channel.admins = ["Social team", "IT"][: 1 + number % 2]
        if number % 4:
            channel.recovery_email = f"it@{DOMAIN}" if number % 5 else "meridian.social@gmail.com"
    Channel.objects.bulk_update(channels, ["admins", "recovery_email"])
