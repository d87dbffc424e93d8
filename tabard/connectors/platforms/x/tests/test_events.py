"""What X tells of channels, what it is asked to tell, and the question whether an address is ours."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors, listening
from tabard.connectors.platforms.x import X
from tabard.connectors.platforms.x.tests import simulator as sim
from tabard.connectors.platforms.x.tests.simulator import APP, FOLDER, ME, XStage, signed
from tabard.connectors.stage import REVOKED, payload
from tabard.connectors.tests.openapi import validate

NEEDED = ("api_secret", "bearer", "webhook_id")


@pytest.fixture
def on() -> XStage:
    listening.forget()
    return XStage()


def read(on: XStage, **more: Any) -> None:
    asyncio.run(X().fetch(replace(on.access(), **more), "", on.http()))


def hush(on: XStage) -> None:
    asyncio.run(X().hush(on.access(), on.http()))


def asked(on: XStage) -> list[str]:
    return [one.method for one in on.requests if "/activity/" in one.url.path]


def event(**more: Any) -> dict[str, Any]:
    return {**payload(FOLDER, "hears")["data"], **more}


def post(**more: Any) -> dict[str, Any]:
    return {**payload(FOLDER, "hears")["data"]["payload"], **more}


def heard(told: Any) -> tuple[Any, ...]:
    headers, body = signed({"data": told})
    return X().hear(headers, body, APP)


# Whose address it is


def test_the_question_is_answered_with_the_secret_of_the_api_key():
    token = "NDE5ZjE2NTUtM2Q3Yi00-+/=_.~ x"
    made = hmac.new(APP["api_secret"].encode(), token.encode(), hashlib.sha256).digest()
    answer = json.loads(X().challenge({"crc_token": token}, APP))
    assert answer == {"response_token": "sha256=" + base64.b64encode(made).decode()}


@pytest.mark.parametrize("token", ["", '{"data":{}}', "{", "[]", '"x"', "x" * 301, "x\n", "въпрос"])
def test_what_could_be_an_event_is_not_signed_for_anybody(token):
    with pytest.raises(errors.Refused):
        X().challenge({"crc_token": token}, APP)


def test_without_the_secret_nothing_is_answered():
    for app in ({}, {**APP, "api_secret": ""}):
        with pytest.raises(errors.Refused):
            X().challenge({"crc_token": "x"}, app)


def test_the_address_is_registered_as_the_page_of_the_app_says():
    body = {"url": "https://tabard.example/hooks/x/"}
    headers = {"authorization": f"Bearer {APP['bearer']}"}
    validate("x", httpx.Request("POST", "https://api.x.com/2/webhooks", json=body, headers=headers))


# What is told


def test_a_mention_is_the_message_that_is_read_afterwards():
    [told] = heard(event(payload=post(text="@tabard_town Кога? &amp; къде?")))
    [message] = told.messages
    assert (told.remote_id, message.remote_id, message.kind) == (ME, "1990000000000000009", "reply")
    assert message.text == "@tabard_town Кога? & къде?"
    assert (message.author_id, message.author_handle) == ("77", "ana_p")
    assert message.reply_to == message.thread == "1990000000000000001"
    assert message.at == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_several_channels_in_one_event_are_all_named():
    found = heard([event(), event(filter={"user_id": "9"}), None])
    assert [each.remote_id for each in found] == [ME, "9"]


@pytest.mark.parametrize("wanting", [{"created_at": ""}, {"id": "x"}, {"created_at": 7}])
def test_of_what_is_not_told_whole_the_channel_is_named(wanting):
    [told] = heard(event(payload=post(**wanting)))
    assert (told.remote_id, told.messages) == (ME, ())


def test_beside_a_post_may_stand_anything():
    for includes in (None, 7, {"users": 7}, {"users": [7]}, {"users": None}):
        [told] = heard(event(includes=includes, payload=post(referenced_tweets=7)))
        assert told.messages[0].author_handle == ""


@pytest.mark.parametrize(
    "told",
    [
        event(payload=post(author_id=ME)),
        event(event_type="post.create"),
        event(event_type="dm.received"),
        event(filter={"keyword": "tabard"}),
        event(filter=None),
        event(payload=7),
        None,
        7,
    ],
)
def test_what_nobody_else_said_is_nothing_to_read_for(told):
    assert heard(told) == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"7"])
def test_what_is_signed_and_says_nothing_is_refused(body):
    made = base64.b64encode(hmac.new(APP["api_secret"].encode(), body, hashlib.sha256).digest()).decode()
    with pytest.raises(errors.Refused):
        X().hear({"x-twitter-webhooks-signature": f"sha256={made}"}, body, APP)


def test_another_key_of_the_app_does_not_sign():
    headers, body = signed({"data": event()}, APP["client_secret"])
    with pytest.raises(errors.Refused):
        X().hear(headers, body, APP)


# What is asked for


def test_mentions_are_asked_for_once_and_looked_at_every_day(on):
    read(on)
    read(on)
    assert asked(on) == ["GET", "POST"]
    [told] = on.told
    assert told["event_type"] == "post.mention.create"
    assert (told["filter"], told["webhook_id"]) == ({"user_id": ME}, APP["webhook_id"])
    listening.forget()
    read(on)
    assert asked(on) == ["GET", "POST", "GET"]


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_billed_is_not_asked_for_before_all_for_it_is_entered(on, name):
    read(on, app={**APP, name: ""})
    assert asked(on) == []


def test_others_are_left_as_they_are_however_long_the_list_is(on):
    other = {"event_type": "post.mention.create", "webhook_id": APP["webhook_id"]}
    on.told = [
        {**other, "filter": {"user_id": "9"}, "subscription_id": "1"},
        {**other, "filter": {"user_id": ME}, "subscription_id": "2", "webhook_id": "5"},
        {**other, "filter": {"user_id": ME}, "subscription_id": "3", "event_type": "post.create"},
    ]
    on.switch(sim.FEW)
    read(on)
    assert len(on.told) == 4
    hush(on)
    assert [each["subscription_id"] for each in on.told] == ["1", "2", "3"]


def test_with_another_address_it_is_asked_for_anew(on):
    read(on)
    read(on, app={**APP, "webhook_id": "1980000000000000002"})
    assert [each["webhook_id"] for each in on.told] == [APP["webhook_id"], "1980000000000000002"]


def test_a_token_of_the_app_that_is_not_taken_does_not_end_the_channel(on):
    on.switch(sim.DEAF)
    read(on)
    read(on)
    assert asked(on) == ["GET"]
    with pytest.raises(errors.Later):
        hush(on)
    on.switch(sim.DEAF, False)
    on.now += timedelta(hours=1, minutes=1)
    read(on)
    assert on.tells()


def test_what_is_told_is_ended_even_where_the_access_of_the_channel_is(on):
    read(on)
    on.switch(REVOKED)
    hush(on)
    assert not on.tells()
