"""The door, for platforms whose events name several channels at once, or only the channel."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tabard.access import rate
from tabard.access.vault import seal
from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.x.tests import simulator
from tabard.inbox.models import Heard, Message, Reading
from tabard.kernel import clock
from tabard.register.models import Connection, PlatformApp
from tabard.register.platform_apps import purpose
from tests.cast import make_channel

pytestmark = pytest.mark.django_db
ANA = {"id": "7700000000000001", "name": "Ana", "username": "ana"}


class Pages:
    """Pages at Facebook."""

    name, app = "facebook", graph.APP

    def event(self, *channels: str, author: str = ANA["id"], whole: bool = True) -> Any:
        now = int(clock.now().timestamp())
        value = {
            "item": "comment" if whole else "status", "verb": "add", "from": {**ANA, "id": author},
            "post_id": "1_2", "comment_id": "2_3", "created_time": now, "message": "Send me money",
        }  # fmt: skip
        change = {"field": "feed", "value": value}
        return {"object": "page", "entry": [{"id": c, "time": now, "changes": [change]} for c in channels]}

    def signed(self, event: Any) -> tuple[dict[str, str], bytes]:
        return graph.signed(event)


class Profiles(Pages):
    """Profiles at Instagram."""

    name = "instagram"

    def event(self, *channels: str, author: str = ANA["id"], whole: bool = True) -> Any:
        now = int(clock.now().timestamp())
        told = {"id": "2_3", "from": {**ANA, "id": author}, "media": {"id": "1_2"}, "text": "Send me money"}
        change = (
            {"field": "comments", "value": told}
            if whole
            else {"field": "mentions", "value": {"media_id": "7"}}
        )
        return {
            "object": "instagram",
            "entry": [{"id": c, "time": now, "changes": [change]} for c in channels],
        }


class Posts(Pages):
    """Channels on X, which tells of one at a time; several stand in a list."""

    name, app = "x", simulator.APP

    def event(self, *channels: str, author: str = ANA["id"], whole: bool = True) -> Any:
        post = {"id": "23", "author_id": author, "text": "Send me money"}
        post["created_at"] = clock.now().isoformat()
        kind = {"event_type": "post.mention.create", "payload": post}
        return {"data": [{**kind, "filter": {"user_id": channel}} for channel in channels]}

    def signed(self, event: Any) -> tuple[dict[str, str], bytes]:
        return simulator.signed(event)


PLATFORMS = [Pages, Profiles, Posts]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    monkeypatch.setattr(rate, "LEVELS", rate.Levels())


@pytest.fixture(params=PLATFORMS, ids=lambda kind: kind.name)
def there(request, cast):
    """A platform with its app and three channels, none of which is due."""
    made = request.param()
    sealed = seal(made.app, about=purpose(made.name))
    PlatformApp.objects.create(platform_id=made.name, secret=sealed, set_at=clock.now())
    for number in ("101", "102", "103"):
        channel = make_channel(cast.nordics, f"c{number}", made.name, remote_id=number)
        Connection.objects.create(channel=channel, connected_at=clock.now())
        Reading.objects.create(channel=channel, next_at=clock.now() + timedelta(hours=1))
    return made


def send(there: Any, event: Any) -> int:
    headers, body = there.signed(event)
    door = Client(enforce_csrf_checks=True)
    headers = {name: value for name, value in headers.items() if name != "content-type"}
    return door.post(
        f"/hooks/{there.name}/", body, content_type="application/json", headers=headers
    ).status_code


def due() -> set[str]:
    rows = Reading.objects.filter(next_at__lte=clock.now())
    return set(rows.values_list("channel__remote_id", flat=True))


def rest() -> None:
    Reading.objects.update(next_at=clock.now() + timedelta(hours=1))


def test_every_channel_an_event_names_is_due_and_no_other(there):
    assert send(there, there.event("101", "103", "9999", "")) == 200
    assert due() == {"101", "103"}
    assert Message.objects.count() == 0


def test_an_event_that_comes_twice_counts_once(there):
    event = there.event("101")
    assert send(there, event) == 200
    rest()
    assert send(there, event) == 200
    assert due() == set()
    assert Heard.objects.count() == 1


def test_our_own_words_make_nothing_due(there):
    assert send(there, there.event("101", author="101")) == 200
    assert due() == set()


def test_what_only_names_the_channel_is_heeded_while_it_is_new(there, monkeypatch):
    event, now = there.event("102", whole=False), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=8))
    rest()
    assert send(there, event) == 200
    assert due() == set()
    assert send(there, there.event("102", whole=False)) == 200
    assert due() == {"102"}


def test_what_is_not_signed_is_refused(there):
    _headers, body = there.signed(there.event("101"))
    answer = Client().post(f"/hooks/{there.name}/", body, content_type="application/json")
    assert answer.status_code == 403
    assert due() == set()


def test_an_event_of_more_than_a_million_bytes_is_turned_away_unread(there):
    event = {**there.event("101"), "more": "x" * 1_000_000}
    assert send(there, event) == 413
    assert due() == set()


@pytest.mark.parametrize("event", [{}, {"object": "page", "entry": 7}, {"data": []}, {"data": {"filter": 7}}])
def test_an_event_of_another_shape_is_thanked_for_and_does_nothing(there, event):
    assert json.dumps(event)
    assert send(there, event) == 200
    assert due() == set()
