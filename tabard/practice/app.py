"""The Practice network as an ASGI application."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from . import admin, api, pages
from .network import open_network
from .problems import Problem


def create_app(
    data: Path | None = None, seed: int = 1, *, admin_token: str = "", clock: Callable[[], float] = time.time
) -> Starlette:
    """The application; without a folder it lives in memory and ends with its process.

    `app.state.network` is the network itself. Tests reach it without a port through `inside.Inside(app)`.
    """
    network = open_network(data, seed=seed, admin=admin_token, clock=clock)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        network.store.close()

    app = Starlette(
        routes=[*api.routes, *admin.routes, *pages.routes],
        lifespan=lifespan,
        exception_handlers={sqlite3.OperationalError: _storage, 404: pages.not_found},
    )
    app.state.network = network
    return app


async def _storage(request: Request, error: Exception) -> Response:
    """A full disk or the like: nothing was stored."""
    return Problem(503, "storage", f"Practice cannot store anything at the moment: {error}").response()
