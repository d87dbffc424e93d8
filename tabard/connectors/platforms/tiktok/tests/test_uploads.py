"""Sending a video to TikTok in pieces, the last of which shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors.platforms.tiktok.tests import simulator as sim
from tabard.connectors.platforms.tiktok.tests.case import BIG, TikTokCase
from tabard.connectors.platforms.tiktok.tests.simulator import MEGA
from tabard.connectors.platforms.tiktok.upload import PIECE, cut, last, span
from tabard.connectors.stage import Stage, film


class TestUploads(TikTokCase):
    @pytest.mark.parametrize(
        "size",
        [
            1,
            900,
            5 * MEGA - 1,
            2 * PIECE - 1,
            2 * PIECE,
            2 * PIECE + 1,
            3 * PIECE - 1,
            64 * MEGA,
            4096 * MEGA,
        ],
    )
    def test_pieces_are_cut_as_tiktok_wants_them(self, size: int) -> None:
        piece, count = cut(size)
        upload = {"size": size, "piece": piece}
        spans = [span(upload, number) for number in range(last(upload) + 1)]
        assert count == size // piece == len(spans) <= 1000
        assert all(length == piece for _start, length in spans[:-1])
        assert [start for start, _length in spans[1:]] == [start + length for start, length in spans[:-1]]
        assert sum(length for _start, length in spans) == size
        assert spans[-1][1] < 128 * MEGA
        assert piece == size or 5 * MEGA <= piece <= 64 * MEGA

    def test_the_last_piece_alone_is_the_commit(self, on: Stage) -> None:
        outgoing = self.big()
        state = self.prepare(on, outgoing)
        assert self.puts(on) == [f"bytes 0-{PIECE - 1}/{BIG}"]
        assert on.shown() == []
        self.commit(on, outgoing, state)
        assert self.puts(on)[1:] == [f"bytes {PIECE}-{BIG - 1}/{BIG}"]
        assert len(on.shown()) == 1
        (upload,) = on.uploads.values()
        assert len(upload.body) == BIG

    def test_a_line_that_breaks_between_pieces_goes_on_where_it_was(self, on: Stage) -> None:
        size = 4 * PIECE
        outgoing = self.outgoing("Four", media=(film(size=size),))
        real = on.route

        async def breaks(request: httpx.Request) -> httpx.Response:
            if request.headers.get("content-range", "").startswith(f"bytes {2 * PIECE}-"):
                raise httpx.ReadError("reset", request=request)
            return await real(request)

        on.route = breaks
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.route = real
        kept = json.loads(json.dumps(later.value.state))
        assert kept["upload"]["sent"] == 2
        state = self.prepare(on, outgoing, kept)
        self.commit(on, outgoing, state)
        assert [p.split("-")[0] for p in self.puts(on)] == [f"bytes {n * PIECE}" for n in (0, 1, 2, 2, 3)]
        assert len(on.uploads) == len(on.shown()) == 1

    def test_a_piece_whose_answer_was_lost_is_not_sent_into_the_wrong_place(self, on: Stage) -> None:
        outgoing = self.outgoing("Three", media=(film(size=3 * PIECE),))
        real = on.route

        async def loses(request: httpx.Request) -> httpx.Response:
            answer = await real(request)
            if request.headers.get("content-range", "").startswith("bytes 0-"):
                raise httpx.ReadTimeout("lost", request=request)
            return answer

        on.route = loses
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.route = real
        assert later.value.state["upload"]["sent"] == 0
        self.commit(on, outgoing, self.prepare(on, outgoing, later.value.state))
        assert len(on.uploads) == len(on.shown()) == 1

    def test_an_upload_that_takes_nothing_more_is_begun_anew(self, on: Stage) -> None:
        on.switch(sim.OVER)
        with pytest.raises(errors.Later) as later:
            self.prepare(on, self.big())
        assert later.value.state["upload"] == {}
        on.switch(sim.OVER, False)
        state = self.prepare(on, self.big(), {"begun": on.now.isoformat(), **later.value.state})
        self.commit(on, self.big(), state)
        assert len(on.uploads) == 2
        assert len(on.shown()) == 1

    def test_an_upload_whose_hour_is_over_is_begun_anew(self, on: Stage) -> None:
        state = self.prepare(on, self.big())
        on.now += timedelta(minutes=51)
        again = self.prepare(on, self.big(), state)
        assert again["upload"]["id"] != state["upload"]["id"]
        self.commit(on, self.big(), again)
        assert len(on.shown()) == 1

    def test_an_upload_that_ends_in_the_last_moment_shows_nothing_and_is_begun_anew(self, on: Stage) -> None:
        state = self.prepare(on, self.outgoing())
        on.now += timedelta(hours=2)
        with pytest.raises(errors.Later) as later:
            self.commit(on, self.outgoing(), state)
        assert later.value.code == "upload_ended"
        assert on.shown() == []
        again = self.prepare(on, self.outgoing(), later.value.state)
        self.commit(on, self.outgoing(), again)
        assert len(on.shown()) == 1

    def test_a_worker_that_was_killed_between_pieces_leaves_nothing_that_shows(self, on: Stage) -> None:
        self.prepare(on, self.big())  # what it had got to was never stored
        self.commit(on, self.big(), self.prepare(on, self.big()))
        on.now += timedelta(hours=2)
        assert [upload.whole for upload in on.uploads.values()] == [False, True]
        assert len(on.shown()) == 1

    def test_another_file_is_another_upload(self, on: Stage) -> None:
        state = self.prepare(on, self.outgoing())
        other = self.outgoing(media=(film(size=1000),))
        assert self.prepare(on, other, state)["upload"]["id"] != state["upload"]["id"]

    @pytest.mark.parametrize("size", [900, BIG])
    def test_a_file_that_is_not_what_it_was_is_not_shown(self, on: Stage, size: int) -> None:
        outgoing = self.outgoing(media=(replace(film(size=size), size=size + 1),))
        with pytest.raises(errors.Refused) as refused:
            self.commit(on, outgoing, self.prepare(on, outgoing))
        assert refused.value.code == "file_changed"
        assert on.shown() == []

    @pytest.mark.parametrize(
        "url",
        [
            "http://open-upload.tiktokapis.com/video/",
            "https://evil.example/",
            "https://169.254.169.254/latest",
            "https://open-upload.tiktokapis.com.evil.example/",
            "",
            None,
            5,
        ],
    )
    def test_a_video_goes_nowhere_else(self, on: Stage, url: Any) -> None:
        real = on._begun
        on._begun = lambda path, body: sim.good({**real(path, body).json()["data"], "upload_url": url})
        with pytest.raises((errors.Later, errors.Refused)):
            self.prepare(on, self.big())
        assert self.puts(on) == []

    def test_the_token_of_an_upload_is_in_no_error(self, on: Stage) -> None:
        state = self.prepare(on, self.outgoing())
        url = state["upload"]["url"]
        real = on.route

        async def parrots(request: httpx.Request) -> httpx.Response:
            if request.method == "PUT":
                return httpx.Response(422, text=f"what do you want at {request.url}?")
            return await real(request)

        on.route = parrots
        with pytest.raises(errors.ConnectorError) as raised:
            self.commit(on, self.outgoing(), state)
        assert url not in f"{raised.value} {raised.value.raw} {raised.value.values}"

    @pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "30"}, 30), ({}, 300)])
    def test_too_many_pieces_are_waited_for_and_nothing_is_lost(
        self, on: Stage, headers: dict[str, str], seconds: int
    ) -> None:
        real, outgoing = on.route, self.outgoing("Three", media=(film(size=3 * PIECE),))

        async def limits(request: httpx.Request) -> httpx.Response:
            if request.headers.get("content-range", "").startswith(f"bytes {PIECE}-"):
                return httpx.Response(429, headers=headers)
            return await real(request)

        on.route = limits
        with pytest.raises(errors.Limited) as limited:
            self.prepare(on, outgoing)
        assert limited.value.until == on.now + timedelta(seconds=seconds)
        assert limited.value.state["upload"]["sent"] == 1
