"""Over real sockets: lost answers are closed connections, and what was accepted survives `kill -9`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


class Server:
    """A Practice process of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "tabard.practice",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
        ]
        self.process = subprocess.Popen(command)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.base}/health")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                break
        self.admin = {"Authorization": f"Bearer {(self.data / 'admin-token').read_text()}"}

    def end(self, how: int) -> int:
        self.process.send_signal(how)
        return self.process.wait(10)

    def turn(self, **switches: object) -> None:
        httpx.post(f"{self.base}/api/switches", headers=self.admin, json={"set": switches}).raise_for_status()

    def entries(self, channel: str) -> list[dict[str, object]]:
        query = {"channel": channel}
        return httpx.get(f"{self.base}/api/ledger", headers=self.admin, params=query).json()["entries"]

    def client(self, handle: str) -> httpx.Client:
        """A way in for a new channel, with every switch off."""
        httpx.delete(f"{self.base}/api/switches", headers=self.admin).raise_for_status()
        made = httpx.post(f"{self.base}/api/channels", json={"handle": handle, "name": handle})
        return httpx.Client(base_url=self.base, headers={"Authorization": f"Bearer {made.json()['token']}"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("practice"))
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGKILL)


def test_a_lost_answer_is_a_closed_connection_without_a_byte(server):
    with server.client("lost") as channel:
        server.turn(lost_after=1)
        token = channel.headers["Authorization"]
        body = b'{"text": "gone"}'
        head = f"POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
            raw.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            with contextlib.suppress(ConnectionResetError):
                assert raw.recv(1000) == b""
        with pytest.raises(httpx.TransportError):
            channel.post("/api/posts", json={"text": "lost"})
        server.turn(lost_after=None, lost_before=1)
        with pytest.raises(httpx.TransportError):
            channel.post("/api/posts", json={"text": "never"})
        server.turn(lost_before=None)
        assert channel.post("/api/posts", json={"text": "there"}).status_code == 201
        own = [post["text"] for post in channel.get("/api/posts").json()["posts"]]
    assert own == ["there", "lost", "gone"]


def test_what_was_accepted_survives_a_kill_and_so_do_tokens_and_switches(server):
    with server.client("kill") as channel:
        server.turn(slow=0.02)
        ids = [channel.post("/api/posts", json={"text": f"{n}"}).json()["id"] for n in range(5)]
        server.end(signal.SIGKILL)
        server.start()
        own = [post["id"] for post in channel.get("/api/posts").json()["posts"]]
        assert own == ids[::-1]
        assert httpx.get(f"{server.base}/api/switches", headers=server.admin).json()["set"] == {
            "*": {"slow": 0.02}
        }


def test_a_sender_that_dies_in_mid_call_has_posted_all_the_same(server):
    with server.client("dying") as channel:
        server.turn(slow=0.4)
        before = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            channel.post("/api/posts", json={"text": "cut off", "marker": "m"}, timeout=0.05)
        time.sleep(0.5)
        entry = server.entries("dying")[0]
    assert (entry["marker"], entry["outcome"]) == ("m", "accepted")
    assert before < entry["received_mono"] < before + 0.1
    assert entry["accepted_mono"] - entry["received_mono"] == pytest.approx(0.2, abs=0.1)


def test_three_hundred_slow_calls_are_open_at_once(server):
    with server.client("many") as channel:
        server.turn(slow=2)
        token = channel.headers["Authorization"]

    async def call(n: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        body = f'{{"text": "{n}"}}'
        head = f"POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nConnection: close\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        status = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return status

    async def story() -> list[bytes]:
        return await asyncio.gather(*(call(n) for n in range(300)))

    assert set(asyncio.run(story())) == {b"HTTP/1.1 201 Created\r\n"}
    entries = server.entries("many")
    assert len({entry["text"] for entry in entries}) == 300
    # The last had come before the first was half-way: all were open together.
    assert max(entry["received_mono"] for entry in entries) < min(entry["accepted_mono"] for entry in entries)


def test_it_ends_in_order_when_told_to(server):
    with server.client("ending") as channel:
        channel.post("/api/posts", json={"text": "x"})
    assert server.end(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert not list(server.data.glob("*-wal"))
    assert os.stat(server.data / "admin-token").st_mode & 0o077 == 0
