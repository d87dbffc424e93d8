"""What is said under videos of YouTube: read without a gap, answered once, and moderated."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Messages, Outgoing, Published
from tabard.connectors.card import Act
from tabard.connectors.platforms.youtube import CONNECTOR
from tabard.connectors.platforms.youtube.tests import simulator as sim
from tabard.connectors.platforms.youtube.tests import talk
from tabard.connectors.platforms.youtube.tests.simulator import YoutubeStage
from tabard.connectors.stage import NOW

T = TypeVar("T")
YOUTUBE = CONNECTOR()
VIDEO = "Tabard00001"


@pytest.fixture
def on() -> YoutubeStage:
    return YoutubeStage()


def run(call: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(call)


def fetch(on: YoutubeStage, cursor: str = "") -> Messages:
    return run(YOUTUBE.fetch(on.access(), cursor, on.http()))


def ids(found: Messages) -> list[str]:
    return [each.remote_id for each in found.items]


def comment(text: str, to: str, key: str = "6f9d2f5e-3c5e-4a51-9a6b-0d6c6f0a1b2c") -> Outgoing:
    return Outgoing(key, text, NOW, reply_to=to, placement="comment")


def say(on: YoutubeStage, outgoing: Outgoing, state: dict[str, Any] | None = None) -> Published:
    prepared = run(YOUTUBE.prepare(on.access(), outgoing, state or {}, on.http()))
    return run(YOUTUBE.commit(on.access(), outgoing, prepared, on.http()))


# Reading


def test_an_answer_to_a_comment_comes_with_what_it_answers(on: YoutubeStage) -> None:
    first = on.say("When?")
    second = on.say("Yes, when?", reply_to=first)
    found = fetch(on).items
    assert [each.reply_to for each in found] == [VIDEO, first]
    assert {each.thread for each in found} == {VIDEO}
    assert found[1].url == f"https://www.youtube.com/watch?v={VIDEO}&lc={second}"
    assert (found[0].author_id, found[0].author_handle) == (sim.PERSON, "bo-lind")
    assert found[0].author_url.startswith("https://")


def test_answers_in_an_old_thread_come_though_it_does_not_move_up(on: YoutubeStage) -> None:
    old = on.say("First")
    for n in range(30):
        on.say(f"Comment {n}")
    cursor = fetch(on).cursor
    on.now += timedelta(hours=3)
    said = [on.say(f"Answer {n}", reply_to=old) for n in range(9)]
    found = fetch(on, cursor)
    assert ids(found) == said
    assert fetch(on, found.cursor).items == ()


def test_more_answers_than_come_with_a_thread_are_read_only_when_there_are_new_ones(on: YoutubeStage) -> None:
    first = on.say("First")
    for n in range(8):
        on.say(f"Answer {n}", reply_to=first)
    cursor = fetch(on).cursor
    on.requests.clear()
    cursor = fetch(on, cursor).cursor
    assert [r.url.path.rpartition("/")[2] for r in on.requests] == ["commentThreads"] * 2
    late = on.say("One more", reply_to=first)
    assert ids(fetch(on, cursor)) == [late]


def test_more_than_a_page_of_new_threads_all_come(on: YoutubeStage) -> None:
    on.page = 10
    on.say("First")
    cursor = fetch(on).cursor
    said = [on.say(f"Comment {n}") for n in range(25)]
    assert ids(fetch(on, cursor)) == said


def test_what_is_held_back_comes_too_and_only_once(on: YoutubeStage) -> None:
    held = on.say("Buy now")
    on.states[held] = "heldForReview"
    found = fetch(on)
    assert (ids(found), found.items[0].extra) == ([held], {"held": True})
    on.states[held] = "published"
    assert fetch(on, found.cursor).items == ()


def test_two_of_the_same_second_both_come(on: YoutubeStage) -> None:
    on.say("One")
    cursor = fetch(on).cursor
    on.now -= timedelta(seconds=40)
    other = on.say("Two")
    found = fetch(on, cursor)
    assert ids(found) == [other]
    assert fetch(on, found.cursor).items == ()


def test_what_the_channel_says_itself_does_not_come(on: YoutubeStage) -> None:
    first = on.say("When?")
    say(on, comment("At ten.", first))
    assert ids(fetch(on)) == [first]


@pytest.mark.parametrize(
    "cursor", ["x", "{}", "null", "5", "[]", '{"since": 5, "answers": {}}', '{"since": "", "answers": []}']
)
def test_a_damaged_cursor_begins_anew(on: YoutubeStage, cursor: str) -> None:
    on.say("Fine")
    assert len(fetch(on, cursor).items) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"items": "none"},
        {"items": [5, None, {}, {"snippet": 5}]},
        {
            "items": [
                {"id": "a", "snippet": {"topLevelComment": {"id": "a", "snippet": {"publishedAt": "soon"}}}}
            ]
        },
        {
            "items": [
                {"id": "a", "snippet": {"totalReplyCount": "many", "topLevelComment": []}, "replies": []}
            ]
        },
    ],
)
def test_answers_of_another_shape_are_passed_over(on: YoutubeStage, odd: Any) -> None:
    http = replace(on.http(), transport=httpx.MockTransport(lambda _request: httpx.Response(200, json=odd)))
    assert run(YOUTUBE.fetch(on.access(), "", http)).items == ()


def test_a_page_that_is_no_json_is_later(on: YoutubeStage) -> None:
    http = replace(
        on.http(), transport=httpx.MockTransport(lambda _request: httpx.Response(200, text="<html>"))
    )
    with pytest.raises(errors.Later):
        run(YOUTUBE.fetch(on.access(), "", http))


# Answering


def test_an_answer_to_an_answer_stands_in_the_same_thread(on: YoutubeStage) -> None:
    first = on.say("When?")
    second = on.say("Yes, when?", reply_to=first)
    post = say(on, comment("At ten.", second))
    assert post.remote_id.startswith(f"{first}.")
    assert post.url.endswith(f"&lc={post.remote_id}")


@pytest.mark.parametrize("under", ["a video", "a comment"])
def test_an_answer_whose_confirmation_was_lost_is_found(on: YoutubeStage, under: str) -> None:
    to = on.say("When?") if under == "a comment" else VIDEO
    outgoing = comment("At ten < eleven.", to)
    state = run(YOUTUBE.prepare(on.access(), outgoing, {}, on.http()))
    on.say("At ten < eleven.", reply_to=to)  # the same words, of somebody else
    for lost, there in ((_stage.LOSE_BEFORE, False), (_stage.LOSE_AFTER, True)):
        on.switch(lost)
        with pytest.raises(errors.Unsure):
            run(YOUTUBE.commit(on.access(), outgoing, state, on.http()))
        on.switch(lost, False)
        found = run(YOUTUBE.find(on.access(), outgoing, state, on.http()))
        assert isinstance(found, Published) if there else found is NOT_THERE
    assert run(YOUTUBE.find(on.access(), outgoing, {}, on.http())) is CANNOT_TELL
    later = {"begun": (on.now + timedelta(hours=1)).isoformat()}
    assert run(YOUTUBE.find(on.access(), outgoing, later, on.http())) is NOT_THERE


def test_where_comments_are_switched_off_the_channel_stays_connected(on: YoutubeStage) -> None:
    on.switch(talk.CLOSED)
    with pytest.raises(errors.Refused) as refused:
        say(on, comment("First!", VIDEO))
    assert refused.value.code == "commentsDisabled"


def test_an_answer_to_what_is_gone_is_refused(on: YoutubeStage) -> None:
    with pytest.raises(errors.Refused) as refused:
        say(on, comment("At ten.", "UgxNowhere"))
    assert refused.value.code == "gone"


def test_a_comment_of_ones_own_can_be_changed_and_taken_away(on: YoutubeStage) -> None:
    post = say(on, comment("At ten.", VIDEO))
    run(YOUTUBE.edit(on.access(), post.remote_id, comment("At nine.", VIDEO), on.http()))
    assert [each.text for each in on.shown()] == ["At nine."]
    for _again in range(2):
        run(YOUTUBE.delete(on.access(), post.remote_id, on.http()))
    assert on.shown() == []


# Moderating


def moderate(on: YoutubeStage, message: str, act: Act) -> None:
    run(YOUTUBE.moderate(on.access(), message, act, on.http(), author=sim.PERSON))


def test_somebody_elses_comment_is_rejected_and_ones_own_deleted(on: YoutubeStage) -> None:
    first = on.say("Rubbish")
    own = say(on, comment("At ten.", first)).remote_id
    moderate(on, first, Act.DELETE)
    moderate(on, own, Act.DELETE)
    assert on.states == {first: "rejected"}
    assert own not in on.comments
    moderate(on, own, Act.DELETE)  # what is gone is no error


def test_to_take_away_bans_nobody_and_to_block_does(on: YoutubeStage) -> None:
    first, second = on.say("Rubbish"), on.say("Worse")
    moderate(on, first, Act.DELETE)
    assert on.banned == set()
    moderate(on, second, Act.BLOCK)
    assert on.banned == {sim.PERSON}
    assert on.states[second] == "rejected"


def test_what_was_rejected_cannot_be_shown_again(on: YoutubeStage) -> None:
    first = on.say("Rubbish")
    moderate(on, first, Act.DELETE)
    with pytest.raises(errors.Refused):
        moderate(on, first, Act.SHOW)


def test_to_hide_what_is_gone_is_refused_and_the_channel_stays_connected(on: YoutubeStage) -> None:
    with pytest.raises(errors.Refused):
        moderate(on, "UgxNowhere", Act.HIDE)
