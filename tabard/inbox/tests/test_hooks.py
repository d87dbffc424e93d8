"""The door for events: only what the platform signed is heeded, each once, and only to read the channel."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tabard.access import rate
from tabard.access.vault import seal
from tabard.inbox import hearing, jobs
from tabard.inbox.models import Heard, Message, Reading
from tabard.kernel import clock
from tabard.register.models import Channel, Connection, PlatformApp
from tabard.register.platform_apps import purpose
from tests.cast import make_channel

pytestmark = pytest.mark.django_db
SECRET, WORD = "the secret of the app", "our word"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    monkeypatch.setattr(rate, "LEVELS", rate.Levels())


@pytest.fixture
def door():
    """As a platform comes: no cookie, and Django insists on its token where it would."""
    return Client(enforce_csrf_checks=True)


def on(cast, platform: str) -> Channel:
    channel = make_channel(cast.nordics, "north", platform, remote_id="2414183")
    Connection.objects.create(channel=channel, connected_at=clock.now())
    given = {"client_id": "1", "client_secret": SECRET, "verify_token": WORD}
    PlatformApp.objects.create(
        platform_id=platform, secret=seal(given, about=purpose(platform)), set_at=clock.now()
    )
    later = clock.now() + timedelta(hours=1)
    Reading.objects.create(channel=channel, next_at=later)
    return channel


@pytest.fixture
def threads(cast):
    return on(cast, "threads")


@pytest.fixture
def linkedin(cast):
    return on(cast, "linkedin")


def reply(owner: str = "2414183", name: str = "r1", at=None) -> bytes:
    at = at or clock.now()
    value = {
        "id": name, "username": "ana", "text": "Send me money",
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "root_post": {"id": "p1", "owner_id": owner},
    }  # fmt: skip
    return json.dumps({"app_id": "1", "values": {"field": "replies", "value": value}}).encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def send(door, body: bytes, platform: str = "threads", **more: str):
    headers = {"X-Hub-Signature-256": signature(body)} | more
    return door.post(f"/hooks/{platform}/", body, content_type="application/json", headers=headers)


def is_due() -> bool:
    return Reading.objects.get().next_at <= clock.now()


def test_threads_asks_for_our_word_and_is_answered_in_plain_text(door, threads):
    asked = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}
    answer = door.get("/hooks/threads/", asked)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer["Content-Type"].startswith("text/plain")
    answer = door.get("/hooks/threads/", asked | {"hub.verify_token": "guess"})
    assert answer.status_code == 403
    assert b"1158201444" not in answer.content


def test_linkedin_is_answered_in_json_with_our_signature(door, linkedin):
    code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
    answer = door.get("/hooks/linkedin/", {"challengeCode": code})
    made = hmac.new(SECRET.encode(), code.encode(), hashlib.sha256).hexdigest()
    assert answer.json() == {"challengeCode": code, "challengeResponse": made}
    assert answer["Content-Type"].startswith("application/json")


def test_a_signed_event_makes_the_channel_due_at_once_and_nothing_of_what_it_says_is_kept(door, threads):
    answer = send(door, reply())
    assert (answer.status_code, answer.content) == (200, b"")
    assert is_due()
    assert Reading.objects.get().heard_at
    assert Message.objects.count() == 0
    (made,) = ProcrastinateJob.objects.filter(task_name="inbox.read")
    assert (made.args, made.queue_name) == ({"channel_id": threads.pk}, "soon")


def test_many_events_at_once_are_one_reading(door, threads):
    for number in range(5):
        assert send(door, reply(name=f"r{number}")).status_code == 200
    assert ProcrastinateJob.objects.filter(task_name="inbox.read").count() == 1


@pytest.mark.parametrize("given", ["", "sha256=", "sha256=" + "0" * 64, "sha1=x", "sha256=\u00e9"])
def test_what_the_platform_did_not_sign_is_refused(door, threads, given):
    assert send(door, reply(), **{"X-Hub-Signature-256": given}).status_code == 403
    assert not is_due()
    assert Heard.objects.count() == 0


def test_one_changed_letter_and_another_secret_are_refused(door, threads):
    body = reply()
    other = {"X-Hub-Signature-256": signature(body)}
    assert send(door, body.replace(b"money", b"honey"), **other).status_code == 403
    assert send(door, body, **{"X-Hub-Signature-256": signature(body, "guess")}).status_code == 403
    PlatformApp.objects.all().delete()
    assert send(door, body, **{"X-Hub-Signature-256": signature(body, "")}).status_code == 403
    assert not is_due()


def test_the_same_event_again_is_thanked_for_and_does_nothing(door, threads):
    body = reply()
    send(door, body)
    Reading.objects.update(next_at=clock.now() + timedelta(hours=1))
    assert send(door, body).status_code == 200
    assert not is_due()


def test_an_old_event_does_nothing_even_when_its_mark_is_forgotten(door, threads):
    old = reply(at=clock.now() - timedelta(days=8))
    assert send(door, old).status_code == 200
    assert not is_due()
    Heard.objects.update(at=clock.now() - timedelta(days=8))
    send(door, reply())
    jobs.forget_heard(timestamp=0)
    assert Heard.objects.count() == 1


def test_events_about_channels_that_are_not_ours_do_nothing(door, threads):
    assert send(door, reply(owner="666")).status_code == 200
    assert not is_due()


def test_a_platform_that_limited_us_is_not_asked_sooner(door, threads):
    Reading.objects.update(tries=1)
    send(door, reply())
    assert not is_due()


def test_too_large_forms_and_unknown_doors_are_turned_away_before_they_are_read(door, threads):
    assert send(door, b"x" * (hearing.LARGEST + 1)).status_code == 413
    assert door.post("/hooks/threads/", {"a": "b"}).status_code == 415
    assert send(door, reply(), "mastodon").status_code == 404
    assert send(door, reply(), "nowhere").status_code == 404
    assert door.put("/hooks/threads/").status_code == 405


def test_guessing_signatures_is_slowed_down_soon(door, threads, settings):
    settings.ADDRESS_REQUESTS_A_MINUTE = 200
    wrong = {"X-Hub-Signature-256": "sha256=00"}
    answers = [send(door, reply(), **wrong).status_code for _ in range(20)]
    assert answers[0] == 403
    assert answers[-1] == 429
    assert answers.index(429) < 12
