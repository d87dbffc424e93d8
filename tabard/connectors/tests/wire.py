"""Puts a simulator behind a real socket, so that what is really sent can be seen, and really be lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import h11
import httpx

from tabard.connectors.stage import Stage


@contextlib.asynccontextmanager
async def on_wire(stage: Stage) -> AsyncIterator[str]:
    """The address of `stage` on loopback. What its switches lose is lost by breaking the connection."""
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await _converse(stage, reader, writer)
        except (ConnectionError, asyncio.CancelledError, httpx.TransportError):
            writer.transport.abort()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        for task in running:
            task.cancel()
        await asyncio.gather(*running)


async def _converse(stage: Stage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    speaks = h11.Connection(h11.SERVER)
    while request := await _request(speaks, reader):
        answer = await stage.answer(request)
        body = await answer.aread()
        headers = [
            (n, v)
            for n, v in answer.headers.raw
            if n.lower() not in {b"content-length", b"transfer-encoding"}
        ]
        headers.append((b"content-length", str(len(body)).encode()))
        for event in (
            h11.Response(status_code=answer.status_code, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            writer.write(speaks.send(event) or b"")
        await writer.drain()
        if speaks.our_state is h11.MUST_CLOSE:
            return
        speaks.start_next_cycle()


async def _request(speaks: h11.Connection, reader: asyncio.StreamReader) -> httpx.Request | None:
    """The next whole request, or None when there is none."""
    asked, parts = None, []
    while True:
        event = speaks.next_event()
        if event is h11.NEED_DATA:
            speaks.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            asked = event
        elif isinstance(event, h11.Data):
            parts.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            assert asked is not None
            host = dict(asked.headers)[b"host"].decode()
            url = f"http://{host}{asked.target.decode()}"
            return httpx.Request(
                asked.method.decode(), url, headers=list(asked.headers), content=b"".join(parts)
            )
        else:
            return None
