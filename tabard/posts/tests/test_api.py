"""The way of a post by the API, with tokens."""

from datetime import timedelta

import pytest
from django.test import Client

from tabard.access.actions import make_token
from tabard.kernel import clock
from tests.cast import make_channel


@pytest.fixture
def key(cast):
    def of(who: str, permissions: list[str] | None = None) -> dict[str, str]:
        made = make_token(cast.by(who), getattr(cast, who), name="test", permissions=permissions)
        return {"Authorization": f"Bearer {made.key}"}

    return of


@pytest.fixture
def call(client: Client):
    def send(method: str, path: str, key: dict[str, str], body=None, expect: int = 200):
        answer = client.generic(
            method, f"/api/v1{path}", data=_json(body), content_type="application/json", headers=key
        )
        assert answer.status_code == expect, answer.content
        return answer.json() if answer.content else None

    return send


def _json(body):
    import json

    return json.dumps(body) if body is not None else b""


def test_from_draft_to_schedule(cast, key, call):
    channel = make_channel(cast.nordics, "nordics")
    creator, approver, publisher = key("creator"), key("approver"), key("publisher")
    body = {"unit_id": cast.nordics.pk, "title": "Soup", "text": "Soup today", "channel_ids": [channel.pk]}
    post = call("POST", "/posts", creator, body, 201)
    call("POST", f"/posts/{post['id']}/approval", creator, {})
    (waits,) = call("GET", "/approvals", approver)["items"]
    assert waits["content"]["text"] == "Soup today"
    decision = {"yes": True, "digest": waits["digest"]}
    assert call("POST", f"/approvals/{waits['id']}/decision", approver, decision)["state"] == "granted"
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    when = {"due_date": day, "due_time": "09:00", "zone": "Europe/Oslo"}
    assert call("PUT", f"/posts/{post['id']}/schedule", publisher, when)["state"] == "scheduled"
    changed = call("PATCH", f"/posts/{post['id']}", creator, {"text": "Soup tomorrow"})
    assert (changed["state"], changed["variants"][0]["approval_state"]) == ("draft", "void")


def test_a_stranger_is_told_nothing(cast, key, call):
    channel = make_channel(cast.nordics, "nordics")
    body = {"unit_id": cast.nordics.pk, "title": "Soup", "channel_ids": [channel.pk]}
    post = call("POST", "/posts", key("creator"), body, 201)
    stranger = key("stranger")
    call("GET", f"/posts/{post['id']}", stranger, expect=404)
    call("PATCH", f"/posts/{post['id']}", stranger, {"text": "mine"}, 404)
    call("POST", "/posts", stranger, {**body, "title": "x"}, 404)


def test_a_token_is_held_to_its_own_rights(cast, key, call):
    narrow = key("publisher", ["posts.see"])
    call("GET", "/posts", narrow)
    call("POST", "/posts", narrow, {"unit_id": cast.nordics.pk, "title": "x"}, 403)


def test_what_is_wrong_is_said_by_field(cast, key, call):
    answer = call("POST", "/posts", key("creator"), {"unit_id": "many", "text": 7}, 422)
    assert {"body.unit_id", "body.title", "body.text"} <= set(answer["fields"])


def test_no_token_no_answer(db, call):
    assert "Bearer" in call("GET", "/posts", {}, expect=401)["detail"]
