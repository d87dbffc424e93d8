"""What becomes of what TikTok has taken, and how an open end is closed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.tiktok.tests import simulator as sim
from tabard.connectors.platforms.tiktok.tests.case import PUBLIC, TikTokCase
from tabard.connectors.stage import Stage


class TestEndings(TikTokCase):
    def test_a_video_that_is_worked_on_is_open_and_found_when_it_is_there(self, on: Stage) -> None:
        on.switch(sim.SLOW)
        state = self.prepare(on, self.outgoing())
        with pytest.raises(errors.Unsure) as unsure:
            self.commit(on, self.outgoing(), state)
        assert unsure.value.code == "processing"
        kept = json.loads(json.dumps(unsure.value.state))
        assert self.find(on, self.outgoing(), kept) is CANNOT_TELL
        on.switch(sim.SLOW, False)
        found = self.find(on, self.outgoing(), kept)
        assert found.remote_id == on.shown()[0].remote_id
        assert found.url == f"https://www.tiktok.com/@tabard_town/video/{found.remote_id}"

    def test_what_is_there_already_is_not_sent_again(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        for switch in (True, False):
            on.switch(sim.SLOW, switch)
            again = self.prepare(on, self.outgoing(), state)
            assert again == state
            if switch:
                with pytest.raises(errors.Unsure):
                    self.commit(on, self.outgoing(), again)
            else:
                assert self.commit(on, self.outgoing(), again).remote_id == on.shown()[0].remote_id
        assert len(self.puts(on)) == len(on.shown()) == 1

    def test_where_no_bytes_are_told_the_same_upload_goes_on_while_it_is_good(self, on: Stage) -> None:
        on.switch(sim.SILENT)
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_BEFORE)
        assert self.find(on, self.outgoing(), state) is NOT_THERE
        assert self.prepare(on, self.outgoing(), state) == state
        self.commit(on, self.outgoing(), state)
        assert len(on.uploads) == len(on.shown()) == 1

    def test_where_no_bytes_are_told_and_the_hour_is_over_nobody_can_tell(self, on: Stage) -> None:
        on.switch(sim.SILENT)
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_BEFORE)
        on.now += timedelta(hours=1)
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL

    def test_an_end_that_is_refused_while_nothing_is_told_is_open(self, on: Stage) -> None:
        state = self.prepare(on, self.outgoing())
        on.switch(sim.SILENT)
        on.switch(sim.OVER)
        with pytest.raises(errors.Unsure) as unsure:
            self.commit(on, self.outgoing(), state)
        assert unsure.value.code == "upload_unclear"

    def test_an_access_that_ends_before_the_end_is_sent_lets_nothing_leave(self, on: Stage) -> None:
        state = self.prepare(on, self.outgoing())
        on.switch(_stage.EXPIRED)
        with pytest.raises(errors.Expired):
            self.commit(on, self.outgoing(), state)
        assert self.puts(on) == []

    @pytest.mark.parametrize("status", [401, 429, 500, 200])
    def test_whatever_goes_wrong_once_the_end_is_sent_leaves_it_open(self, on: Stage, status: int) -> None:
        state = self.prepare(on, self.outgoing())
        real = on.route

        async def turns(request: httpx.Request) -> httpx.Response:
            if on.shown() and request.url.host == sim.HOST:
                return httpx.Response(status, text="<html>")
            return await real(request)

        on.route = turns
        with pytest.raises(errors.Unsure) as unsure:
            self.commit(on, self.outgoing(), state)
        assert unsure.value.state["upload"]["id"] == state["upload"]["id"]

    @pytest.mark.parametrize(
        ("reason", "kind"),
        [
            ("file_format_check_failed", errors.Refused),
            ("duration_check_failed", errors.Refused),
            ("frame_rate_check_failed", errors.Refused),
            ("picture_size_check_failed", errors.Refused),
            ("publish_cancelled", errors.Refused),
            ("spam_risk", errors.Refused),
            ("spam_risk_text", errors.Refused),
            ("spam_risk_user_banned_from_posting", errors.Refused),
            ("something_new", errors.Refused),
            ("spam_risk_too_many_posts", errors.Limited),
            ("auth_removed", errors.Revoked),
            ("internal", errors.Later),
            ("video_pull_failed", errors.Later),
        ],
    )
    def test_why_it_failed_is_told_and_the_next_try_begins_anew(
        self, on: Stage, reason: str, kind: type[errors.ConnectorError]
    ) -> None:
        on.fails = reason
        state = self.prepare(on, self.outgoing())
        with pytest.raises(kind) as raised:
            self.commit(on, self.outgoing(), state)
        assert type(raised.value) is kind
        assert reason in raised.value.raw
        assert str(raised.value) != reason
        on.fails = ""
        again = self.prepare(on, self.outgoing(), raised.value.state)
        assert again["upload"]["id"] != state["upload"]["id"]
        self.commit(on, self.outgoing(), again)
        assert len(on.shown()) == 1

    def test_a_failure_behind_a_lost_answer_is_told_by_the_next_try(self, on: Stage) -> None:
        on.fails = "duration_check_failed"
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        assert self.find(on, self.outgoing(), state) is NOT_THERE
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(), state)
        assert refused.value.code == "duration_check_failed"
        assert refused.value.state["upload"] == {}

    def test_a_passing_failure_behind_a_lost_answer_is_tried_anew(self, on: Stage) -> None:
        on.fails = "internal"
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        assert self.prepare(on, self.outgoing(), state)["upload"]["id"] != state["upload"]["id"]

    @pytest.mark.parametrize("reason", ["", "internal", "upload_timed_out"])
    def test_what_waited_too_long_for_its_end_is_begun_anew(self, on: Stage, reason: str) -> None:
        state = self.prepare(on, self.outgoing())
        on.now += timedelta(hours=5)  # a hold lay on the channel
        (upload,) = on.uploads.values()
        upload.failed = reason or "none"
        again = self.prepare(on, self.outgoing(), state)
        assert again["upload"]["id"] != state["upload"]["id"]
        self.commit(on, self.outgoing(), again)
        assert len(on.shown()) == 1

    def test_a_forgotten_upload_is_looked_for_among_the_posts(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        on.switch(sim.FORGETS)
        assert self.find(on, self.outgoing(), state).remote_id == on.shown()[0].remote_id
        on.switch(sim.PRIVATE)
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL

    def test_an_older_post_of_the_same_words_is_not_taken_for_this_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        state = self.interrupted(on, self.outgoing(key=OTHER), _stage.LOSE_BEFORE)
        on.switch(sim.FORGETS)
        assert self.find(on, self.outgoing(key=OTHER), state) is CANNOT_TELL

    def test_of_two_posts_of_the_same_words_nobody_can_tell(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        self.published(on, self.outgoing(key=OTHER))
        on.switch(sim.FORGETS)
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL

    def test_a_post_without_words_is_not_guessed(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing(""), _stage.LOSE_AFTER)
        on.switch(sim.FORGETS)
        assert self.find(on, self.outgoing(""), state) is CANNOT_TELL

    def test_a_private_post_is_known_by_its_upload(self, on: Stage) -> None:
        on.switch(sim.PRIVATE)
        alone = {**PUBLIC, "privacy_level": "SELF_ONLY"}
        post = self.published(on, self.outgoing(options=alone))
        assert post.remote_id in on.uploads
        assert post.url == "https://www.tiktok.com/@tabard_town"

    @pytest.mark.parametrize("number", [["x"], [None], [{}], "708", 708, [-5], []])
    def test_a_number_that_is_none_is_no_posts(self, on: Stage, number: Any) -> None:
        state = self.prepare(on, self.outgoing())
        answer = sim.good({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": number})
        call = self.connector.commit(on.access(), self.outgoing(), state, self.answering(on, answer))
        assert self.run(call).remote_id == state["upload"]["id"]

    @pytest.mark.parametrize("body", [b"", b"[]", b"5", b"{}", b'{"data": 5}', b'{"error": "x"}', b"\xff"])
    def test_answers_that_say_nothing_are_trouble_and_no_success(self, on: Stage, body: bytes) -> None:
        http = self.answering(on, httpx.Response(200, content=body))
        state = self.prepare(on, self.outgoing())
        for call in (
            self.connector.prepare(on.access(), self.outgoing(), {}, http),
            self.connector.commit(on.access(), self.outgoing(), state, http),
            self.connector.find(on.access(), self.outgoing(), state, http),
            self.connector.metrics(on.access(), ["7"], http),
        ):
            with pytest.raises(errors.Later):
                self.run(call)
