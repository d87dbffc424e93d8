"""Reaching a Practice network inside the same process: for tests that want the whole of it and no port."""

from __future__ import annotations

import httpx
from starlette.applications import Starlette

from .problems import HungUp

BASE = "http://practice.test"


class Inside(httpx.ASGITransport):
    """An httpx transport straight into an application; a connection broken off is an `httpx.ReadError`."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(app=app, client=("127.0.0.1", 50_000))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except HungUp as error:
            raise httpx.ReadError("the connection was closed without an answer", request=request) from error
