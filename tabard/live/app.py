"""The ASGI application of `tabard live`: one LISTEN connection, and a stream of names to every open screen.

An event looks like `data: delivery 812`; `event: again` means that something may have been missed and all
that is shown should be fetched again. Only names travel here; the page fetches the part itself, through its
own permission.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from procrastinate.contrib.django.utils import connector_params

from tabard.kernel.doors import CLOSED
from tabard.live import door
from tabard.live.lines import Line, Lines

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHANNEL = "tabard_live"
HEARTBEAT = 15.0  # seconds between signs of life on a quiet line; proxies cut what is silent for long
CHECK = 15.0  # seconds between looks whether sessions still stand; an ended one must be cut within 30
SLOWEST = 20.0  # seconds a screen may take to accept what it is sent
MOST = 100  # screens that one person may have open at one process
RETRY = 3000  # milliseconds after which a browser comes back by itself
logger = logging.getLogger(__name__)


class Live:
    """The application. One per process; scales by running several processes."""

    def __init__(self) -> None:
        self.lines = Lines()
        self._work: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._work = [asyncio.create_task(self._listen()), asyncio.create_task(self._check())]
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for work in self._work:
                    work.cancel()
                await asyncio.gather(*self._work, return_exceptions=True)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["path"].rstrip("/").endswith("/health"):
            await _answer(send, 200, f"ok, {len(self.lines)} listen".encode())
        elif scope["method"] != "GET":
            await _answer(send, 405, b"only GET")
        elif not _ours(headers.get("origin", "")):
            await _answer(send, 403, b"this line is for Tabard's own pages")
        else:
            await self._stream(headers, receive, send)

    async def _stream(self, headers: dict[str, str], receive: Receive, send: Send) -> None:
        visitor = await asyncio.to_thread(door.visitor, door.session_of(headers.get("cookie", "")))
        allowed = _cors(headers.get("origin", ""))
        if visitor is None:
            await _answer(send, 401, b"sign in first", allowed)
            return
        if self.lines.of(visitor.person_id) >= MOST:
            await _answer(send, 429, b"too many screens are open", [(b"retry-after", b"60"), *allowed])
            return
        line = self.lines.open(visitor)
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *allowed]})
            # The id comes back as Last-Event-ID when the browser reconnects: then it has missed something.
            await _push(send, f"retry: {RETRY}\nid: 1\n\n".encode())
            if "last-event-id" in headers:
                line.look_again()
            await _pump(line, gone, send)
        except OSError:
            logger.debug("A screen was too slow or has gone; its browser comes back by itself.")
        finally:
            self.lines.close(line)
            gone.cancel()

    async def _listen(self) -> None:
        """Hear from the database for ever; whatever happened while it was away, screens look again."""
        while True:
            try:
                where = {**connector_params(), "application_name": "tabard live", "keepalives_idle": 30}
                connection = await psycopg.AsyncConnection.connect(**where, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.lines.look_again()
                    # Whose session has closed while nobody listened was told to nobody.
                    await self._look(self.lines.sessions())
                    async for notice in connection.notifies():
                        await self._heard(notice.payload)
            except (psycopg.Error, OSError) as error:
                logger.warning("The live line has lost the database: %s", str(error).strip())
            await asyncio.sleep(1)

    async def _heard(self, payload: str) -> None:
        """Pass a change on; where something closed for a person, look at their lines before anything else."""
        kind, _, rest = payload.partition(" ")
        if kind == CLOSED:
            await self._look(self.lines.sessions(int(rest)))
        else:
            self.lines.tell(payload)

    async def _check(self) -> None:
        """Look again and again whether the open lines' sessions still stand, and what they may hear."""
        while True:
            started = asyncio.get_running_loop().time()
            await self._look(self.lines.sessions())
            spent = asyncio.get_running_loop().time() - started
            await asyncio.sleep(max(1.0, CHECK - spent))

    async def _look(self, sessions: set[str]) -> None:
        for session in sessions:
            try:
                self.lines.renew(session, await asyncio.to_thread(door.visitor, session))
            except Exception:
                logger.exception("A session could not be checked.")
            await asyncio.sleep(0)


async def _pump(line: Line, gone: asyncio.Task[None], send: Send) -> None:
    """Send what waits until the screen goes or its session ends."""
    while not gone.done() and not line.ended:
        news = asyncio.create_task(line.news.wait())
        await asyncio.wait({news, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        news.cancel()
        if gone.done() or line.ended:
            break
        await _push(send, line.take() or b": still here\n\n")
    with contextlib.suppress(OSError):
        await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), SLOWEST)


async def _push(send: Send, body: bytes) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": body, "more_body": True}), SLOWEST)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


# Nothing that is said here is a page, whatever a browser is led to make of it.
SAFE = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
]
STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    *SAFE,
    (b"x-accel-buffering", b"no"),  # nginx would hold the stream back
]


def _ours(origin: str) -> bool:
    """Whether the page that asks is one of ours. A same-origin request may come without Origin."""
    if not origin or origin == settings.PUBLIC_URL:
        return True
    return bool(settings.LOCAL) and urlsplit(origin).hostname in {"127.0.0.1", "localhost"}


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


async def _answer(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    told = [plain, *SAFE, *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body, "more_body": False})
