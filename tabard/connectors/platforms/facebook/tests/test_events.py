"""What Facebook tells of pages: who said something where, and what is nothing to read for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.facebook import Facebook
from tabard.connectors.platforms.facebook.tests.simulator import FOLDER, PAGE
from tabard.connectors.stage import payload

ANA = {"id": "7700000000000001", "name": "Ana Petrova"}
TOLD = datetime.fromtimestamp(1795340001, UTC)
MENTION = {"item": "post", "verb": "add", "from": ANA, "post_id": "77_9", "created_time": 1795340000}
# developers.facebook.com/docs/graph-api/webhooks/reference/page and /docs/messenger-platform, read 2026-11.
RATING = {
    "item": "rating",
    "verb": "add",
    "reviewer_id": ANA["id"],
    "reviewer_name": "Ana",
    "created_time": 1795340000,
    "recommendation_type": "POSITIVE",
    "review_text": "Nice",
    "open_graph_story_id": "1",
}
PRIVATE = {
    "sender": {"id": ANA["id"]},
    "recipient": {"id": PAGE},
    "timestamp": 1795340000123,
    "message": {"mid": "m_1", "text": "Hello"},
}


def heard(*entries: dict[str, Any], thing: str = "page") -> tuple[Any, ...]:
    headers, body = graph.signed({"object": thing, "entry": list(entries)})
    return Facebook().hear(headers, body, graph.APP)


def entry(*values: dict[str, Any], field: str = "feed", page: str = PAGE) -> dict[str, Any]:
    return {"id": page, "time": 1795340001, "changes": [{"field": field, "value": each} for each in values]}


def comment(**more: Any) -> dict[str, Any]:
    value = payload(FOLDER, "hears")["entry"][0]["changes"][0]["value"]
    return {**value, "message": "Кога?", **more}


def test_a_comment_is_the_message_that_is_read_afterwards():
    [told] = heard(entry(comment()))
    [message] = told.messages
    assert (told.remote_id, told.at) == (PAGE, TOLD)
    assert (message.remote_id, message.kind, message.text) == ("122100000000001_900", "reply", "Кога?")
    assert (message.author_id, message.author_name) == (ANA["id"], "Ana Petrova")
    assert message.reply_to == message.thread == f"{PAGE}_122100000000001"
    assert message.at == datetime.fromtimestamp(1795340000, UTC)


def test_what_is_taken_away_or_edited_later_has_the_time_of_that():
    old = 1700000000
    [told] = heard(entry(comment(verb="remove", created_time=old), comment(verb="edited", created_time=old)))
    assert [(each.gone, each.at) for each in told.messages] == [(True, TOLD), (False, TOLD)]


def test_a_post_that_names_the_page_is_a_mention():
    [told] = heard(entry({**MENTION, "message": "See Tabard"}, field="mention"))
    [message] = told.messages
    assert (message.remote_id, message.kind, message.thread) == ("77_9", "mention", "")


def test_several_pages_in_one_event_are_all_named():
    found = heard(entry(comment()), entry(comment(), comment(comment_id="1_2"), page="9"))
    assert [(each.remote_id, len(each.messages)) for each in found] == [(PAGE, 1), ("9", 2)]


@pytest.mark.parametrize(
    "told",
    [
        entry(RATING, field="ratings"),
        entry({"item": "status", "verb": "add", "from": ANA, "post_id": f"{PAGE}_1"}),
        {"id": PAGE, "time": 1795340001, "messaging": [PRIVATE]},
        entry({"item": "comment", "verb": "add", "message": "Nothing is known of it"}),
    ],
)
def test_of_what_is_not_told_whole_the_page_is_named(told):
    [found] = heard(told)
    assert (found.remote_id, found.messages, found.at) == (PAGE, (), TOLD)


@pytest.mark.parametrize(
    "told",
    [
        entry(comment(**{"from": {"id": PAGE, "name": "Tabard"}})),
        entry({"item": "reaction", "verb": "add", "from": ANA, "reaction_type": "like"}),
        entry({"item": "like", "verb": "add", "from": ANA}),
        entry({"hours": {}}, field="hours"),
        entry({**MENTION, "from": {"id": PAGE}}, field="mention"),
        {"id": PAGE, "messaging": [{**PRIVATE, "message": {"mid": "m_2", "is_echo": True}}]},
        {"id": PAGE, "messaging": [{**PRIVATE, "sender": {"id": PAGE}}]},
        {"id": PAGE, "messaging": [{"sender": {"id": ANA["id"]}, "read": {"watermark": 1}}, None]},
        entry(comment(), page=""),
    ],
)
def test_what_nobody_else_said_is_nothing_to_read_for(told):
    assert heard(told) == ()


def test_events_about_other_things_than_pages_are_passed_over():
    assert heard(entry(comment()), thing="instagram") == ()
