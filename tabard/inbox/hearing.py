"""What platforms tell by themselves: believed only where they signed it, and then their channel is read.

What an event says is not kept: it makes the channel due, and the platform is asked in the usual way. So
nothing depends on the order in which events come, and a lost one is only found later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tabard.connectors.base import Heard as Told
from tabard.connectors.calls import Every
from tabard.connectors.card import Ability
from tabard.connectors.errors import Refused
from tabard.connectors.registry import connector, platforms
from tabard.inbox.models import Heard, Reading
from tabard.kernel import clock
from tabard.kernel.errors import Missing
from tabard.register.links import said as sentence_of
from tabard.register.platform_apps import app_of

LARGEST = 1_000_000  # bytes of one event
# So long the mark of an event is kept; what is older cannot be told from a repeat, and is not heeded.
KEPT = timedelta(days=7)


class Unheard(Exception):
    """This is not from the platform, with why."""


@dataclass(frozen=True)
class Answer:
    """What the platform wants to see, and as what."""

    body: str
    mime: str = "text/plain"


def answer(platform: str, query: Mapping[str, str]) -> Answer:
    """The answer to the question whether this address is ours. `Unheard` if it is not the platform's."""
    try:
        body = _hearing(platform).challenge(query, app_of(platform))
    except Refused as error:
        raise Unheard(sentence_of(error)) from error
    return Answer(body, "application/json" if body.startswith("{") else "text/plain")


def hear(platform: str, headers: Mapping[str, str], body: bytes) -> list[int]:
    """Channels that are due now by this event. `Unheard` if its signature is wrong."""
    try:
        told = _hearing(platform).hear(headers, body, app_of(platform))
    except Refused as error:
        raise Unheard(sentence_of(error)) from error
    with transaction.atomic():
        return _due(platform, told) if _first(platform, body) else []


def forget() -> int:
    """Drop the marks of events that are too old to be heeded anyway."""
    return Heard.objects.filter(at__lt=clock.now() - KEPT).delete()[0]


def _hearing(platform: str) -> Every:
    if platform in platforms():
        made = connector(platform)
        if Ability.HEARS in made.card.abilities:
            return made
    raise Missing(_("There is no such address."))


def _first(platform: str, body: bytes) -> bool:
    """Whether this very event has not come before."""
    mark = hashlib.sha256(platform.encode() + b"\n" + body).hexdigest()
    _row, made = Heard.objects.get_or_create(mark=mark, defaults={"at": clock.now()})
    return made


def _due(platform: str, told: Iterable[Told]) -> list[int]:
    now = clock.now()
    fresh = {each.remote_id for each in told if _is_fresh(each)}
    rows = Reading.objects.filter(channel__platform=platform, channel__remote_id__in=fresh - {""})
    ids = list(rows.exclude(channel__state="retired").order_by("pk").values_list("pk", flat=True))
    Reading.objects.filter(pk__in=ids).update(heard_at=now)
    # Where the last reading failed or a limit holds, what was decided then stands.
    Reading.objects.filter(pk__in=ids, tries=0).update(next_at=now)
    return ids


def _is_fresh(told: Told) -> bool:
    oldest = clock.now() - KEPT
    if told.at is not None:
        return told.at >= oldest
    return not told.messages or any(each.at >= oldest for each in told.messages)
