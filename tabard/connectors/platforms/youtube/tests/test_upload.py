"""Uploads to YouTube: in pieces, taken up where they were left, and never twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import Media, Outgoing
from tabard.connectors.platforms.youtube import CONNECTOR
from tabard.connectors.platforms.youtube import upload as pieces
from tabard.connectors.platforms.youtube.tests import simulator as sim
from tabard.connectors.platforms.youtube.tests.simulator import FINE, YoutubeStage
from tabard.connectors.stage import NOW, film, picture

T = TypeVar("T")
YOUTUBE = CONNECTOR()
SIZE = 4 * FINE + 1000


@pytest.fixture
def on() -> YoutubeStage:
    return YoutubeStage()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", 2 * FINE)


def run(call: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(call)


def body() -> bytes:
    return bytes(n % 251 for n in range(SIZE))


def long_film() -> Media:
    async def load() -> bytes:
        return body()

    return replace(film(), size=SIZE, load=load)


def post(*media: Media, key: str = "6f9d2f5e-3c5e-4a51-9a6b-0d6c6f0a1b2c") -> Outgoing:
    made = Outgoing(key, "Hello", NOW, media=media or (long_film(),), options={"title": "Town"})
    return replace(made, own=YOUTUBE.mint(made))


def prepare(on: YoutubeStage, outgoing: Outgoing, state: dict[str, Any] | None = None) -> dict[str, Any]:
    return run(YOUTUBE.prepare(on.access(), outgoing, state or {}, on.http()))


def broken(
    on: YoutubeStage,
    outgoing: Outgoing,
    kind: type[errors.ConnectorError] = errors.Later,
    state: dict[str, Any] | None = None,
) -> tuple[errors.ConnectorError, dict[str, Any]]:
    """The error of a try, and the state as the sender keeps it after one."""
    with pytest.raises(kind) as raised:
        prepare(on, outgoing, state)
    kept = {**(state or {}), **dict(raised.value.state or {})}
    return raised.value, json.loads(json.dumps(kept))


def sent(on: YoutubeStage) -> list[str]:
    return [
        r.headers["content-range"] for r in on.requests if r.method == "PUT" and "upload_id" in r.url.params
    ]


def test_a_file_goes_in_pieces(on: YoutubeStage) -> None:
    state = prepare(on, post())
    assert on.files[state["video"]] == body()
    assert sent(on) == [
        f"bytes 0-{2 * FINE - 1}/{SIZE}",
        f"bytes {2 * FINE}-{4 * FINE - 1}/{SIZE}",
        f"bytes {4 * FINE}-{SIZE - 1}/{SIZE}",
    ]


def test_what_was_taken_of_a_piece_is_not_sent_again(on: YoutubeStage) -> None:
    on.switch(sim.SIPS)
    assert on.files[prepare(on, post())["video"]] == body()


def test_after_a_break_it_is_asked_how_much_has_arrived(on: YoutubeStage) -> None:
    on.switch(sim.CHOKES)
    state = prepare(on, post())
    assert on.files[state["video"]] == body()
    assert f"bytes */{SIZE}" in sent(on)


def test_an_upload_that_is_interrupted_goes_on_in_the_next_try(on: YoutubeStage) -> None:
    answer, count = on.route, 0

    async def cut(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += "upload_id" in request.url.params
        if count > 1:
            raise httpx.ReadError("connection reset", request=request)
        return await answer(request)

    on.route = cut  # type: ignore[method-assign]
    _error, state = broken(on, post())
    on.route = answer  # type: ignore[method-assign]
    on.requests.clear()
    assert on.files[prepare(on, post(), state)["video"]] == body()
    assert sent(on)[:2] == [f"bytes */{SIZE}", f"bytes {2 * FINE}-{4 * FINE - 1}/{SIZE}"]
    assert len(on.sendings) == 1


def test_an_answer_to_the_last_piece_that_was_lost_is_no_second_upload(on: YoutubeStage) -> None:
    answer, lost = on.route, []

    async def deaf(request: httpx.Request) -> httpx.Response:
        said = await answer(request)
        if said.status_code == 201 and not lost:
            lost.append(said)
            raise httpx.ReadTimeout("the answer was lost", request=request)
        return said

    on.route = deaf  # type: ignore[method-assign]
    assert prepare(on, post())["video"] == "Tabard00001"
    assert lost
    assert len(on.videos) == len(on.sendings) == 1


def test_the_access_may_end_in_the_midst_of_it(on: YoutubeStage) -> None:
    answer, count, access = on.route, 0, on.access()

    async def ends(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += "upload_id" in request.url.params
        if count == 2:
            on.switch(_stage.EXPIRED)
        return await answer(request)

    on.route = ends  # type: ignore[method-assign]
    with pytest.raises(errors.Expired) as raised:
        run(YOUTUBE.prepare(access, post(), {}, on.http()))
    run(YOUTUBE.renew(access, on.http()))
    assert access.session["uploads"] == sim.LIST
    state = run(YOUTUBE.prepare(access, post(), dict(raised.value.state or {}), on.http()))
    assert on.files[state["video"]] == body()
    assert len(on.sendings) == 1


def test_an_upload_that_is_known_no_longer_is_begun_anew(on: YoutubeStage) -> None:
    on.switch(sim.ENDS)
    error, state = broken(on, post())
    assert (error.code, state["upload"]) == ("ended", "")
    on.switch(sim.ENDS, False)
    assert on.files[prepare(on, post(), state)["video"]] == body()


def test_an_upload_that_is_refused_is_not_tried_on(on: YoutubeStage) -> None:
    answer = on.route

    async def refuses(request: httpx.Request) -> httpx.Response:
        if "upload_id" in request.url.params:
            return sim.refused(400, "mediaBodyRequired")
        return await answer(request)

    on.route = refuses  # type: ignore[method-assign]
    error, state = broken(on, post(), errors.Refused)
    assert (error.code, state["upload"]) == ("mediaBodyRequired", "")
    on.route = answer  # type: ignore[method-assign]
    assert on.files[prepare(on, post(), state)["video"]] == body()


def test_of_a_large_file_the_address_is_kept_before_a_byte_leaves(
    on: YoutubeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "LARGE", SIZE - 1)
    error, state = broken(on, post())
    assert error.code == "begun"
    assert sent(on) == []
    assert on.files[prepare(on, post(), state)["video"]] == body()
    assert len(on.sendings) == 1


def test_a_video_that_nobody_remembers_is_taken_and_not_uploaded_again(on: YoutubeStage) -> None:
    first = prepare(on, post())
    other = prepare(on, post(key="0b8b1f46-95a5-4c2c-8a1a-4e7b8a0c9d3e"))
    assert prepare(on, post())["video"] == first["video"] != other["video"]
    assert len(on.sendings) == 2


def test_a_server_that_takes_nothing_is_not_asked_without_end(on: YoutubeStage) -> None:
    answer = on.route

    async def full(request: httpx.Request) -> httpx.Response:
        return httpx.Response(308) if "upload_id" in request.url.params else await answer(request)

    on.route = full  # type: ignore[method-assign]
    error, _state = broken(on, post())
    assert error.code == "upload"
    assert len(on.requests) < 20


@pytest.mark.parametrize("body_", ["<html></html>", "{}", '{"id": "../../channels"}', '{"id": ["a"]}'])
def test_an_upload_that_ends_without_a_number_is_later(on: YoutubeStage, body_: str) -> None:
    answer = on.route

    async def odd(request: httpx.Request) -> httpx.Response:
        if "upload_id" in request.url.params:
            return httpx.Response(201, text=body_)
        return await answer(request)

    on.route = odd  # type: ignore[method-assign]
    error, _state = broken(on, post())
    assert error.code == "unreadable"


def test_the_token_is_given_to_nobody_else(on: YoutubeStage) -> None:
    on.switch(sim.ELSEWHERE)
    error, state = broken(on, post())
    assert error.code == "unreadable"
    assert "upload" not in state
    assert {r.url.host for r in on.requests} == {sim.HOST}


def test_a_file_that_became_shorter_is_refused(on: YoutubeStage) -> None:
    async def load() -> bytes:
        return body()[: 2 * FINE]

    error, _state = broken(on, post(replace(long_film(), load=load)), errors.Refused)
    assert error.code == "file_changed"


# What becomes of it there


def test_a_video_that_is_worked_on_is_waited_for_each_time_longer(on: YoutubeStage) -> None:
    on.switch(sim.SLOW)
    waits, state = [], {}
    for _try in range(4):
        error, state = broken(on, post(), errors.Later, state)
        assert error.code == "processing"
        assert error.until
        waits.append((error.until - on.now).total_seconds() / 60)
        on.now = error.until
    assert waits == [2, 4, 12, 36]
    assert len(on.sendings) == 1
    on.videos["Tabard00001"]["status"]["uploadStatus"] = "processed"
    assert prepare(on, post(), state)["video"] == "Tabard00001"


@pytest.mark.parametrize(("switch", "word"), [(sim.SPOILT, "codec"), (sim.REJECTS, "already")])
def test_a_file_that_is_no_good_is_said_and_uploaded_anew(on: YoutubeStage, switch: str, word: str) -> None:
    on.switch(switch)
    error, state = broken(on, post(), errors.Refused)
    assert error.code == "media"
    assert word in str(error)
    on.switch(switch, False)
    assert prepare(on, post(), state)["video"] == "Tabard00002"


def test_a_video_needs_a_moment_to_be_in_the_lists(on: YoutubeStage) -> None:
    answer, looks = on.route, 0

    async def lagging(request: httpx.Request) -> httpx.Response:
        nonlocal looks
        if request.method == "GET" and request.url.path.endswith("/videos"):
            looks += 1
            if looks < 3:
                return httpx.Response(200, json={"items": []})
        return await answer(request)

    on.route = lagging  # type: ignore[method-assign]
    assert prepare(on, post())["video"] == "Tabard00001"


def test_a_channel_without_pictures_of_its_own_is_told(on: YoutubeStage) -> None:
    on.switch(sim.UNVERIFIED)
    error, state = broken(on, post(long_film(), picture()), errors.Refused)
    assert error.code == "cover"
    assert "youtube.com/verify" in str(error)
    assert state["video"]
    on.switch(sim.UNVERIFIED, False)
    prepare(on, post(long_film(), picture()), state)
    assert len(on.sendings) == len(on.covers) == 1


def test_a_cover_is_set_once(on: YoutubeStage) -> None:
    outgoing = post(long_film(), picture())
    state = prepare(on, outgoing)
    on.requests.clear()
    prepare(on, outgoing, state)
    assert not [r for r in on.requests if "thumbnails" in r.url.path]


def test_the_days_uploads_of_the_channel_are_a_limit(on: YoutubeStage) -> None:
    answer = on.route

    async def full(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and "/upload/" in request.url.path:
            return sim.refused(400, "uploadLimitExceeded")
        return await answer(request)

    on.route = full  # type: ignore[method-assign]
    error, _state = broken(on, post(), errors.Limited)
    assert error.until == on.now + timedelta(hours=6)
