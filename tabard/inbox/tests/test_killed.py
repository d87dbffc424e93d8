"""A reading that is killed midway: what it brought is kept with its cursor, or neither is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tabard.inbox import reading
from tabard.inbox.models import Message, Reading
from tabard.inbox.tests.conftest import page, said
from tabard.kernel import clock
from tabard.register.models import Connection
from tests.cast import cast as build
from tests.cast import make_channel

# Reads one channel, and stops where it is told to, so that it can be killed exactly there.
CHILD = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tabard.config.settings"
import django
django.setup()
from tabard.inbox import reading, storing
from tabard.inbox.tests.conftest import page, said

def wait(*given, **more):
    print("here", flush=True)
    time.sleep(60)

reading.asked = lambda channel, call: page([said("1", "One"), said("2", "Two", 1)], "c1")
if sys.argv[2] == "asked":
    reading.store = wait
else:
    storing.emit = wait  # the messages and the cursor are written, and not committed
reading.read(int(sys.argv[1]))
"""


@pytest.mark.parametrize("where", ["asked", "written"])
def test_a_reading_that_is_killed_is_done_again_and_nothing_is_doubled(own_database, monkeypatch, where):
    channel = make_channel(build().nordics, "north", "practice")
    Connection.objects.create(channel=channel, connected_at=clock.now())
    assert reading.due() == [channel.pk]
    env = {**os.environ, "DATABASE_URL": own_database}
    command = [sys.executable, "-c", CHILD, str(channel.pk), where]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "here\n"
        running.kill()
    assert (Message.objects.count(), Reading.objects.get().cursor) == (0, "")
    asked = []

    def ask(channel, call):
        asked.append(channel.pk)
        return page([said("1", "One"), said("2", "Two", 1)], "c1")

    monkeypatch.setattr(reading, "asked", ask)
    Reading.objects.update(next_at=clock.now())
    assert reading.due() == [channel.pk]
    reading.read(channel.pk)
    assert list(Message.objects.values_list("text", flat=True)) == ["One", "Two"]
    assert (Reading.objects.get().cursor, len(asked)) == ("c1", 1)
