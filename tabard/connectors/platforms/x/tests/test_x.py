"""X keeps the contract; and what is special about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import NOT_THERE, Media, Published
from tabard.connectors.checks import errors as wrong
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.x.media import PART
from tabard.connectors.platforms.x.tests.simulator import APP, BAD_FILE, DUPLICATES, SLOW, XStage
from tabard.connectors.stage import picture


def film(size: int = 9_000_000) -> Media:
    async def load() -> bytes:
        return b"\0" * size

    return Media("film", "video", "video/mp4", size, load, alt="A harbour", seconds=12.0, name="film.mp4")


class TestX(ConnectorContract):
    stage = XStage

    def find(self, on, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    # Counting

    def test_texts_are_weighed_as_x_weighs_them(self) -> None:
        assert not wrong(self.card, self.outgoing("a" * 256 + " https://example.org/" + "long/" * 99))
        assert [f.code for f in wrong(self.card, self.outgoing("a" * 257 + " https://example.org/"))] == [
            "too_long"
        ]
        assert not wrong(self.card, self.outgoing("字" * 140))
        assert [f.over_from for f in wrong(self.card, self.outgoing("字" * 141))] == [140]
        assert not wrong(self.card, self.outgoing("👨‍👩‍👧‍👦" * 140))

    # A post goes once

    def test_the_same_words_refused_leave_it_open_and_the_first_is_found(self, on) -> None:
        on.switch(DUPLICATES)
        first = self.published(on, self.outgoing("Open & <new>: https://example.org/a/long/address"))
        outgoing = self.outgoing("Open & <new>: https://example.org/a/long/address")
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        with pytest.raises(errors.Unsure) as unsure:
            self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        assert self.find(on, outgoing, unsure.value.state) == first
        assert len(on.shown()) == 1

    def test_the_words_of_an_older_post_are_refused_to_their_author_in_the_end(self, on) -> None:
        on.switch(DUPLICATES)
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        outgoing = self.outgoing(key=OTHER)
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        with pytest.raises(errors.Unsure) as unsure:
            self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        kept = dict(unsure.value.state or {})
        assert self.find(on, outgoing, kept) is NOT_THERE
        with pytest.raises(errors.Refused, match="same words twice"):
            self.run(self.connector.prepare(on.access(), outgoing, kept, on.http()))

    def test_pictures_tell_two_posts_of_the_same_words_apart(self, on) -> None:
        self.published(on, self.outgoing("Look", media=(picture("a"),)))
        outgoing = self.outgoing("Look", key=OTHER, media=(picture("b"),))
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE

    # Files

    def test_a_film_goes_in_parts_is_waited_for_and_described(self, on) -> None:
        on.switch(SLOW)
        post = self.published(on, self.outgoing("Film", media=(film(),)))
        (file,) = on.media.values()
        assert [len(part) for _n, part in sorted(file["parts"].items())] == [PART, PART, 1_000_000]
        assert (file["media_category"], file["alt"]) == ("tweet_video", "A harbour")
        assert on.shown()[0].remote_id == post.remote_id

    def test_a_file_that_x_cannot_use_is_refused_before_anything_shows(self, on) -> None:
        on.switch(BAD_FILE)
        with pytest.raises(errors.Refused, match="unsupported codec"):
            self.published(on, self.outgoing("Film", media=(film(1000),)))
        assert on.shown() == []

    def test_what_was_uploaded_is_kept_over_a_break_and_sent_again_after_a_day(self, on) -> None:
        outgoing = self.outgoing("Two", media=(picture("a"), picture("b")))
        calls = 0

        async def breaks(request: httpx.Request) -> httpx.Response:
            nonlocal calls
            calls += request.url.path.endswith("initialize")
            if calls == 2:
                raise httpx.ReadError("connection reset", request=request)
            return await on.answer(request)

        http = replace(on.http(), transport=httpx.MockTransport(breaks))
        with pytest.raises(errors.Later) as later:
            self.run(self.connector.prepare(on.access(), outgoing, {}, http))
        state = self.run(self.connector.prepare(on.access(), outgoing, dict(later.value.state), on.http()))
        assert len(on.media) == 2
        on.now += timedelta(hours=24)
        on.ends += timedelta(hours=24)
        self.run(self.connector.prepare(on.access(), outgoing, state, on.http()))
        assert len(on.media) == 4

    # Keeping the access

    def test_a_key_to_renew_with_is_spent_once(self, on) -> None:
        access, older = on.access(), on.access()
        self.run(self.connector.renew(access, on.http()))
        assert access.session["refresh"] != older.session["refresh"]
        with pytest.raises(errors.Revoked):
            self.run(self.connector.renew(older, on.http()))

    def test_a_wrong_secret_of_the_app_is_no_channels_fault(self, on) -> None:
        access = replace(on.access(), app={**APP, "client_secret": "another"})
        with pytest.raises(errors.Later) as later:
            self.run(self.connector.renew(access, on.http()))
        assert later.value.code == "invalid_client"

    def test_what_was_allowed_is_kept(self, on) -> None:
        (one,) = self.let_in(on)
        assert "tweet.write" in one.access.session["scopes"]

    # What is said

    def test_more_mentions_than_one_page_come_once_each(self, on) -> None:
        first = on.say("The first")
        start = self.run(self.connector.fetch(on.access(), "", on.http()))
        assert start.cursor == first
        said = [on.say(f"Number {n}") for n in range(250)]
        page = self.run(self.connector.fetch(on.access(), start.cursor, on.http()))
        assert [message.remote_id for message in page.items] == said

    def test_an_answer_that_nobody_asked_for_is_refused_in_words(self, on) -> None:
        def no(request: httpx.Request) -> httpx.Response:
            detail = "Reply to this conversation is not allowed because you have not been mentioned."
            return httpx.Response(403, json={"detail": detail})

        http = replace(on.http(), transport=httpx.MockTransport(no))
        with pytest.raises(errors.Refused, match="only those who mentioned"):
            self.run(self.connector.commit(on.access(), self.outgoing(reply_to="1"), {}, http))

    def test_a_post_that_is_there_is_found_among_others(self, on) -> None:
        outgoing = self.outgoing("Read this", link="https://example.org/a?b=1&c=2")
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        assert isinstance(self.find(on, outgoing, state), Published)
