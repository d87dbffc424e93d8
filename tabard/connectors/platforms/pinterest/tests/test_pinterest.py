"""Pinterest, by the contract of all connectors and by what is special there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Media, Published
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.pinterest.tests import simulator as sim
from tabard.connectors.platforms.pinterest.tests.simulator import PinterestStage
from tabard.connectors.platforms.pinterest.tests.spec import validate
from tabard.connectors.stage import Stage, picture
from tabard.connectors.tests.openapi import document


def video(seconds: float = 20.0) -> Media:
    async def load() -> bytes:
        return b"\x00\x00\x00\x18ftypmp42"

    return Media(
        "film", "video", "video/mp4", 12, load, width=1080, height=1920, seconds=seconds, name="film.mp4"
    )


class TestPinterest(ConnectorContract):
    stage = PinterestStage

    def sent(self, on: Stage) -> list[tuple[str, str, Any]]:
        """What was asked, without the calls for tokens: method, path and body."""
        return [
            (r.method, r.url.path.removeprefix("/v5"), json.loads(r.content) if r.content else None)
            for r in on.requests
            if r.url.host == sim.HOST and "oauth" not in r.url.path
        ]

    # Boards

    @pytest.mark.parametrize("board", ["Soups", "soups", "549755885175"])
    def test_a_board_is_known_by_its_name_or_number(self, on: Stage, board: str) -> None:
        self.published(on, self.outgoing(options={"board": board}))
        assert self.sent(on)[-1][2]["board_id"] == "549755885175"

    def test_a_board_that_is_not_there_is_told_with_those_that_are(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.published(on, self.outgoing(options={"board": "Bread"}))
        assert refused.value.code == "board"
        assert "Soups, Walks" in str(refused.value)
        assert on.shown() == []

    def test_a_board_of_the_second_page_is_found(self, on: Stage) -> None:
        def pages(request: httpx.Request) -> httpx.Response:
            if request.url.params.get("bookmark") == "more":
                return httpx.Response(200, json={"items": [{"id": "7", "name": "Bread"}], "bookmark": None})
            return httpx.Response(200, json={"items": [{"id": "6", "name": "Soups"}], "bookmark": "more"})

        http = replace(on.http(), transport=httpx.MockTransport(pages))
        outgoing = self.outgoing(options={"board": "Bread"})
        assert self.run(self.connector.prepare(on.access(), outgoing, {}, http))["board"] == "7"

    def test_a_list_that_never_ends_is_cut_off(self, on: Stage) -> None:
        asked: list[int] = []

        def endless(request: httpx.Request) -> httpx.Response:
            asked.append(1)
            return httpx.Response(200, json={"items": [{"id": "6", "name": "x"}], "bookmark": "again"})

        http = replace(on.http(), transport=httpx.MockTransport(endless))
        with pytest.raises(errors.Refused):
            self.run(self.connector.prepare(on.access(), self.outgoing(), {}, http))
        assert len(asked) == 20

    # Pins

    def test_words_link_and_title_stand_each_in_its_place(self, on: Stage) -> None:
        options = {"board": "Soups", "title": "Winter"}
        self.published(on, self.outgoing("Three soups", link="https://t.example/s", options=options))
        made = self.sent(on)[-1][2]
        assert (made["title"], made["description"]) == ("Winter", "Three soups")
        assert made["link"] == "https://t.example/s"
        assert made["alt_text"] == "A red square"
        assert made["media_source"]["source_type"] == "image_base64"

    def test_several_pictures_are_one_pin(self, on: Stage) -> None:
        media = (picture("a"), picture("b"), picture("c"))
        self.published(on, self.outgoing(placement="carousel_pin", media=media))
        source = self.sent(on)[-1][2]["media_source"]
        assert source["source_type"] == "multiple_image_base64"
        assert len(source["items"]) == 3

    def test_one_picture_is_too_few_to_leaf_through(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.published(on, self.outgoing(placement="carousel_pin", media=(picture(),)))
        assert refused.value.code == "too_few"

    # Video

    def test_a_video_is_sent_once_and_waited_for(self, on: Stage) -> None:
        outgoing = self.outgoing(placement="video_pin", media=(video(),))
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        again = self.run(self.connector.prepare(on.access(), outgoing, state, on.http()))
        assert again == state
        assert len(on.files) == 1
        assert b"x-amz-signature" in on.files[0]
        self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        source = self.sent(on)[-1][2]["media_source"]
        assert source["media_id"] == "5212123920968240771"
        assert "cover_image_key_frame_time" in source

    def test_a_video_that_is_not_ready_is_not_sent_again(self, on: Stage) -> None:
        on.switch(sim.SLOW_VIDEO)
        outgoing = self.outgoing(placement="video_pin", media=(video(),))
        with pytest.raises(errors.Later) as later:
            self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        on.switch(sim.SLOW_VIDEO, False)
        kept = json.loads(json.dumps(later.value.state))
        state = self.run(self.connector.prepare(on.access(), outgoing, kept, on.http()))
        assert state["video"] == "5212123920968240771"
        assert len(on.files) == 1

    def test_a_video_that_cannot_be_used_is_refused_and_forgotten(self, on: Stage) -> None:
        on.switch(sim.BAD_VIDEO)
        outgoing = self.outgoing(placement="video_pin", media=(video(),))
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        assert refused.value.code == "media"
        assert "media" not in (refused.value.state or {})

    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1/", "https://169.254.169.254/latest", "https://evil.example/", ""]
    )
    def test_a_video_goes_nowhere_else(self, on: Stage, url: str) -> None:
        def answers(request: httpx.Request) -> httpx.Response:
            assert request.url.host == sim.HOST
            if request.url.path == "/v5/media":
                return httpx.Response(
                    201, json={"media_id": "1", "upload_url": url, "upload_parameters": {"key": "x"}}
                )
            return httpx.Response(200, json=_stage.payload(self.folder, "publishes") and {"items": []})

        http = replace(on.http(), transport=httpx.MockTransport(answers))
        outgoing = self.outgoing(placement="video_pin", media=(video(),))
        with pytest.raises(errors.ConnectorError):
            self.run(self.connector.prepare(on.access(), outgoing, {"board": "1"}, http))

    # Finding

    def test_an_older_pin_of_the_same_words_is_not_taken_for_this_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        state = self.interrupted(on, self.outgoing(key=OTHER), _stage.LOSE_BEFORE)
        found = self.run(self.connector.find(on.access(), self.outgoing(key=OTHER), state, on.http()))
        assert found is NOT_THERE

    def test_a_pin_with_another_link_is_another_pin(self, on: Stage) -> None:
        outgoing = self.outgoing(link="https://t.example/1")
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        self.published(on, self.outgoing(link="https://t.example/2", key=OTHER))
        assert self.run(self.connector.find(on.access(), outgoing, state, on.http())) is NOT_THERE

    def test_more_pins_than_are_looked_at_prove_nothing(self, on: Stage) -> None:
        pin = {"id": "1", "description": "Other", "created_at": "2026-11-22T10:00:00"}

        def full(request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, json={"items": [pin] * 100, "bookmark": "more"})

        http = replace(on.http(), transport=httpx.MockTransport(full))
        state = {"begun": on.now.isoformat(), "board": "1"}
        assert self.run(self.connector.find(on.access(), self.outgoing(), state, http)) is CANNOT_TELL

    def test_the_pin_of_a_lost_answer_is_found_among_others(self, on: Stage) -> None:
        outgoing = self.outgoing("Ours", link="https://t.example/1")
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        on.now += timedelta(seconds=5)
        self.published(on, self.outgoing("Theirs", key=OTHER))
        found = self.run(self.connector.find(on.access(), outgoing, state, on.http()))
        assert isinstance(found, Published)
        assert found.remote_id == on.shown()[0].remote_id

    # Access

    def test_a_refresh_token_is_spent_once_and_the_next_is_kept(self, on: Stage) -> None:
        access = on.access()
        self.run(self.connector.renew(access, on.http()))
        assert access.session["refresh"] == "pinr.invented_refresh_0002"
        with pytest.raises(errors.Revoked):
            self.run(self.connector.renew(on.access(), on.http()))

    def test_a_wrong_secret_of_the_app_is_no_fault_of_the_channel(self, on: Stage) -> None:
        access = replace(on.access(), app={**sim.APP, "client_secret": "wrong"})
        before = dict(access.session)
        with pytest.raises(errors.Later) as later:
            self.run(self.connector.renew(access, on.http()))
        assert later.value.code == "invalid_client"
        assert dict(access.session) == before

    def test_without_an_app_nobody_is_sent_anywhere(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.begin({}, "https://tabard.example/back", on.http()))
        assert refused.value.code == "app"

    def test_an_account_that_is_no_business_lists_nobody(self, on: Stage) -> None:
        on.switch(sim.PERSONAL)
        assert self.run(self.connector.administrators(on.access(), on.http())) == []

    # Figures

    def test_a_day_that_is_not_worked_out_yet_has_no_figures(self, on: Stage) -> None:
        until = on.now.date()
        found = self.run(self.connector.figures(on.access(), until - timedelta(days=200), until, on.http()))
        assert {f.day.isoformat() for f in found if f.day} == {"2026-11-20"}
        asked = on.requests[-1].url.params
        assert asked["start_date"] == (until - timedelta(days=89)).isoformat()

    def test_pins_are_measured_a_hundred_at_a_time(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        ids = [*(str(n) for n in range(1, 150)), post.remote_id]
        before = len(on.requests)
        found = self.run(self.connector.metrics(on.access(), ids, on.http()))
        assert len(on.requests) - before == 2
        assert found == {
            post.remote_id: {
                "likes": 12,
                "shares": 20,
                "replies": 10,
                "impressions": 240,
                "clicks": 37,
                "link_clicks": 20,
            }
        }


def test_what_pinterest_does_not_describe_fails() -> None:
    if document("pinterest") is None:
        pytest.skip("TABARD_REFERENCE_DATA does not say where the contract lies")
    base = f"https://{sim.HOST}/v5"
    good = {
        "board_id": "1",
        "media_source": {"source_type": "image_base64", "content_type": "image/png", "data": "aa"},
    }
    headers = {"Authorization": "Bearer x"}
    validate(httpx.Request("POST", f"{base}/pins", json=good, headers=headers))
    for method, path, body in (
        ("POST", "/pins", {**good, "board_id": "soups"}),
        ("POST", "/pins", {**good, "alt_text": "x" * 501}),
        ("POST", "/media", {"media_type": "film"}),
        ("POST", "/nothing", {}),
    ):
        with pytest.raises(AssertionError):
            validate(httpx.Request(method, base + path, json=body, headers=headers))
