"""Keeps connections open and uses them again, at a price that does not grow with their number.

Stands on httpcore's single connections. Its own pool looks at every connection for every request, which costs
milliseconds as soon as a hundred are open; here a request looks at one.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpcore

AT_ONCE = 500  # connections to one server: each channel has one call open, and a slow server many channels
KEEP = 15.0  # seconds that a connection is kept without use
SWEEP = 5.0  # seconds between looks for those that are kept too long

Connection = httpcore.AsyncHTTPConnection


@dataclass
class _Server:
    """One server's open connections, the last used on top, and room for more."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    idle: list[tuple[float, Connection]] = field(default_factory=list)
    busy: int = 0


class Pool:
    """Connections by server. `backend` opens them; for one event loop."""

    def __init__(self, tls: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> None:
        self._tls = tls
        self._backend = backend
        self._servers: dict[tuple[bytes, bytes, int], _Server] = {}
        self._swept = time.monotonic()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send one request; closing the answer gives the connection back. PoolTimeout if there is no room."""
        origin = request.url.origin
        server = self._servers.setdefault((origin.scheme, origin.host, origin.port), _Server())
        try:
            async with asyncio.timeout(request.extensions["timeout"]["pool"]):
                await server.room.acquire()
        except TimeoutError as error:
            raise httpcore.PoolTimeout("too many calls to this server at once") from error
        server.busy += 1
        try:
            connection = await self._take(server, origin)
            response = await connection.handle_async_request(request)
        except BaseException:
            self._leave(server)
            raise
        body = _Body(self, server, connection, response)
        return httpcore.Response(
            response.status, headers=response.headers, content=body, extensions=response.extensions
        )

    async def _take(self, server: _Server, origin: httpcore.Origin) -> Connection:
        while server.idle:
            _since, connection = server.idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return Connection(origin, ssl_context=self._tls, keepalive_expiry=KEEP, network_backend=self._backend)

    def _leave(self, server: _Server) -> None:
        server.busy -= 1
        server.room.release()

    async def give_back(self, server: _Server, connection: Connection) -> None:
        """An answer was read or given up: keep its connection if it can be used again."""
        self._leave(server)
        if connection.is_idle():
            server.idle.append((time.monotonic(), connection))
        else:
            await connection.aclose()
        if time.monotonic() - self._swept > SWEEP:
            await self._sweep()

    async def _sweep(self) -> None:
        """Close what nobody has used for a while, and forget servers of which nothing is left."""
        self._swept = time.monotonic()
        for origin, server in list(self._servers.items()):
            while server.idle and server.idle[0][0] < self._swept - KEEP:
                await server.idle.pop(0)[1].aclose()
            if not server.idle and not server.busy:
                self._servers.pop(origin, None)

    async def aclose(self) -> None:
        """Close every connection that is not in use."""
        for server in self._servers.values():
            while server.idle:
                with suppress(httpcore.NetworkError):
                    await server.idle.pop()[1].aclose()


class _Body:
    """The body of an answer; `aclose` gives the connection back, once."""

    def __init__(
        self, pool: Pool, server: _Server, connection: Connection, response: httpcore.Response
    ) -> None:
        self._back = (server, connection)
        self._pool = pool
        self._stream: Any = response.stream
        self._open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            try:
                await self._stream.aclose()
            finally:
                await self._pool.give_back(*self._back)
