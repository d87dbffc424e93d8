"""A way to a real server that breaks off on purpose, after the server has done what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Breaking:
    """`url` leads to the server. While `on`, an answer to a request that has `marker` in it never arrives."""

    url: str = ""
    marker: bytes = b""
    on: bool = False
    broken: int = 0


@contextlib.asynccontextmanager
async def breaking(server: str, marker: bytes) -> AsyncIterator[Breaking]:
    """A way to `server` that can be told to break."""
    way, place, running = Breaking(marker=marker), urlsplit(server), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        there, back = await asyncio.open_connection(place.hostname, place.port)
        marked = asyncio.Event()
        try:
            await asyncio.gather(_forth(reader, back, way, marked), _back(there, writer, way, marked))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, back):
                end.close()
                with contextlib.suppress(ConnectionError):
                    await end.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        way.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield way
        for task in running:
            task.cancel()
        await asyncio.gather(*running)


async def _forth(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Breaking, marked: asyncio.Event
) -> None:
    while data := await reader.read(65536):
        if way.on and way.marker in data:
            marked.set()
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError


async def _back(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Breaking, marked: asyncio.Event
) -> None:
    while data := await reader.read(65536):
        if marked.is_set():
            way.broken += 1
            writer.transport.abort()
            raise ConnectionAbortedError
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError
