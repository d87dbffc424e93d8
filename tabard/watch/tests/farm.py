"""A farm of sites on loopback that behave well or badly, and a clock that sleeps at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from tabard.connectors import guard
from tabard.connectors.guard import GuardedTransport
from tabard.watch.sites.checker import Checker
from tabard.watch.sites.loading import made

HERE = ("known", "acme", "Acme Group", "žaba", "acme.de")  # names that exist everywhere
HOST = "site.farm.test"


@dataclass
class Asked:
    """One request as it came in."""

    host: str
    path: str
    headers: dict[str, str]

    @property
    def handle(self) -> str:
        return unquote(self.path.rpartition("/")[2].partition("?")[0])


def answer(status: int = 200, body: str | bytes = "", **headers: str) -> bytes:
    """A whole answer. Headers by name with _ for -; None leaves one out."""
    data = body.encode() if isinstance(body, str) else body
    said = {"content_type": "text/html; charset=utf-8", "content_length": str(len(data)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in said.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""]).encode() + data


def profile(name: str) -> str:
    return f'<html><title>{name}</title><div class="profile">{name}</div></html>'


def missing(name: str) -> str:
    return f'<html><title>Not found</title><p class="gone">{name} is nobody.</p></html>'


def good(asked: Asked) -> bytes:
    """What a site that behaves well says."""
    if asked.path == "/robots.txt":
        return answer(404)
    named = next((each for each in HERE if each.casefold() == asked.handle.casefold()), None)
    return answer(200, profile(named)) if named else answer(404, missing(asked.handle))


Behaviour = Callable[[Asked], bytes | Awaitable[bytes]]


@dataclass
class Farm:
    """`behaves` by host; what came in, in order; how many requests one host had at a time."""

    port: int = 0
    behaves: dict[str, Behaviour] = field(default_factory=dict)
    came: list[Asked] = field(default_factory=list)
    most: int = 0
    _now: dict[str, int] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                asked = _read(await reader.readuntil(b"\r\n\r\n"))
                self.came.append(asked)
                self._now[asked.host] = self._now.get(asked.host, 0) + 1
                self.most = max(self.most, *self._now.values())
                try:
                    await self._say(asked, writer)
                finally:
                    self._now[asked.host] -= 1
        writer.transport.abort()

    async def _say(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        said = self.behaves.get(asked.host, good)(asked)
        if hasattr(said, "__aiter__"):
            async for part in said:
                writer.write(part)
                await writer.drain()
            raise ConnectionError
        writer.write(said)
        await writer.drain()
        if b"content-length" not in said.partition(b"\r\n\r\n")[0]:
            writer.write_eof()
            raise ConnectionError

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.came]


def _read(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    headers = {name.lower(): value for name, value in headers.items()}
    return Asked(headers["host"].partition(":")[0], first.split()[1], headers)


@dataclass
class Clock:
    """Sleeps at once, and knows for how long it did."""

    now: datetime = datetime(2026, 11, 23, 9, tzinfo=UTC)
    slept: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)


@contextlib.asynccontextmanager
async def farm(monkeypatch, hosts=(HOST,), **checker) -> AsyncIterator[tuple[Farm, Checker]]:
    """A farm that runs, and a checker that may call `hosts` there and nothing else on loopback."""

    async def resolve(host: str, port: int) -> list[str]:
        return [host if host[0].isdigit() else "127.0.0.1"]

    monkeypatch.setattr(guard, "resolve", resolve)
    there, transport, clock = Farm(), GuardedTransport(hosts), Clock()
    running: set[asyncio.Task] = set()

    async def serve(reader, writer):
        running.add(asyncio.current_task())
        await there.serve(reader, writer)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        there.port = listening.sockets[0].getsockname()[1]
        settings = {"seconds": 0.3, "clock": clock, "sleep": clock.sleep} | checker
        yield there, Checker(transport, **settings)
        await transport.aclose()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


TEXT = {
    "exists": {"status": 200, "text": 'class="profile"'},
    "absent": {"status": 404, "text": 'class="gone"'},
}
STATUS = {"exists": {"status": 200}, "absent": {"status": 404}}


def site(there: Farm, *, host: str = HOST, key: str = "site", signs=TEXT, **more):
    """A definition of a site on the farm."""
    said = {"profile": f"http://{host}:{there.port}/u/{{handle}}", "known": "known", **signs, **more}
    said.setdefault("budget", {"minute": 60, "day": 1000})
    found, wrong = made({"site": key, **said}, plain={host})
    assert not wrong, [(each.key, each.why) for each in wrong]
    return found
