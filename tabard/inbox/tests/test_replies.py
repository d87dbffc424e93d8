"""Answering from the inbox, over a Practice network that is really asked."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import timedelta

import httpx
import pytest

from tabard.audit.models import Entry
from tabard.inbox import actions, reading, replying, sending, words
from tabard.inbox.models import Conversation, Message, Reading, Reply
from tabard.kernel import clock
from tabard.kernel.errors import Denied, IllegalMove, Invalid, Overtaken
from tabard.org.actions import end_grant
from tabard.org.models import Person
from tabard.practice.inbox import SETTLED
from tabard.publishing.actions import lift, press
from tabard.publishing.tests.conftest import world as world
from tabard.register.models import Channel

HELD = "http://127.0.0.1"  # the network's forms are for whoever sits at the machine


def speak(world, **form: object) -> None:
    """Somebody among the people says something."""

    async def call() -> None:
        async with httpx.AsyncClient(transport=world.transport, base_url=HELD) as client:
            answer = await client.post("/speak", data=form)
            assert answer.status_code == 303, answer.text

    asyncio.run(call())
    time.sleep(SETTLED)


def read(world) -> None:
    reading.due()
    Reading.objects.update(next_at=clock.now())
    reading.read(world.channels[0].pk)


def somebody(world) -> str:
    return next(iter(world.transport.app.state.network.people))


@pytest.fixture
def talk(world, way_out) -> Conversation:
    """Somebody has written to the first channel in private, and it has been read."""
    way_out(world.transport)
    world.channels = world.channels[:1]
    speak(world, text="Where is my order?", to="north", **{"as": somebody(world)})
    read(world)
    return Conversation.objects.get(kind="direct")


def write(world, talk, text="It is on its way.", who="publisher", **more) -> Reply:
    return actions.reply(world.cast.by(who), talk, text=text, **more)


def arrived(world) -> list[str]:
    """What the network has taken in from the channel, each time it did."""
    entries = world.network("GET", "/api/ledger?limit=1000&channel=north")["entries"]
    return [each["text"] for each in entries if each["accepted_at"]]


def go(reply: Reply) -> Reply:
    """As the job does, now."""
    Reply.objects.filter(pk=reply.pk, state__in=("queued", "unsure")).update(next_at=clock.now())
    sending.send(reply.pk)
    return Reply.objects.get(pk=reply.pk)


def settle_down(reply: Reply) -> None:
    """As if it had left long enough ago for the network to know."""
    Reply.objects.filter(pk=reply.pk).update(armed_at=clock.now() - timedelta(seconds=20))


def test_an_answer_goes_out_once_and_then_it_is_their_turn(world, talk):
    reply = go(write(world, talk))
    assert (reply.state, arrived(world)) == ("sent", ["It is on its way."])
    assert reply.url.startswith("http")
    talk.refresh_from_db()
    assert (talk.state, talk.last_out, talk.last_text) == ("waiting", True, "It is on its way.")
    assert sending.send(reply.pk) is None
    read(world)
    ours = Message.objects.get(conversation=talk, out=True)
    assert (ours.text, ours.edited_at, reply.message) == ("It is on its way.", None, ours)
    assert arrived(world) == ["It is on its way."]
    told = Entry.objects.filter(action__startswith="reply").order_by("id").values_list("action", "person_id")
    assert list(told) == [("reply.write", world.cast.publisher.pk), ("reply.sent", None)]


def test_an_answer_under_a_post_stands_under_what_it_answers(world, way_out):
    way_out(world.transport)
    world.channels = world.channels[:1]
    world.plan()
    world.send()
    post = world.network("GET", "/api/posts", channel="north")["posts"][0]["id"]
    speak(world, text="Is it vegan?", under=post, **{"as": somebody(world)})
    read(world)
    asks = Message.objects.get(text="Is it vegan?")
    reply = go(write(world, asks.conversation, "Yes, it is.", answers=asks))
    assert reply.state == "sent"
    there = world.network("GET", f"/api/posts/{reply.message.remote_id}", channel="north")
    assert (there["text"], str(there["reply_to"])) == ("Yes, it is.", asks.remote_id)


def test_a_lost_answer_is_looked_for_and_never_simply_repeated(world, talk):
    world.switch("north", lost_after=1.0)
    reply = go(write(world, talk))
    assert (reply.state, reply.asks_person) == ("unsure", False)
    world.switch("north", lost_after=0.0)
    reply = go(reply)
    assert (reply.state, arrived(world)) == ("sent", ["It is on its way."])


def test_one_that_never_arrived_goes_out_when_the_network_is_sure_of_it(world, talk):
    world.switch("north", lost_before=1.0)
    reply = go(write(world, talk))
    world.switch("north", lost_before=0.0)
    reply = go(reply)
    assert (reply.state, arrived(world)) == ("unsure", [])  # too early to believe it
    settle_down(reply)
    reply = go(reply)
    assert reply.state == "queued"
    assert (go(reply).state, arrived(world)) == ("sent", ["It is on its way."])


def test_where_nothing_can_tell_a_person_decides(world, talk):
    world.switch("north", keys="ignored", lost_after=1.0)
    reply = go(write(world, talk))
    world.switch("north", lost_after=0.0)
    assert go(reply).asks_person is False
    Reply.objects.update(armed_at=clock.now() - timedelta(minutes=11))
    reply = go(reply)
    assert (reply.state, reply.asks_person) == ("unsure", True)
    assert "Look there" in reply.problem
    sending.send(reply.pk)  # nobody asks any more
    with pytest.raises(Denied):
        actions.confirm_reply(world.cast.by("analyst"), reply)
    actions.confirm_reply(world.cast.by("publisher"), reply, url="")
    talk.refresh_from_db()
    assert (Reply.objects.get().state, talk.state, len(arrived(world))) == ("sent", "waiting", 1)


def test_who_finds_that_it_did_not_go_out_has_it_sent_again(world, talk):
    reply = write(world, talk)
    Reply.objects.update(state="sending", claim=uuid.uuid4(), claimed_at=clock.now(), armed_at=clock.now())
    Reply.objects.update(state="unsure", asks_person=True)
    reply = actions.deny_reply(world.cast.by("publisher"), reply)
    assert (go(reply).state, arrived(world)) == ("sent", ["It is on its way."])


def test_our_own_words_that_were_read_decide_as_well(world, talk, monkeypatch):
    world.switch("north", keys="ignored", lost_after=1.0)
    reply = go(write(world, talk))
    Message.objects.create(
        conversation=talk, channel=talk.channel, remote_id="message-77", kind="direct", out=True,
        text="It is on  its way.", at=clock.now(),
    )  # fmt: skip
    monkeypatch.setattr(sending, "asked", None)  # nobody has to be asked
    reply = go(reply)
    assert (reply.state, reply.message.remote_id) == ("sent", "message-77")


def test_a_hold_stops_answers_as_it_stops_posts(world, talk):
    reply = write(world, talk)
    hold = press(world.cast.by("owner"), world.cast.north, reason="Recall")
    with pytest.raises(IllegalMove, match="hold"):
        write(world, talk, "Another")
    reply = go(reply)
    assert (reply.state, reply.code, reply.asks_person, arrived(world)) == ("failed", "held", True, [])
    with pytest.raises(IllegalMove, match="hold"):
        actions.retry_reply(world.cast.by("publisher"), reply)
    lift(world.cast.by("owner"), hold)
    reply = actions.retry_reply(world.cast.by("publisher"), reply)
    assert (go(reply).state, arrived(world)) == ("sent", ["It is on its way."])


def test_a_hold_that_is_pressed_after_the_claim_still_stops_it(world, talk, monkeypatch):
    reply, by = write(world, talk), world.cast.by("owner")
    real = sending._prepared

    def prepared(*given):
        press(by, world.cast.north, reason="Recall")
        return real(*given)

    monkeypatch.setattr(sending, "_prepared", prepared)
    reply = go(reply)
    assert (reply.state, reply.code, arrived(world)) == ("failed", "held", [])


def test_while_a_call_leaves_no_hold_is_pressed_and_soon_after_it_is(world, talk):
    world.switch("north", slow=3.0)
    reply = write(world, talk)
    begun = time.monotonic()
    reply = go(reply)
    assert reply.state == "sent"
    press(world.cast.by("owner"), world.cast.north, reason="Recall")
    assert time.monotonic() - begun < 8


def test_whose_right_has_ended_sends_nothing(world, talk):
    reply = write(world, talk)
    end_grant(world.cast.by("owner"), world.cast.publisher.grants.get(), reason="Left")
    reply = go(reply)
    assert (reply.state, reply.code, arrived(world)) == ("failed", "not_granted", [])
    reply = actions.retry_reply(world.cast.by("district"), reply)
    assert (go(reply).state, reply.by) == ("sent", world.cast.district)


def test_whoever_is_suspended_or_left_sends_nothing_and_others_may_in_their_own_name(world, talk):
    reply = write(world, talk)
    Person.objects.filter(pk=world.cast.publisher.pk).update(is_active=False)
    reply = go(reply)
    assert (reply.state, reply.code, reply.asks_person, arrived(world)) == ("failed", "not_granted", True, [])
    assert "in their own name" in reply.to_do


def test_a_right_that_ends_while_it_is_prepared_stops_it(world, talk, monkeypatch):
    reply, real = write(world, talk), sending._prepared
    grant = world.cast.publisher.grants.get()

    def prepared(*given):
        type(grant).objects.filter(pk=grant.pk).update(ends_at=clock.now())
        return real(*given)

    monkeypatch.setattr(sending, "_prepared", prepared)
    reply = go(reply)
    assert (reply.state, reply.code, arrived(world)) == ("failed", "not_granted", [])


def test_what_was_taken_away_meanwhile_is_not_answered(world, talk):
    reply = write(world, talk)
    Message.objects.filter(conversation=talk).update(gone_at=clock.now())
    reply = go(reply)
    assert (reply.state, reply.code, arrived(world)) == ("failed", "gone", [])
    with pytest.raises(IllegalMove, match="nothing to answer"):
        write(world, talk, "Another")


def test_a_channel_that_is_broken_says_nothing(world, talk):
    reply = write(world, talk)
    Channel.objects.update(health="revoked")
    assert go(reply).code == "not_connected"
    with pytest.raises(IllegalMove, match="not connected"):
        write(world, talk, "Another")


def test_an_access_that_has_ended_is_said_of_the_channel(world, talk):
    reply = write(world, talk)
    world.switch("north", revoked=True)
    reply = go(reply)
    talk.channel.refresh_from_db()
    assert (reply.state, reply.asks_person, talk.channel.health) == ("failed", True, "revoked")


def test_a_network_that_is_down_is_tried_again_and_one_that_refuses_is_not(world, talk):
    reply = write(world, talk)
    world.switch("north", down=True)
    reply = go(reply)
    assert (reply.state, reply.armed_at) == ("queued", None)
    assert reply.next_at > clock.now()
    world.switch("north", down=False, refuse="No such words here.")
    reply = go(reply)
    assert (reply.state, reply.asks_person) == ("failed", True)
    assert "No such words here." in reply.problem
    actions.cancel_reply(world.cast.by("publisher"), reply)
    assert Reply.objects.get().state == "cancelled"


def test_two_answers_go_out_in_the_order_of_their_writing(world, talk):
    first, second = write(world, talk, "One"), write(world, talk, "Two")
    assert go(second).state == "queued"
    go(first)
    go(second)
    assert arrived(world) == ["One", "Two"]


def test_the_second_of_two_is_told_who_was_faster_and_may_still_answer(world, talk):
    first = write(world, talk)
    with pytest.raises(Overtaken, match=r"Tomasz Wilk.*on its way"):
        write(world, talk, "Sorry!", who="district")
    second = write(world, talk, "Sorry!", who="district", seen=first.pk)
    go(first)
    assert go(second).state == "sent"
    with pytest.raises(Overtaken):
        write(world, talk, "Well", seen=first.pk)


def test_who_begins_to_answer_is_known_to_others(world, talk):
    actions.take(world.cast.by("publisher"), talk)
    with pytest.raises(IllegalMove, match="Tomasz Wilk"):
        actions.take(world.cast.by("district"), talk)
    with pytest.raises(Overtaken, match="Tomasz Wilk"):
        write(world, talk, who="district")
    write(world, talk, who="district", beside=world.cast.publisher.pk)
    talk.refresh_from_db()
    assert talk.answering is None
    actions.take(world.cast.by("publisher"), talk)
    Conversation.objects.update(answering_at=clock.now() - timedelta(minutes=11))
    talk.refresh_from_db()
    actions.take(world.cast.by("district"), talk)


def test_the_same_answer_that_comes_twice_is_one(world, talk):
    key = uuid.uuid4()
    assert write(world, talk, key=key).pk == write(world, talk, key=key).pk


@pytest.mark.parametrize("text", ["", "  \n", "ж" * 501])
def test_words_are_held_against_what_the_platform_takes(world, talk, text):
    with pytest.raises(Invalid) as wrong:
        write(world, talk, text)
    assert wrong.value.fields["text"]
    place = words.place_of("practice")
    assert words.judged(talk.channel, place, talk.messages.get(), "👩‍👩‍👧‍👦 да").counted == 4


def test_who_may_only_look_answers_nothing(world, talk):
    for who in ("analyst", "creator", "stranger"):
        with pytest.raises(Denied):
            write(world, talk, who=who)


def test_what_a_dead_worker_had_in_hand_is_given_up(world, talk):
    reply = write(world, talk)
    assert replying.claim(reply.pk)
    assert replying.due() == []
    long_ago = clock.now() - replying.STALE - timedelta(seconds=1)
    Reply.objects.update(claimed_at=long_ago)
    assert replying.due() == [reply.pk]
    replying.bury(reply.pk)
    assert Reply.objects.get().state == "queued"
    carried = replying.claim(reply.pk)
    assert replying.arm(carried)
    Reply.objects.update(claimed_at=long_ago)
    replying.bury(reply.pk)
    assert Reply.objects.get().state == "unsure"
