"""Holds at random instants with eight senders at work: no call starts once a hold has committed."""

from __future__ import annotations

import random
import time

import pytest
from django.db import transaction

from tabard.kernel import clock
from tabard.publishing.actions import lift, press
from tabard.publishing.models import Delivery

pytestmark = pytest.mark.hard
HOLDS = 15


def test_no_call_starts_after_a_hold_has_committed(proving):
    lots, cast = random.Random(3), proving.cast
    proving.channels_on([cast.nordics, cast.south], 20)
    proving.switch(slow=0.05)
    planned = proving.plan(each=30)
    for _each in range(8):
        proving.start()
    until = time.monotonic() + 20
    while not Delivery.objects.filter(state="sent").exists() and time.monotonic() < until:
        time.sleep(0.1)
    held: list[tuple[set[str], float, float]] = []
    for _hold in range(HOLDS):
        time.sleep(lots.uniform(0.05, 0.5))
        scope = lots.choice([cast.organisation, cast.north, cast.south, proving.channels[0]])
        held.append(_hold_for(proving, scope, lots.uniform(0.2, 0.6)))
        # As if somebody had decided at once to let everything go.
        Delivery.objects.filter(state="held").update(state="queued", asks_person=False)
    starts = [line.split() for line in proving.starts.read_text().splitlines()]
    assert len(starts) > 100
    handle = {token: name for name, token in proving.tokens.items()}
    late = [
        (float(at) - begun, handle[token])
        for at, token in starts
        for names, begun, ended in held
        if handle[token] in names and begun < float(at) < ended
    ]
    assert late == []
    proving.switch(slow=0)
    Delivery.objects.filter(state="queued").update(next_at=clock.now())
    proving.wait(60)
    assert Delivery.objects.filter(state="sent").count() == planned


def _hold_for(proving, scope, seconds: float) -> tuple[set[str], float, float]:
    """Press and lift; the handles it covers, the moment before it committed, the moment before it ended."""
    by, channel = proving.cast.by("owner"), None
    if scope in proving.channels:
        scope, channel = scope.unit, scope
    covered = [
        c for c in proving.channels if c == channel or (not channel and c.unit.path.startswith(scope.path))
    ]
    with transaction.atomic():
        hold = press(by, scope, reason="Proof", channel=channel)
        begun = time.monotonic()
    time.sleep(seconds)
    ended = time.monotonic()
    lift(by, hold)
    return {c.handle for c in covered}, begun, ended
