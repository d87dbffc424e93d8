"""Events of Meta's networks: whose address it is, what is signed, and who is told of a page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tabard.connectors import errors, listening, stage
from tabard.connectors.families import meta_events
from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.facebook import Facebook
from tabard.connectors.platforms.facebook.tests.simulator import FacebookStage

ASKED = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "our-word"}


@pytest.fixture
def on() -> FacebookStage:
    listening.forget()
    return FacebookStage()


def read(on: FacebookStage, **more: object) -> None:
    """Read the page once, with another access where one is named."""
    asyncio.run(Facebook().fetch(replace(on.access(), **more), "", on.http()))


def hush(on: FacebookStage) -> None:
    asyncio.run(Facebook().hush(on.access(), on.http()))


def asked(on: FacebookStage) -> list[str]:
    """What was asked of the list of those who are told, in order."""
    return [one.method for one in on.requests if one.url.path.endswith("/subscribed_apps")]


def test_whose_address_it_is_is_said_to_who_knows_our_word():
    assert meta_events.challenge(ASKED, graph.APP) == "1158201444"


@pytest.mark.parametrize(
    ("question", "app"),
    [
        ({**ASKED, "hub.verify_token": "guessed"}, graph.APP),
        ({**ASKED, "hub.mode": "unsubscribe"}, graph.APP),
        ({**ASKED, "hub.verify_token": ""}, {**graph.APP, "verify_token": ""}),
        ({**ASKED, "hub.verify_token": "друга"}, graph.APP),
        ({}, {}),
    ],
)
def test_nobody_else_is_answered(question, app):
    with pytest.raises(errors.Refused):
        meta_events.challenge(question, app)


@pytest.mark.parametrize("body", [[], "x", None, 7])
def test_what_is_signed_and_says_nothing_is_refused(body):
    headers, written = graph.signed(body)
    with pytest.raises(errors.Refused):
        meta_events.signed(headers, written, graph.APP)


@pytest.mark.parametrize("entry", [None, "x", {}, [None, "x", {"changes": "x"}, {"changes": [7, {}]}]])
def test_an_event_of_another_shape_says_nothing(entry):
    headers, body = graph.signed({"object": "page", "entry": entry})
    assert Facebook().hear(headers, body, graph.APP) == ()


@pytest.mark.parametrize("value", [None, "1795340000", True, -1, 4e12, 1795340000.5])
def test_what_is_no_time_is_none(value):
    assert meta_events.moment(value) is None


def test_times_come_in_seconds_and_in_thousandths():
    assert meta_events.moment(1795340000) == meta_events.moment(1795340000000)


def test_every_day_it_is_asked_whether_we_are_still_told_and_only_then_asked_for_it(on):
    read(on)
    read(on)
    assert asked(on) == ["GET", "POST"]
    on.now += timedelta(days=1, minutes=1)
    read(on)
    assert asked(on) == ["GET", "POST", "GET"]
    on.told.clear()  # as the platform does with whoever did not answer for a while
    on.now += timedelta(days=1, minutes=1)
    read(on)
    assert asked(on)[3:] == ["GET", "POST"]


def test_what_else_the_app_was_asked_to_be_told_stays(on):
    on.told[graph.APP["client_id"]] = {"leadgen"}
    on.told["another app"] = {"messages"}
    read(on)
    assert on.told == {graph.APP["client_id"]: {"feed", "leadgen", "mention"}, "another app": {"messages"}}
    hush(on)
    assert on.tells(), "something else needs it"


def test_other_apps_are_told_on(on):
    on.told["another app"] = {"feed"}
    read(on)
    hush(on)
    assert on.told == {"another app": {"feed"}}


def test_without_the_right_for_it_nothing_is_asked_and_the_page_is_read(on):
    session = {**on.access().session, "scopes": ["pages_manage_posts"]}
    read(on, session=session)
    assert asked(on) == []
    read(on, session={**session, "scopes": ["pages_manage_metadata"]})
    assert on.tells()


def test_where_no_word_is_entered_nothing_is_asked(on):
    app = {name: value for name, value in graph.APP.items() if name != "verify_token"}
    read(on, app=app)
    assert asked(on) == []


def test_a_refusal_does_not_keep_the_page_from_being_read_and_is_tried_again_in_an_hour(on):
    on.switch(graph.DEAF)
    read(on)
    read(on)
    assert asked(on) == ["GET"]
    on.switch(graph.DEAF, False)
    on.now += timedelta(hours=1, minutes=1)
    read(on)
    assert on.tells()


def test_with_a_new_access_it_is_asked_at_once(on):
    read(on)
    on.tokens.add("another token")
    read(on, session={"token": "another token", "scopes": []})
    assert asked(on) == ["GET", "POST", "GET"]


def test_a_dead_access_is_told_as_such_and_nothing_is_asked(on):
    on.switch(stage.REVOKED)
    with pytest.raises(errors.Revoked):
        read(on)
    assert asked(on) == []
