"""Where a request ends is read in one way: nobody hides a second request in the body of a first."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.networks.bluesky import free_port

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where granian, by which Tabard is served, answers."""
    at = free_port()
    serve = "import sys; from tabard.cli._serve import serve; serve(*sys.argv[1:])"
    given = ("tests.framing:application", "wsgi", f"127.0.0.1:{at}", "X")
    with subprocess.Popen([sys.executable, "-c", serve, *given]) as server:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", at), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield at
        server.terminate()


def said(port: int, request: bytes) -> bytes:
    """All that comes back on one connection."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(request)
        found = b""
        while part := line.recv(4096):
            found += part
    return found


def post(*headers: bytes, body: bytes) -> bytes:
    return b"\r\n".join((b"POST /first HTTP/1.1", b"Host: x", *headers, b"", b"")) + body


def test_two_requests_that_are_meant_are_both_answered(port: int):
    found = said(port, post(b"Content-Length: 5", body=b"hello") + HIDDEN)
    assert (b"<POST /first 5>" in found, b"<GET /hidden 0>" in found) == (True, True)


@pytest.mark.parametrize(
    "headers",
    [
        (b"Content-Length: 6", b"Content-Length: 5"),
        (b"Content-Length: +5",),
        (b"Content-Length: 5, 6",),
        (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
        (b"Transfer-Encoding: xchunked",),
        (b"Transfer-Encoding : chunked",),
    ],
    ids=lambda headers: headers[-1].decode().strip(),
)
def test_what_could_be_read_in_two_ways_is_refused(port: int, headers: tuple[bytes, ...]):
    found = said(port, post(*headers, body=b"0\r\n\r\n" + HIDDEN))
    assert found.startswith(b"HTTP/1.1 400")
    assert b"hidden" not in found


def test_of_two_lengths_the_chunks_count(port: int):
    """RFC 9112, 6.3: Transfer-Encoding overrides Content-Length."""
    both = (b"Connection: close", b"Content-Length: 500", b"Transfer-Encoding: chunked")
    found = said(port, post(*both, body=b"5\r\nhello\r\n0\r\n\r\n"))
    assert found.startswith(b"HTTP/1.1 400") or b"<POST /first 5>" in found
