"""Files go where they should, once, and break off without harm."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.contract_card import KEY, OTHER
from tabard.connectors.platforms.linkedin.tests import simulator as sim
from tabard.connectors.platforms.linkedin.tests.simulator import LinkedInStage
from tabard.connectors.platforms.linkedin.tests.story import Story
from tabard.connectors.stage import picture


class TestFiles(Story):
    def test_a_film_that_broke_off_goes_on_after_what_was_taken(self, on: LinkedInStage) -> None:
        outgoing = self.outgoing(placement="video")
        on.switch(sim.BREAKS_OFF)
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.switch(sim.BREAKS_OFF, False)
        kept = json.loads(json.dumps(later.value.state))
        self.commit(on, outgoing, self.prepare(on, outgoing, kept))
        (parts,) = on.files.values()
        assert [len(part) for part in parts] == [40_000, 40_000, 20_000]
        assert b"".join(parts) == b"\x00\x01" * 50_000

    def test_a_film_whose_addresses_have_ended_is_begun_anew(self, on: LinkedInStage) -> None:
        outgoing = self.outgoing(placement="video")
        on.switch(sim.BREAKS_OFF)
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.switch(sim.BREAKS_OFF, False)
        on.now += timedelta(days=2)
        self.prepare(on, outgoing, later.value.state)
        assert [len(parts) for parts in on.files.values()] == [1, 3]
        on.switch(sim.ENDED_URL)
        with pytest.raises(errors.Later) as later:
            self.prepare(on, self.outgoing(placement="video", key=OTHER))
        assert "film" not in (later.value.state or {})

    def test_a_film_is_put_together_once_though_the_answer_was_lost(self, on: LinkedInStage) -> None:
        outgoing, real = self.outgoing(placement="video"), on.route

        async def loses(request: httpx.Request) -> httpx.Response:
            answer = await real(request)
            if "finalizeUpload" in str(request.url):
                raise httpx.ReadError("lost", request=request)
            return answer

        on.route = loses
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.route = real
        self.prepare(on, outgoing, later.value.state)
        asked = [request for request in on.requests if "finalizeUpload" in str(request.url)]
        assert len(asked) == 1

    @pytest.mark.parametrize("placement", ["image", "video", "document"])
    def test_a_file_that_is_not_ready_is_not_sent_again(self, on: LinkedInStage, placement: str) -> None:
        outgoing = self.outgoing(placement=placement)
        on.switch(sim.SLOW)
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        assert later.value.until is not None
        on.switch(sim.SLOW, False)
        self.commit(on, outgoing, self.prepare(on, outgoing, later.value.state))
        assert len(on.files) == 1

    def test_a_file_that_cannot_be_used_is_refused_and_forgotten(self, on: LinkedInStage) -> None:
        on.switch(sim.BAD)
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(placement="video"))
        assert refused.value.code == "media"
        assert (refused.value.state or {})["media"] == {}

    def test_who_may_not_look_at_files_publishes_all_the_same(self, on: LinkedInStage) -> None:
        on.switch(sim.BLIND)
        self.published(on, self.outgoing(placement="image"))
        assert len(on.shown()) == 1

    @pytest.mark.parametrize(
        "url",
        ["http://www.linkedin.com/x", "https://169.254.169.254/x", "https://evil.example/", "", None, 5],
    )
    def test_a_file_goes_nowhere_else(self, on: LinkedInStage, url: Any) -> None:
        value = {"image": "urn:li:image:A", "uploadUrl": url}
        http = self.answering(on, httpx.Response(200, json={"value": value, "elements": []}))
        with pytest.raises(errors.ConnectorError):
            self.run(self.connector.prepare(on.access(), self.outgoing(placement="image"), {}, http))
        assert on.requests == []

    @pytest.mark.parametrize(
        "parts",
        [
            None,
            [],
            "x",
            [5],
            [{"firstByte": 0, "lastByte": 10}],
            [{"firstByte": 1, "lastByte": 99_999, "uploadUrl": "https://www.linkedin.com/x"}],
            [{"firstByte": 0, "lastByte": 200_000, "uploadUrl": "https://www.linkedin.com/x"}],
            [{"firstByte": 0, "lastByte": -1, "uploadUrl": "https://www.linkedin.com/x"}] * 3,
        ],
    )
    def test_parts_that_are_not_the_film_are_not_sent(self, on: LinkedInStage, parts: Any) -> None:
        value = {"video": "urn:li:video:A", "uploadInstructions": parts, "uploadToken": ""}
        http = self.answering(on, httpx.Response(200, json={"value": value, "elements": []}))
        with pytest.raises(errors.Later):
            self.run(self.connector.prepare(on.access(), self.outgoing(placement="video"), {}, http))

    # Afterwards

    @pytest.mark.parametrize(
        "urn",
        [
            "",
            "1",
            "urn:li:share:1/../2",
            "urn:li:share:1?x=y",
            "urn:li:person:abc",
            "urn:li:comment:(urn:li:activity:1,2)x",
            "urn:li:share:１",
            "urn:li:share:1\n",
        ],
    )
    def test_a_name_of_nothing_is_never_called(self, on: LinkedInStage, urn: str) -> None:
        access, http = on.access(), on.http()
        answer = self.outgoing(placement="comment", reply_to=urn or "x")
        for call in (
            lambda: self.connector.delete(access, urn, http),
            lambda: self.connector.edit(access, urn, self.outgoing("After"), http),
            lambda: self.connector.prepare(access, answer, {}, http),
        ):
            with pytest.raises(errors.Refused):
                self.run(call())
        assert on.requests == []

    @pytest.mark.parametrize("body", [b"", b"[]", b"5", b'{"elements": 5}', b"\xff", b"x" * 9_000_000])
    def test_answers_that_say_nothing_are_trouble_and_no_success(
        self, on: LinkedInStage, body: bytes
    ) -> None:
        http = self.answering(on, httpx.Response(200, content=body))
        outgoing = self.outgoing(placement="image")
        with pytest.raises(errors.Later):
            self.run(self.connector.prepare(on.access(), outgoing, {}, http))
        state = {"media": {item.key: "urn:li:image:A" for item in outgoing.media}}
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), outgoing, state, http))

    def test_an_access_that_ends_while_files_are_sent_keeps_what_was_sent(self, on: LinkedInStage) -> None:
        outgoing, real = self.outgoing(placement="multi_image", media=(picture("a"), picture("b"))), on._begun

        def ends(kind: str, asked: Any) -> httpx.Response:
            if on.files:
                return sim.refused(401, "EXPIRED_ACCESS_TOKEN", "Expired", 65602)
            return real(kind, asked)

        on._begun = ends
        with pytest.raises(errors.Expired) as expired:
            self.prepare(on, outgoing)
        on._begun = real
        self.commit(on, outgoing, self.prepare(on, outgoing, expired.value.state))
        assert [len(parts) for parts in on.files.values()] == [1, 1]

    def test_a_used_up_day_is_waited_for_until_midnight(self, on: LinkedInStage) -> None:
        on.switch(_stage.LIMITED)
        with pytest.raises(errors.Limited) as limited:
            self.prepare(on, self.outgoing(key=KEY))
        assert limited.value.until.isoformat() == "2026-11-23T00:00:00+00:00"
