"""Harbour's server: every key to renew with is good once; a second use ends the channel's access for good."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tabard.access.vault import seal
from tabard.connectors import registry
from tabard.kernel import clock
from tabard.org.models import Unit
from tabard.register.models import Channel, Connection, Platform, PlatformApp
from tabard.register.platform_apps import purpose

PLATFORMS = str(Path(__file__).parent / "platforms")
APP = {"client_id": "tabard-here", "client_secret": "quite-a-secret"}


@contextmanager
def known() -> Iterator[None]:
    """Harbour is one of the platforms."""
    caches = (registry.platforms, registry.connector, registry.text_places)
    before = registry._folder.__path__
    registry._folder.__path__ = [*before, PLATFORMS]
    for cached in caches:
        cached.cache_clear()
    try:
        yield
    finally:
        registry._folder.__path__ = before
        for cached in caches:
            cached.cache_clear()


@dataclass
class Harbour:
    """What the network knows. `slow`: seconds that a renewal's answer takes; `lose`: it is lost."""

    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: Any = field(default_factory=lambda: count(1))
    lifetime: float = 7200.0
    slow: float = 0.0
    lose: bool = False
    broken: bool = False
    granted: str = "write erase"
    channels: list[str] = field(default_factory=lambda: ["pier"])
    refresh: dict[str, str] = field(default_factory=dict)  # alive: key to channel
    spent: dict[str, str] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)  # channels
    posts: list[dict[str, str]] = field(default_factory=list)
    renewals: list[str] = field(default_factory=list)  # keys that were tried
    revoked: list[str] = field(default_factory=list)
    ends_at_post: bool = False  # the access ends in the moment somebody posts, once

    def given(self, channel: str) -> dict[str, Any]:
        """A new access of a channel; the one before ends."""
        n = next(self.numbers)
        self.access = {key: who for key, who in self.access.items() if who != channel}
        self.refresh = {key: who for key, who in self.refresh.items() if who != channel}
        self.access[f"access-{n}"], self.refresh[f"refresh-{n}"] = channel, channel
        ends = time.time() + self.lifetime
        keys = {"access": f"access-{n}", "refresh": f"refresh-{n}"}
        return {**keys, "ends": ends, "scopes": self.granted.split()}

    def expire(self) -> None:
        """Every access has ended by itself, and can be renewed."""
        self.access.clear()

    def token(self, body: dict[str, str]) -> tuple[int, Any]:
        if {n: body.get(n) for n in APP} != APP:
            return 401, "no such app"
        if "code" in body:
            return 200, {"channels": [{"id": f"id-{c}", "handle": c, **self.given(c)} for c in self.channels]}
        if self.broken:
            return 500, "broken"
        key = body.get("refresh", "")
        self.renewals.append(key)
        if key in self.spent:
            self.ended.add(self.spent[key])
        channel = self.refresh.pop(key, "")
        if not channel or channel in self.ended:
            return 400, "invalid_grant"
        self.spent[key] = channel
        return 200, self.given(channel)

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, str], bearer: str) -> Any:
        if path == "/token":
            return self.token(body)
        if path == "/revoke":
            if self.broken:
                return 500, "broken"
            channel = self.refresh.get(body["refresh"], "")
            self.revoked.append(body["refresh"])
            self.ended.add(channel)
            return 200, "ok"
        channel = self.access.get(bearer, "")
        if channel in self.ended:
            return 401, "revoked"
        if (method, path) == ("POST", "/posts") and self.ends_at_post:
            self.ends_at_post = False
            self.expire()
            return 401, "expired"
        if not channel:
            return 401, "expired"
        if path == "/me":
            return 200, {"id": f"id-{channel}", "handle": channel}
        if method == "POST":
            self.posts.append(body)
            return 200, {"id": str(len(self.posts))}
        return 200, next((str(n) for n, p in enumerate(self.posts, 1) if p["key"] == query["key"]), "")


@contextmanager
def harbour_at_work() -> Iterator[Harbour]:
    """The network is one of the platforms, and answers on a port of this machine."""
    net = Harbour()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            url = urlsplit(self.path)
            body = dict(parse_qsl(self.rfile.read(int(self.headers.get("content-length") or 0)).decode()))
            bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
            with net.lock:
                status, said = net.answer(self.command, url.path, dict(parse_qsl(url.query)), body, bearer)
            if "refresh" in body and url.path == "/token":
                time.sleep(net.slow)
                if net.lose:
                    self.close_connection = True
                    return
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _answer

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    net.address = f"http://127.0.0.1:{server.server_port}"
    try:
        with known():
            yield net
    finally:
        server.shutdown()
        server.server_close()


def connected(net: Harbour, unit: Unit, handle: str = "pier") -> Channel:
    """A channel there, with an access that has just been given, and with the app entered."""
    platform, _new = Platform.objects.get_or_create(
        slug="harbour", defaults={"name": "Harbour", "mark": "Ha"}
    )
    app = {"secret": seal(APP, about=purpose("harbour")), "set_at": clock.now()}
    PlatformApp.objects.update_or_create(platform=platform, defaults=app)
    channel = Channel.objects.create(
        unit=unit, platform=platform, handle=handle, remote_id=f"id-{handle}", health="healthy"
    )
    about, session = f"channel {channel.pk}", net.given(handle)
    Connection.objects.create(
        channel=channel,
        base_url=net.address,
        secret=seal({}, about=about),
        session=seal(session, about=about),
        connected_at=clock.now(),
        expires_at=datetime.fromtimestamp(session["ends"], UTC),
        renew_at=datetime.fromtimestamp(session["ends"] - 600, UTC),
    )
    return channel
