"""Reading channels: each message once, in order, from where the last reading ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tabard.connectors.errors import Expired, Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.registry import card
from tabard.inbox import jobs, reading
from tabard.inbox.models import Conversation, Message, Reading
from tabard.inbox.storing import store
from tabard.inbox.tests.conftest import NOON, page, read_now, said
from tabard.kernel import clock, events
from tabard.kernel.actor import job
from tabard.publishing.models import Budget, Delivery
from tabard.publishing.sender.budgets import name_of
from tabard.register.models import Channel
from tests.sending import plan

pytestmark = pytest.mark.django_db


def texts() -> list[str]:
    return list(Message.objects.order_by("at", "id").values_list("text", flat=True))


def test_what_is_said_under_one_post_is_one_conversation_and_each_message_is_there_once(channel, told):
    told(
        page([said("1", "One"), said("2", "Two", 1, author_id="bo", author_handle="bo")], "c1", more=True),
        page([said("2", "Two", 1), said("3", "Three", 2)], "c2"),
    )
    row = read_now(channel)
    assert texts() == ["One", "Two", "Three"]
    talk = Conversation.objects.get()
    assert (talk.kind, talk.root, talk.state, talk.last_text) == ("comment", "p1", "open", "Three")
    assert (row.cursor, row.tries, row.says) == ("c2", 0, "")
    assert row.next_at > clock.now() + timedelta(minutes=1)


def test_each_post_each_person_in_private_and_each_review_is_a_conversation_of_its_own(channel, told):
    told(
        page(
            [
                said("1"),
                said("2", thread="p2"),
                said("3", kind="direct", thread=""),
                said("4", kind="direct", thread=""),
                said("5", kind="review", thread="", stars=2),
                said("6", kind="quote", thread=""),
            ],
            "c",
        )
    )
    read_now(channel)
    there = sorted(Conversation.objects.values_list("kind", "root"))
    wanted = [("comment", "p1"), ("comment", "p2"), ("direct", "ana"), ("mention", "6"), ("review", "5")]
    assert there == wanted


def test_what_was_edited_or_taken_away_is_said_of_the_same_message(channel, told):
    told(page([said("1", "Bda"), said("2", "Fine", 1)], "c1"))
    read_now(channel)
    told(page([said("1", "Bad"), said("2", "", 1, gone=True), said("9", "Never seen", gone=True)], "c2"))
    read_now(channel)
    first, second = Message.objects.order_by("at")
    assert (first.text, bool(first.edited_at), first.gone_at) == ("Bad", True, None)
    assert (second.text, bool(second.gone_at)) == ("Fine", True)


def test_what_they_say_next_opens_a_conversation_again(channel, told):
    told(page([said("1")], "c1"))
    read_now(channel)
    Conversation.objects.update(state="done", done_at=NOON)
    told(page([said("2", minute=5)], "c2"))
    read_now(channel)
    talk = Conversation.objects.get()
    assert (talk.state, talk.done_at, talk.last_at) == ("open", None, NOON + timedelta(minutes=5))


def test_what_we_said_on_the_platform_itself_opens_nothing(channel, told):
    Channel.objects.filter(pk=channel.pk).update(remote_id="we")
    told(page([said("1")], "c1"))
    read_now(channel)
    Conversation.objects.update(state="done")
    told(page([said("2", minute=5, author_id="we", author_handle="we")], "c2"))
    read_now(channel)
    assert Conversation.objects.get().state == "done"
    assert list(Message.objects.order_by("at").values_list("out", flat=True)) == [False, True]


def test_a_page_tells_of_itself_once_and_one_that_brings_nothing_new_does_not(channel, told, monkeypatch):
    heard = []
    monkeypatch.setattr(events, "tell", heard.append)
    told(page([said(str(n), thread=f"p{n % 3}") for n in range(20)], "c1"))
    read_now(channel)
    (names,) = heard
    assert len(names) == 3
    assert all(name.startswith("conversation ") for name in names)
    told(page([said("1", thread="p1")], "c2"))
    read_now(channel)
    assert len(heard) == 1


def test_two_who_read_the_same_at_once_do_not_turn_the_cursor_back(channel, told):
    told(page([said("1")], "c1"))
    read_now(channel)
    late = page([said("0")], "c0")
    assert not store(job("inbox"), channel, Reading(channel=channel), late, timedelta(minutes=2))
    assert Reading.objects.get().cursor == "c1"
    assert texts() == ["Hello"]


def test_a_channel_is_given_out_once_and_to_somebody_else_when_that_one_has_died(channel):
    assert reading.due() == [channel.pk]
    assert reading.due() == []
    Reading.objects.update(next_at=clock.now() - timedelta(seconds=1))
    assert reading.due() == [channel.pk]


def test_only_connected_channels_that_are_in_use_are_read(channel):
    reading.due()
    Reading.objects.update(next_at=clock.now())
    Channel.objects.filter(pk=channel.pk).update(health="revoked")
    assert reading.due() == []
    Channel.objects.filter(pk=channel.pk).update(health="healthy", state="dormant")
    assert reading.due() == [channel.pk]


def test_a_server_that_is_away_is_asked_again_later_and_only_then_said(channel, told):
    told(*[Later("%(host)s cannot be reached.", code="unreachable", host="x")] * 3)
    first, _second, third = (read_now(channel) for _ in range(3))
    assert (first.says, third.problem) == ("", "x cannot be reached.")
    assert third.next_at > first.next_at > clock.now()
    told(page([said("1")], "c1"))
    assert read_now(channel).says == ""


def test_unsure_is_asked_again(channel, told):
    told(Unsure("No answer."), page([said("1")], "c1"))
    assert read_now(channel).tries == 1
    assert read_now(channel).cursor == "c1"


def test_a_limit_is_kept_to_the_second_and_is_no_failure(channel, told):
    until = clock.now() + timedelta(minutes=9)
    told(Limited("Slow down.", until=until))
    row = read_now(channel)
    assert (row.next_at, row.tries, row.says) == (until, 0, "")


def test_what_is_refused_is_said_and_asked_seldom(channel, told):
    told(Refused("This page has no comments."))
    row = read_now(channel)
    assert row.problem == "This page has no comments."
    assert row.next_at > clock.now() + timedelta(minutes=55)
    channel.refresh_from_db()
    assert channel.health == "healthy"


@pytest.mark.parametrize("error", [Revoked("Access has ended."), Expired("Access has ended.")])
def test_an_access_that_has_ended_is_said_of_the_channel_itself(channel, told, error):
    told(error)
    read_now(channel)
    channel.refresh_from_db()
    assert (channel.health, channel.problem) == ("revoked", "Access has ended.")


def test_a_right_that_is_missing_for_reading_stops_no_post(channel, told):
    told(Revoked("Let Tabard read comments.", code="scope"))
    row = read_now(channel)
    channel.refresh_from_db()
    assert (channel.health, row.problem) == ("healthy", "Let Tabard read comments.")


def test_a_fault_of_ours_is_visible_and_stops_no_other_channel(channel, told, caplog):
    told(ValueError("x"))
    row = read_now(channel)
    assert "Tabard itself failed" in row.problem
    assert row.next_at > clock.now()
    assert "ValueError" in caplog.text


def test_reading_leaves_half_of_a_budget_to_publishing(channel, told):
    Channel.objects.filter(pk=channel.pk).update(platform="reddit")
    (budget,) = card("reddit").budgets
    told(*[page([], f"c{n}") for n in range(200)])
    asked = 0
    while not asked or Reading.objects.get().cursor == f"c{asked - 1}":
        read_now(channel)
        asked += 1
        assert asked < 100
    row = Budget.objects.get(name=name_of(card("reddit"), budget, channel.pk))
    assert 24 <= row.left <= 27  # of the 50 that may be spent at once
    assert Reading.objects.get().next_at > clock.now()


def test_nothing_is_read_while_a_post_waits_for_the_same_budget(channel, told, cast):
    plan([channel], cast.publisher)
    Channel.objects.filter(pk=channel.pk).update(platform="reddit")
    late = clock.now() - timedelta(minutes=1)
    Delivery.objects.update(due_at=late, next_at=clock.now() + timedelta(minutes=1))
    told(page([said("1")], "c1"))
    row = read_now(channel)
    assert (row.cursor, texts()) == ("", [])
    Delivery.objects.update(state="cancelled")
    assert read_now(channel).cursor == "c1"


def test_the_sweep_gives_each_channel_to_a_job(channel):
    jobs.read_due(timestamp=0)
    (made,) = ProcrastinateJob.objects.filter(task_name="inbox.read")
    assert made.args == {"channel_id": channel.pk}
