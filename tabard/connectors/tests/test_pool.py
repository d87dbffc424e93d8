"""Connections are used again, never more than there is room for, and never kept for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tabard.connectors import pool as pools
from tabard.connectors.errors import Later
from tabard.connectors.guard import GuardedTransport
from tabard.connectors.http import Http, open_http

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Serving:
    """A server that counts its connections. `pause`: seconds before an answer; `once`: one answer each."""

    port: int = 0
    pause: float = 0.0
    once: bool = False
    opened: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    most: int = 0


@contextlib.asynccontextmanager
async def serving(**settings: float) -> AsyncIterator[tuple[Serving, Http]]:
    told, running = Serving(**settings), set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.current_task())
        told.opened += 1
        told.open.add(writer)
        told.most = max(told.most, len(told.open))
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(told.pause)
                writer.write(OK)
                await writer.drain()
                if told.once:
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            told.open.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as listening,
        open_http({"127.0.0.1"}) as http,
    ):
        told.port = listening.sockets[0].getsockname()[1]
        yield told, http.to({f"127.0.0.1:{told.port}"})
        for task in running:
            task.cancel()
        await asyncio.gather(*running)


async def ask(told: Serving, http: Http, **more: float) -> int:
    return (await http.get(f"http://127.0.0.1:{told.port}/", **more)).status


def test_calls_in_a_row_share_one_connection() -> None:
    async def story() -> None:
        async with serving() as (told, http):
            assert [await ask(told, http) for _n in range(5)] == [200] * 5
            assert told.opened == 1

    asyncio.run(story())


def test_a_connection_the_server_has_closed_is_not_used_again() -> None:
    async def story() -> None:
        async with serving(once=True) as (told, http):
            for _n in range(3):
                assert await ask(told, http) == 200
                await asyncio.sleep(0.02)
            assert told.opened == 3

    asyncio.run(story())


def test_no_more_connections_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "AT_ONCE", 3)

    async def story() -> None:
        async with serving(pause=0.02) as (told, http):
            assert await asyncio.gather(*(ask(told, http) for _n in range(12))) == [200] * 12
            assert told.most == 3

    asyncio.run(story())


def test_waiting_for_room_too_long_is_later_and_room_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "AT_ONCE", 1)

    async def story() -> None:
        async with serving(pause=0.3) as (told, http):
            first = asyncio.create_task(ask(told, http))
            await asyncio.sleep(0.05)
            with pytest.raises(Later):
                await ask(told, http, timeout=0.05)
            first.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await first
            told.pause = 0
            assert await ask(told, http) == 200

    asyncio.run(story())


def test_connections_nobody_uses_are_closed_and_their_server_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pools, "KEEP", 0.01)
    monkeypatch.setattr(pools, "SWEEP", 0.0)

    async def story() -> None:
        async with serving() as (told, http), serving() as (other, _unused):
            assert isinstance(http.transport, GuardedTransport)
            await ask(told, http)
            await asyncio.sleep(0.03)
            await ask(other, http.to({f"127.0.0.1:{other.port}"}))
            await asyncio.sleep(0.02)
            assert not told.open
            assert len(http.transport.pool._servers) == 1

    asyncio.run(story())
