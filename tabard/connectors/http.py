"""What connectors call with: one request, its limits of time and size, and what its failure means.

`Http` is cheap to copy: `to()` narrows it to a channel's hosts, `watched()` gives it a hook. It stands on any
httpx transport: `GuardedTransport` in the real world, `httpx.MockTransport` in tests.
"""

from __future__ import annotations

import asyncio
import json as _json
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from tabard.connectors.errors import ConnectorError, Later, Refused, Unsure, unreadable
from tabard.connectors.guard import GuardedTransport, forbidden
from tabard.connectors.scrub import scrub
from tabard.connectors.words import _

AGENT = "Tabard"
LARGEST = 8_000_000  # bytes of one answer
REDIRECTS = 3
NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)

Sent = Callable[[], Awaitable[None]]


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing() -> tuple[str, ...]:
    return ()


def _deaf(method: str, path: str, headers: Mapping[str, str]) -> None:
    """Nobody listens to what answers say besides."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered, whatever its status. `commit`: the request was one that shows."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str
    commit: bool
    http: Http

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON, or None if it is none."""
        try:
            return _json.loads(self.body)
        except ValueError:
            return None

    def data(self, *needed: str) -> dict[str, Any]:
        """The body as a JSON object that has what is `needed`; anything else cannot be relied on."""
        found = self.json()
        if isinstance(found, dict) and all(found.get(name) for name in needed):
            return found
        raise self.unreadable()

    def items(self) -> list[dict[str, Any]]:
        """The body as a list of JSON objects; anything else cannot be relied on."""
        found = self.json()
        if isinstance(found, list):
            return [item for item in found if isinstance(item, dict)]
        raise self.unreadable()

    def unreadable(self) -> ConnectorError:
        """The error for an answer that says yes and cannot be relied on."""
        return unreadable(self.raw(), shows=self.commit)

    def raw(self) -> str:
        """Status and body for the record, without secrets, at most 2,000 characters."""
        text = self.body[:4000].decode("utf-8", "replace")
        return f"{self.status} {scrub(text, self.http.hidden())}"[:2000]


@dataclass
class _Leg:
    """What became of one request: whether its first byte may have left, and whether the hook was told."""

    sent: Sent | None
    leave_by: float | None = None
    traced: bool = False
    left: bool = False
    told: bool = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        self.traced = True
        if event.endswith("send_request_headers.started"):
            if self.leave_by is not None and time.monotonic() > self.leave_by:
                raise httpx.ConnectTimeout("the moment in which it was allowed to leave has passed")
            self.left = True
        elif event.endswith("send_request_body.complete"):
            await self.tell()

    async def tell(self) -> None:
        self.left = True
        if self.sent is not None and not self.told:
            self.told = True
            await self.sent()


