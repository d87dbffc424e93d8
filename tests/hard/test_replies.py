"""A worker that is killed with an answer in hand: it goes out once, whatever the worker had come to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta

import httpx
import pytest

from tabard.inbox import actions, reading, replying, sending
from tabard.inbox.models import Conversation, Reading, Reply
from tabard.kernel import clock
from tabard.practice.inbox import SETTLED
from tabard.practice.people.cast import by_handle

pytestmark = pytest.mark.hard

# Sends one answer, and stops where it is told to, so that it can be killed exactly there.
CHILD = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tabard.config.settings"
import django
django.setup()
from tabard.inbox import sending

def wait(*given, **more):
    print("here", flush=True)
    time.sleep(60)

if sys.argv[2] == "armed":
    sending._committed = wait  # it is written that the call leaves, and it has not left
elif sys.argv[2] == "answered":
    sending.sent = wait  # the network has taken it, and that is not written yet
sending.send(int(sys.argv[1]))
"""


@pytest.mark.parametrize("where", ["armed", "accepted", "answered"])
def test_an_answer_whose_worker_is_killed_goes_out_once(proving, where):
    (channel,) = proving.channels_on([proving.cast.nordics], 1)
    talk = asked(proving, channel)
    made = actions.reply(proving.cast.by("publisher"), talk, text="It is on its way.")
    proving.switch(slow=4.0 if where == "accepted" else 0.0)
    command = [sys.executable, "-c", CHILD, str(made.pk), where]
    env = {**os.environ, "DATABASE_URL": proving.url}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        if where == "accepted":
            until = time.monotonic() + 60
            while not arrived(proving):
                assert time.monotonic() < until, "it never arrived"
                time.sleep(0.05)
        else:
            assert worker.stdout.readline() == "here\n"
        worker.kill()
    proving.switch(slow=0.0)
    made.refresh_from_db()
    assert (made.state, made.armed_at is None) == ("sending", False)
    assert len(arrived(proving)) == (where != "armed")
    sending.send(made.pk)  # nobody else takes it while it may still be under way
    made.refresh_from_db()
    assert made.state == "sending"
    later(made, claimed_at=clock.now() - replying.STALE - timedelta(seconds=1))
    assert replying.due() == [made.pk]
    for _each in range(6):
        later(made, next_at=clock.now(), armed_at=clock.now() - timedelta(seconds=30))
        sending.send(made.pk)
    made.refresh_from_db()
    assert (made.state, arrived(proving)) == ("sent", ["It is on its way."])


def asked(proving, channel) -> Conversation:
    """Somebody among the network's people has asked something in private, and it was read."""
    person = next(iter(by_handle(1)))
    form = {"text": "Where is my order?", "to": channel.handle, "as": person}
    assert httpx.post(f"{proving.base}/speak", data=form, timeout=30).status_code == 303
    time.sleep(SETTLED)
    reading.due()
    Reading.objects.update(next_at=clock.now())
    reading.read(channel.pk)
    return Conversation.objects.get(kind="direct")


def arrived(proving) -> list[str]:
    return [entry["text"] for entry in proving.ledger() if entry["accepted_at"]]


def later(made: Reply, **fields: object) -> None:
    """As if so much time had passed; what is queued has never been armed."""
    Reply.objects.filter(pk=made.pk).exclude(state__in=("queued", "sent")).update(**fields)
    Reply.objects.filter(pk=made.pk, state="queued").update(next_at=clock.now())
