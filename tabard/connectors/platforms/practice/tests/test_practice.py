"""Practice keeps the contract; and what is special about it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Published
from tabard.connectors.card import Act
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import KEY, OTHER
from tabard.connectors.platforms.practice.connect import server_url
from tabard.connectors.platforms.practice.tests.simulator import HANDLE, IGNORED, UNTOLD, PracticeStage
from tabard.connectors.stage import picture


class TestPractice(ConnectorContract):
    stage = PracticeStage

    def find(self, on, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    def test_our_key_is_in_the_networks_ledger(self, on) -> None:
        self.published(on, self.outgoing())
        arrival = on.net.store.row("SELECT key, marker, outcome FROM arrival")
        assert tuple(arrival) == (KEY, KEY, "accepted")

    def test_a_blind_repeat_would_show_as_it_must_on_what_we_are_proven_against(self, on) -> None:
        first = self.published(on, self.outgoing())
        self.published(on, self.outgoing())
        assert len(on.shown()) == 2
        assert self.find(on, self.outgoing(), {}) == first

    def test_where_keys_are_ignored_nothing_can_tell_and_a_person_decides(self, on) -> None:
        outgoing = self.outgoing()
        on.switch(IGNORED)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        assert self.find(on, outgoing, state) is CANNOT_TELL
        on.switch(IGNORED, False)
        assert self.find(on, outgoing, state) is CANNOT_TELL
        assert self.find(on, self.outgoing(key=OTHER), {}) is NOT_THERE

    def test_a_network_that_tells_no_administrators_refuses_and_says_so(self, on) -> None:
        on.switch(UNTOLD)
        with pytest.raises(errors.Refused, match="may not read"):
            self.run(self.connector.administrators(on.access(), on.http()))

    def test_an_answer_to_a_private_message_is_one_and_is_found_again(self, on) -> None:
        asked = on.write("Are you open on Sunday?")
        message = self.run(self.connector.fetch(on.access(), "", on.http())).items[-1]
        assert (message.remote_id, message.kind, message.text) == (asked, "direct", "Are you open on Sunday?")
        reply = self.outgoing("Yes, from ten.", reply_to=message.remote_id)
        state = self.interrupted(on, reply, _stage.LOSE_AFTER)
        found = self.find(on, reply, state)
        assert isinstance(found, Published)
        assert found.url == f"http://practice.test/@{HANDLE}/messages/{message.author_handle}"
        assert on.shown() == []
        sent = on.net.store.rows("SELECT person, text FROM message WHERE outgoing = 1")
        assert [tuple(row) for row in sent] == [(message.author_handle, "Yes, from ten.")]

    def test_a_private_message_takes_no_pictures_and_cannot_be_taken_back(self, on) -> None:
        asked = on.write("Hello?")
        reply = self.outgoing("Look", reply_to=asked, media=(picture(),))
        with pytest.raises(errors.Refused):
            self.run(self.connector.prepare(on.access(), reply, {}, on.http()))
        with pytest.raises(errors.Refused):
            self.run(self.connector.delete(on.access(), asked, on.http()))

    def moderate(self, on, message, act, **more):
        self.run(self.connector.moderate(on.access(), message, act, on.http(), **more))

    @pytest.mark.parametrize("act", [Act.HIDE, Act.LIKE, Act.DELETE])
    def test_a_private_message_is_only_answered_and_its_author_blocked(self, on, act) -> None:
        asked = on.write("You again!")
        with pytest.raises(errors.Refused, match="only be answered"):
            self.moderate(on, asked, act)
        assert on.requests == []
        self.moderate(on, asked, Act.BLOCK)
        assert on.net.store.value("SELECT handle FROM blocked") == next(iter(on.net.people))

    @pytest.mark.parametrize("act", [Act.HIDE, Act.SHOW, Act.DELETE])
    def test_a_mention_stands_on_somebody_elses_page_and_the_reason_is_told(self, on, act) -> None:
        mention = on.say("Look at this")
        with pytest.raises(errors.Refused, match="no comment under a post of this channel") as refused:
            self.moderate(on, mention, act)
        assert refused.value.code == "not_yours"
        self.moderate(on, mention, Act.LIKE)
        self.moderate(on, mention, Act.BLOCK)
        assert on.acted(mention) == {"like", "block"}

    @pytest.mark.parametrize("act", [Act.HIDE, Act.LIKE, Act.DELETE, Act.BLOCK])
    def test_an_act_whose_answer_was_lost_is_repeated_and_holds_once(self, on, act) -> None:
        comment = on.said_for(act)
        author = self.author_of(on, comment)
        asyncio.run(on.net.switches.turn("*", {"lost_after": 1.0}))
        with pytest.raises(errors.Later):
            self.moderate(on, comment, act, author=author)
        asyncio.run(on.net.switches.turn("*", {"lost_after": None}))
        self.moderate(on, comment, act, author=author)
        assert on.acted(comment) == {act}
        told = on.net.store.rows("SELECT kind, outcome, answered FROM arrival")
        assert [tuple(one) for one in told] == [(act, "accepted", 0), (act, "repeated", 1)]

    @pytest.mark.parametrize(
        ("switch", "error"),
        [
            (_stage.LIMITED, errors.Limited),
            (_stage.REVOKED, errors.Revoked),
            (_stage.UNREACHABLE, errors.Later),
        ],
    )
    def test_what_keeps_a_post_back_keeps_an_act_back(self, on, switch, error) -> None:
        comment = on.said_for(Act.HIDE)
        on.switch(switch)
        with pytest.raises(error):
            self.moderate(on, comment, Act.HIDE)
        assert on.acted(comment) == set()

    def test_an_id_that_is_none_is_asked_for_nowhere(self, on) -> None:
        for message in ("../channels", "1/like", "", "message-x"):
            for act in (Act.DELETE, Act.BLOCK):
                with pytest.raises(errors.Refused):
                    self.moderate(on, message, act)
        assert on.requests == []

    def test_a_picture_is_uploaded_once_however_often_it_is_prepared(self, on) -> None:
        outgoing = self.with_picture()
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        self.run(self.connector.prepare(on.access(), outgoing, state, on.http()))
        assert [r.url.path for r in on.requests] == ["/api/media"]
        assert b"Secret Camera" not in on.requests[0].content

    def test_a_link_stands_at_the_end_of_the_text(self, on) -> None:
        self.published(on, self.outgoing("Read this", link="https://example.org/a"))
        assert on.shown()[0].text == "Read this\n\nhttps://example.org/a"

    @pytest.mark.parametrize(("switch", "error"), [("down", errors.Later), ("refuse", errors.Refused)])
    def test_a_network_that_is_down_or_refuses_has_done_nothing(self, on, switch, error) -> None:
        values = {"down": True} if switch == "down" else {"refuse": "Not in this tone."}
        asyncio.run(on.net.switches.turn("*", values))
        with pytest.raises(error) as raised:
            self.published(on, self.outgoing())
        assert on.shown() == []
        if error is errors.Later:
            assert raised.value.until == on.now + timedelta(seconds=30)
        else:
            assert "Not in this tone." in str(raised.value)

    def test_days_of_simulated_life_are_read_once_each_in_order(self, on) -> None:
        for n in range(5):
            self.published(on, self.outgoing(f"Number {n}: our shop opens at ten.", key=f"{n}"))
        seen, cursor = [], "0~~0"
        for _hour in range(14):
            on.now += timedelta(hours=1)
            more = True
            while more:
                page = self.run(self.connector.fetch(on.access(), cursor, on.http()))
                seen, cursor, more = [*seen, *page.items], page.cursor, page.more
        assert len(seen) > 10
        assert len({message.remote_id for message in seen}) == len(seen)
        assert [message.at for message in seen] == sorted(message.at for message in seen)
        assert {message.kind for message in seen} <= {"reply", "mention", "direct"}


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://127.0.0.1:8002/", "http://127.0.0.1:8002"),
        (" practice.example.org ", "https://practice.example.org"),
        ("https://Practice.example.org/@meridian", "https://practice.example.org"),
    ],
)
def test_an_address_is_read_as_people_write_it(written: str, url: str) -> None:
    assert server_url(written) == url


@pytest.mark.parametrize("written", ["", "ftp://x", "http://", "https://me@evil.example"])
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(errors.Refused):
        server_url(written)
