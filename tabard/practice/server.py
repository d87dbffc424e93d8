"""Serves Practice over real sockets, and can break a connection off in the middle of a call.

uvicorn rather than granian, which serves Tabard itself: granian answers 500 whatever an application does, and
gives no hold of the connection. Here the transport is at hand, so a lost answer is a closed socket without a
byte, as it is when a platform's machine dies.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import create_app
from .calls import HANG_UP

# Longer than clients keep theirs, so that no answer is lost but by a switch.
KEEP_ALIVE = 90


class Protocol(H11Protocol):
    """HTTP/1.1 whose requests carry the means to break their connection off."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        serve: ASGIApp = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[HANG_UP] = transport.abort
            await serve(scope, receive, send)

        self.app = app


def run(*, port: int, data: Path, host: str, seed: int) -> None:
    """Serve until a signal says stop."""
    uvicorn.Server(
        uvicorn.Config(
            create_app(data, seed),
            host=host,
            port=port,
            http=Protocol,
            ws="none",
            loop="asyncio",
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=5,
            backlog=2048,
            access_log=False,
            log_level="warning",
            server_header=False,
        )
    ).run()
