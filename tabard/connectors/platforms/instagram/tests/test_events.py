"""What Instagram tells of profiles: who said something where, and what is nothing to read for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tabard.connectors import listening
from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.instagram import Instagram
from tabard.connectors.platforms.instagram.tests.simulator import FOLDER, ME, PAGE, InstagramStage
from tabard.connectors.stage import payload

TOLD = datetime.fromtimestamp(1795340001, UTC)
# developers.facebook.com/docs/instagram-platform/webhooks/examples, read 2026-11.
PRIVATE = {
    "sender": {"id": "232323232323232"},
    "recipient": {"id": ME},
    "timestamp": 1795340000123,
    "message": {"mid": "m_1", "text": "Hello"},
}


@pytest.fixture
def on() -> InstagramStage:
    listening.forget()
    return InstagramStage()


def heard(*entries: dict[str, Any], thing: str = "instagram") -> tuple[Any, ...]:
    headers, body = graph.signed({"object": thing, "entry": list(entries)})
    return Instagram().hear(headers, body, graph.APP)


def entry(*values: dict[str, Any], field: str = "comments", profile: str = ME) -> dict[str, Any]:
    changed = [{"field": field, "value": each} for each in values]
    return {"id": profile, "time": 1795340001, "changes": changed}


def comment(**more: Any) -> dict[str, Any]:
    value = payload(FOLDER, "hears")["entry"][0]["changes"][0]["value"]
    return {**value, "text": "Кога?", **more}


def test_a_comment_is_the_message_that_is_read_afterwards():
    [told] = heard(entry(comment(parent_id="55")))
    [message] = told.messages
    assert (told.remote_id, told.at, message.at) == (ME, TOLD, TOLD)
    assert (message.remote_id, message.kind, message.text) == ("17873440459141021", "reply", "Кога?")
    assert (message.author_id, message.author_handle) == ("232323232323232", "ana_writes")
    assert (message.reply_to, message.thread) == ("55", "17900000000000011")


def test_several_profiles_in_one_event_are_all_named():
    found = heard(entry(comment()), entry(comment(), comment(id="2"), profile="9"))
    assert [(each.remote_id, len(each.messages)) for each in found] == [(ME, 1), ("9", 2)]


@pytest.mark.parametrize(
    "told",
    [
        entry({"media_id": "1", "comment_id": "2"}, field="mentions"),
        {"id": ME, "time": 1795340001, "messaging": [PRIVATE]},
        entry({"id": "1", "text": "Under nothing that is known"}),
    ],
)
def test_of_what_is_not_told_whole_the_profile_is_named(told):
    [found] = heard(told)
    assert (found.remote_id, found.messages, found.at) == (ME, (), TOLD)


@pytest.mark.parametrize(
    "told",
    [
        entry(comment(**{"from": {"id": ME, "username": "tabard_town"}})),
        entry({"media_id": "1", "impressions": 7}, field="story_insights"),
        {"id": ME, "messaging": [{**PRIVATE, "message": {"mid": "m_2", "is_echo": True}}]},
        {"id": ME, "messaging": [{**PRIVATE, "sender": {"id": ME}}]},
        {"id": ME, "messaging": [{"sender": {"id": "2"}, "reaction": {"emoji": "x"}}, None]},
        entry(comment(), profile=""),
    ],
)
def test_what_nobody_else_said_is_nothing_to_read_for(told):
    assert heard(told) == ()


def test_events_about_pages_are_passed_over():
    assert heard(entry(comment()), thing="page") == ()


def test_the_page_keeps_what_it_is_told_as_a_channel_of_its_own(on):
    on.told[graph.APP["client_id"]] = {"feed", "mention"}
    asyncio.run(Instagram().fetch(on.access(), "", on.http()))
    asyncio.run(Instagram().hush(on.access(), on.http()))
    assert on.told == {graph.APP["client_id"]: {"feed", "mention"}}


def test_a_profile_whose_page_is_not_known_is_read_without_events(on):
    session = {name: value for name, value in on.access().session.items() if name != "page"}
    access = replace(on.access(), session=session)
    asyncio.run(Instagram().fetch(access, "", on.http()))
    asyncio.run(Instagram().hush(access, on.http()))
    assert not [one for one in on.requests if PAGE in one.url.path]
