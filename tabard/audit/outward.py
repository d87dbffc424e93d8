"""The two ways on the wire: a signed POST, and syslog as RFC 5424 has it, framed by RFC 6587 (March 2009).

Both go only to public addresses, or to hosts that whoever runs Tabard has allowed (TABARD_PRIVATE_HOSTS).
"""

from __future__ import annotations

import asyncio
import hmac
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from tabard.audit.chain import keys
from tabard.connectors.errors import Refused
from tabard.connectors.guard import GuardedTransport, is_public, tls
from tabard.kernel import clock

TIMEOUT = 15.0  # seconds
PATIENCE = 3.0  # seconds
LOCAL0_NOTICE = 16 * 8 + 5


class NotTaken(Exception):
    """The other side did not take it; the sentence says why."""


def to_webhook(address: str, stream: int, first: int, last: int, body: bytes) -> None:
    """POST JSON Lines. `Tabard-Signature: t=SECONDS,v1=HEX` is HMAC-SHA256 over `SECONDS.body`."""
    stamp = str(int(clock.now().timestamp()))
    code = hmac.digest(keys.stream_secret(stream).encode(), stamp.encode() + b"." + body, "sha256").hex()
    headers = {
        "Content-Type": "application/jsonl",
        "Tabard-Signature": f"t={stamp},v1={code}",
        "Tabard-Entries": f"{first}-{last}",
    }
    try:
        status = asyncio.run(_post(address, headers, body))
    except (httpx.HTTPError, Refused, OSError) as error:
        raise NotTaken(f"{urlsplit(address).hostname}: {error or type(error).__name__}") from error
    if not 200 <= status < 300:
        raise NotTaken(f"{urlsplit(address).hostname} answered {status}")


async def _post(address: str, headers: dict[str, str], body: bytes) -> int:
    transport = GuardedTransport(settings.PRIVATE_HOSTS)
    async with (
        asyncio.timeout(2 * TIMEOUT),  # whatever it goes on saying, letter by letter
        httpx.AsyncClient(transport=transport, timeout=TIMEOUT, follow_redirects=False) as client,
        client.stream("POST", address, headers=headers, content=body) as answer,
    ):
        return answer.status_code


def to_syslog(address: str, messages: Iterable[tuple[datetime, str, str]]) -> None:
    """Send (time, action, text) over TCP or TLS."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 6514
    frames = b"".join(_frame(*each) for each in messages)
    try:
        with _connected(host, port, sealed=parts.scheme == "tls") as line:
            line.sendall(frames)
            line.shutdown(socket.SHUT_WR)
            _heard_out(line)
    except OSError as error:
        raise NotTaken(f"{host}:{port}: {error}") from error


def _heard_out(line: socket.socket) -> None:
    """Until the other side hangs up, for three seconds at most, whatever it says; what was sent was taken."""
    until = time.monotonic() + PATIENCE
    with suppress(TimeoutError):
        while (left := until - time.monotonic()) > 0:
            line.settimeout(left)
            if not line.recv(4096):
                return


def _connected(host: str, port: int, *, sealed: bool) -> socket.socket:
    addresses = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in settings.PRIVATE_HOSTS and not all(map(is_public, addresses)):
        raise PermissionError("a private address; TABARD_PRIVATE_HOSTS does not allow it")
    line = socket.create_connection((addresses[0], port), timeout=TIMEOUT)
    if not sealed:
        return line
    try:
        return tls().wrap_socket(line, server_hostname=host)
    except ssl.SSLError:
        line.close()
        raise


def _frame(at: datetime, action: str, text: str) -> bytes:
    """One message, its length before it. JSON escapes line ends, so nothing can pass for another message."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "-"
    kind = "".join(c for c in action if 33 <= ord(c) <= 126)[:32] or "-"
    said = f"<{LOCAL0_NOTICE}>1 {at.isoformat()} {host} tabard - {kind} - \ufeff{text}".encode()
    return f"{len(said)} ".encode() + said