@dataclass(frozen=True)
class Http:
    """A way out. Make one per event loop with `open_http`; hand narrowed copies to each call.

    `hosts`: the only ones that may be called, as `host` or `host:port`. `heard(method, path, headers)` is
    told of every answer. `clock` and `sleep` are for tests.
    """

    transport: httpx.AsyncBaseTransport
    hosts: frozenset[str] = frozenset()
    hidden: Callable[[], tuple[str, ...]] = _nothing
    sent: Sent | None = None
    leave_by: float | None = None
    timeout: float = 20.0
    heard: Callable[[str, str, Mapping[str, str]], None] = _deaf
    clock: Callable[[], datetime] = _now
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    def to(
        self,
        hosts: Iterable[str],
        *,
        hidden: Callable[[], tuple[str, ...]] | None = None,
        timeout: float | None = None,
    ) -> Http:
        """A copy that may call these hosts only, and keeps what `hidden()` gives out of every error."""
        return replace(
            self, hosts=frozenset(hosts), hidden=hidden or self.hidden, timeout=timeout or self.timeout
        )

    def watched(self, sent: Sent, *, leave_by: float | None = None) -> Http:
        """A copy that awaits `sent()` once a commit's request has been handed to the wire.

        `leave_by`: a moment of `time.monotonic()` after which a commit no longer leaves, but is Later.
        It is also awaited, late, where that moment cannot be seen but may have been. If it was not awaited
        and the call failed, the request never left.
        """
        return replace(self, sent=sent, leave_by=leave_by)

    async def get(self, url: str, **more: Any) -> Answer:
        """GET; up to three redirects are followed, each to an allowed host."""
        for _hop in range(REDIRECTS + 1):
            answer = await self.call("GET", url, **more)
            if answer.status not in {301, 302, 303, 307, 308} or "location" not in answer.headers:
                return answer
            onward = urljoin(answer.url, answer.headers["location"])
            if urlsplit(onward)[:2] != urlsplit(answer.url)[:2] and more.get("headers"):
                more["headers"] = {k: v for k, v in more["headers"].items() if k.lower() != "authorization"}
            url, more["params"] = onward, None
        raise Refused(_("The server sends us in circles."), code="redirects")

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        content: bytes | AsyncIterable[bytes] | None = None,
        commit: bool = False,
        timeout: float | None = None,
    ) -> Answer:
        """Send one request and read the whole answer.

        `commit` says that it is the one that shows: what goes wrong after it may have left is Unsure, where
        any other request gives Later. `timeout` is for the whole of it, in seconds. `content` may come in
        pieces (`bodies.py`): then its length stands in `headers`, and redirects are not followed.
        """
        seconds = timeout or self.timeout
        leg = _Leg(self.sent if commit else None, self.leave_by if commit else None)
        request = _request(
            method,
            url,
            params=dict(params) if params else None,
            headers={"User-Agent": AGENT, "Accept": "application/json", **(headers or {})},
            json=json,
            data=data,
            files=files,
            content=content,
            extensions={
                "timeout": {
                    "connect": min(10.0, seconds),
                    "read": seconds,
                    "write": seconds,
                    "pool": seconds,
                },
                "trace": leg.trace,
            },
        )
        self._allow(request.url)
        try:
            async with asyncio.timeout(seconds):
                status, answer_headers, body = await self._exchange(request)
        except (httpx.HTTPError, TimeoutError, httpx.InvalidURL) as error:
            raise await self._broken(error, request, leg, commit) from error
        self.heard(method, request.url.path, answer_headers)
        if commit:
            await leg.tell()
        return Answer(status, answer_headers, body, str(request.url), commit, self)

    def _allow(self, url: httpx.URL) -> None:
        """Raise Refused unless the host of `url` is one of those we were narrowed to."""
        host = url.host.lower()
        if host not in self.hosts and f"{host}:{url.port}" not in self.hosts:
            raise forbidden(host)

    async def _exchange(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        response = await self.transport.handle_async_request(request)
        try:
            parts, size = [], 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > LARGEST:
                    raise httpx.DecodingError("the answer is too large")
                parts.append(chunk)
        finally:
            await response.aclose()
        return response.status_code, response.headers, b"".join(parts)

    async def _broken(
        self, error: Exception, request: httpx.Request, leg: _Leg, commit: bool
    ) -> ConnectorError:
        """What a failure without an answer means."""
        left = leg.left if leg.traced else not isinstance(error, NOT_SENT)
        raw = scrub(f"{type(error).__name__}: {error}", self.hidden())
        host = request.url.host
        if commit and left:
            await leg.tell()
            says = _(
                "%(host)s did not confirm. Tabard looks whether the post is there before it tries again."
            )
            return Unsure(says, code="no_answer", raw=raw, host=host)
        if not left:
            return Later(_("%(host)s cannot be reached."), code="unreachable", raw=raw, host=host)
        return Later(
            _("%(host)s did not answer in time, or broke off."), code="no_answer", raw=raw, host=host
        )


@asynccontextmanager
async def open_http(private_hosts: Iterable[str] = ()) -> AsyncIterator[Http]:
    """The real way out, for the running event loop; connections are kept until it is left.

    `private_hosts`: host names that may be in a private network, and may use plain http.
    """
    transport = GuardedTransport(private_hosts)
    try:
        yield Http(transport)
    finally:
        await transport.aclose()


def _request(method: str, url: str, **more: Any) -> httpx.Request:
    """A request; Refused where an address or a key has what cannot be written in one."""
    try:
        return httpx.Request(method, url, **more)
    except (httpx.InvalidURL, UnicodeError) as error:
        said = _("This is no address or no key: it has characters that neither can have.")
        raise Refused(said, code="unwritable") from error
