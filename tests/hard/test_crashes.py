"""Senders that die at random instants, and a database that goes away: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from tabard.publishing.models import Delivery

pytestmark = pytest.mark.hard
KILLS = int(os.environ.get("TABARD_SOAK", "50"))


def test_senders_killed_at_random_instants(proving):
    """Two senders; one after the other is killed while the network loses answers, and replaced at once."""
    lots = random.Random(7)
    proving.channels_on([proving.cast.nordics], 40)
    proving.switch(slow=0.3, lost_before=0.02, lost_after=0.02)
    planned = proving.plan(each=KILLS // 5)
    proving.start()
    proving.start()
    for _kill in range(KILLS):
        time.sleep(lots.uniform(0.05, 1.2))
        proving.kill(lots.choice(proving.senders))
        proving.start()
        if not Delivery.objects.filter(state__in=("queued", "sending")).exists():
            planned += proving.plan(each=5)
    proving.switch(slow=0, lost_before=0, lost_after=0)
    proving.wait(90 + KILLS)
    proving.prove(planned)


def test_threads_whose_senders_are_killed_at_random_instants(proving):
    """Each part once, each behind the one it answers, and nothing of the channel in between."""
    lots = random.Random(11)
    proving.channels_on([proving.cast.nordics], 12)
    proving.switch(slow=0.3, lost_before=0.03, lost_after=0.03)
    planned = proving.plan(each=3, thread=3)
    proving.start()
    proving.start()
    for _kill in range(max(KILLS // 4, 8)):
        time.sleep(lots.uniform(0.1, 1.2))
        proving.kill(lots.choice(proving.senders))
        proving.start()
    proving.switch(slow=0, lost_before=0, lost_after=0)
    proving.wait(120 + KILLS)
    proving.prove_threads(planned)


def test_a_dead_sender_is_noticed_and_what_it_carried_is_resolved(proving):
    """One is killed with its calls under way; the other notices in time, and nothing is sent twice."""
    proving.channels_on([proving.cast.nordics], 10)
    proving.switch(slow=3.0)
    planned = proving.plan(each=1)
    first = proving.start()
    until = time.monotonic() + 30
    while Delivery.objects.filter(state="sending", armed_at__isnull=False).count() < 10:
        assert time.monotonic() < until, "they never left"
        time.sleep(0.02)
    proving.start()
    proving.kill(first)
    killed = time.monotonic()
    while Delivery.objects.filter(state="sending").exists():
        time.sleep(0.1)
    noticed = time.monotonic() - killed
    proving.wait(30)
    resolved = time.monotonic() - killed
    print(f"noticed after {noticed:.1f} s, resolved after {resolved:.1f} s")  # noqa: T201 what measurements.md has
    assert (noticed < 20, resolved < 30) == (True, True)
    proving.prove(planned)


def test_two_workers_as_they_are_installed_killed_and_stopped(proving):
    """`tabard worker` itself: one is killed, one told to stop in mid-send; a third finishes everything."""
    proving.channels_on([proving.cast.nordics], 30)
    proving.switch(slow=0.5)
    planned = proving.plan(each=4)
    env = {**os.environ, "DATABASE_URL": proving.url, "TABARD_LOCAL": "1", "TABARD_LOG_LEVEL": "ERROR"}
    command = [str(Path(sys.executable).with_name("tabard")), "worker"]
    first, second = (subprocess.Popen(command, env=env) for _each in range(2))
    try:
        until = time.monotonic() + 40
        while Delivery.objects.filter(state="sent").count() < 10 and time.monotonic() < until:
            time.sleep(0.1)
        first.kill()
        second.terminate()
        assert second.wait(40) == 0
        assert not Delivery.objects.filter(state="sending", armed_at=None, sender=None).exists()
        proving.start()
        proving.wait(60)
    finally:
        for process in (first, second):
            process.kill()
            process.wait(10)
    proving.prove(planned)


def test_a_database_that_goes_away_under_load(proving):
    """Twice shortly, once for so long that every sender seems dead to every other."""
    proving.channels_on([proving.cast.nordics], 40)
    proving.switch(slow=0.2, lost_after=0.02)
    planned = proving.plan(each=25)
    proving.start()
    proving.start()
    for away in (0.5, 2.0, 12.0):
        time.sleep(2.5)
        _away(away)
    proving.switch(slow=0, lost_after=0)
    proving.wait(90)
    proving.prove(planned)


def _away(seconds: float) -> None:
    """Every session ends and none can begin, as while a server restarts."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        time.sleep(seconds)
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
