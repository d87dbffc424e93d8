"""Files that are sent as they are read: the same bytes arrive, and never more than a piece is held."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import HTTP

import httpx
import pytest

from tabard.connectors.base import PIECE, Media
from tabard.connectors.bodies import Part, form, stream
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http

BYTES = bytes(range(256)) * 10_000


def large(asked: list[tuple[int, int]] | None = None, size: int = len(BYTES)) -> Media:
    """A file that can only be had in pieces."""

    async def load() -> bytes:
        raise AssertionError("the whole file was read")

    async def part(start: int, length: int) -> bytes:
        if asked is not None:
            asked.append((start, length))
        return BYTES[start : start + length]

    return Media("film", "video", "video/mp4", size, load, name='Филм "1".mp4', part=part)


def small() -> Media:
    return Media("note", "document", "application/pdf", 4, lambda: asyncio.sleep(0, b"%PDF"))


def arrived(**more: object) -> httpx.Request:
    """What comes out at the other end of `Http.call`."""
    came: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await request.aread()
        came.append(request)
        return httpx.Response(200)

    async def send() -> None:
        body = more.pop("body")
        way = Http(httpx.MockTransport(answer)).to(["there.example"])
        await way.call("POST", "https://there.example/", content=body.content, headers=body.headers)

    asyncio.run(send())
    return came[0]


def test_a_form_brings_its_fields_and_its_files() -> None:
    body = form({"description": "Супа"}, [Part("file", large(), large().name), Part("other", small())])
    request = arrived(body=body)
    assert int(request.headers["content-length"]) == len(request.content)
    assert "transfer-encoding" not in request.headers
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    fields, film, note = message_from_bytes(head + request.content, policy=HTTP).iter_parts()
    assert fields.get_payload(decode=True).decode() == "Супа"
    assert film.get_payload(decode=True) == BYTES
    assert film.get_content_type() == "video/mp4"
    assert note.get_payload(decode=True) == b"%PDF"


def test_a_name_cannot_begin_a_field_of_its_own() -> None:
    evil = 'a"\r\nContent-Type: text/html\r\n\r\n<script>'
    request = arrived(body=form({}, [Part("file", small(), evil)]))
    assert b"\r\nContent-Type: text/html" not in request.content


def test_no_more_than_a_piece_is_held() -> None:
    asked: list[tuple[int, int]] = []
    request = arrived(body=stream(large(asked), 100))
    assert request.content == BYTES[100:]
    assert max(length for _start, length in asked) <= PIECE
    assert len(asked) == 3


def test_only_a_part_of_a_file_is_sent() -> None:
    request = arrived(body=form({}, [Part("chunk", large(), "part", start=10, end=1_000_010)]))
    assert BYTES[10:1_000_010] in request.content
    assert len(request.content) < 1_000_500


def test_what_can_only_be_had_whole_is_read_in_pieces_all_the_same() -> None:
    assert asyncio.run(small().read(1, 2)) == b"PD"
    assert asyncio.run(small().read(4, 2)) == b""


def test_a_file_that_became_shorter_is_refused_and_not_waited_for() -> None:
    with pytest.raises(Refused) as refused:
        arrived(body=stream(large(size=len(BYTES) + 1)))
    assert refused.value.code == "file_changed"
