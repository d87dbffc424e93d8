"""A process that makes senders: each line it reads is a new one, forked, whose process id it answers.

Forked rather than started, so that a thousand kills take minutes. Every call that shows is written down in
the file named by TABARD_STARTS, with the moment at which its first byte was handed to the socket.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from typing import Any

import httpx


class Watched(httpx.AsyncBaseTransport):
    """Writes down when each post leaves: the monotonic clock and the channel's token."""

    def __init__(self, real: httpx.AsyncBaseTransport, log: int) -> None:
        self.real, self.log = real, log

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path == "/api/posts":
            told = request.extensions["trace"]
            token = request.headers["Authorization"].split()[-1]

            async def trace(event: str, info: Any) -> None:
                await told(event, info)  # raises where it may no longer leave
                if event.endswith("send_request_headers.started"):
                    os.write(self.log, f"{time.monotonic():.6f} {token}\n".encode())

            request.extensions["trace"] = trace
        return await self.real.handle_async_request(request)


async def work(log: int) -> None:
    from django.conf import settings

    from tabard.connectors.http import Http, open_http
    from tabard.publishing.sender.database import open_connections
    from tabard.publishing.sender.ledger import Ledger
    from tabard.publishing.sender.run import Sender

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_connections() as there, open_http(settings.PRIVATE_HOSTS) as http:
        while not stop.is_set():
            sender = Sender(Ledger(there, f"hard {os.getpid()}"), Http(Watched(http.transport, log)))
            try:
                await sender.run(stop)
            except Exception as error:  # noqa: BLE001 as `tabard worker` does: begin again
                sys.stderr.write(f"begins again: {error!r}\n")
                await asyncio.sleep(1)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tabard.config.settings"
    import django

    django.setup()
    from tabard.connectors.registry import connector
    from tabard.publishing.sender import run

    assert run
    assert connector("practice")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    log = os.open(os.environ["TABARD_STARTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    _say("ready")
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.stdin.close()
            asyncio.run(work(log))
            os._exit(0)
        _say(str(child))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
