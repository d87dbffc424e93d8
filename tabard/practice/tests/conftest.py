"""A Practice network in memory whose clock moves only when a test says so."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tabard.practice.app import create_app
from tabard.practice.inside import BASE, Inside

MORNING = 1_795_000_000.0  # a day in November 2026
ADMIN = "admin-of-the-tests"


class Town:
    """The network, and short ways to talk to it."""

    def __init__(self, seed: int = 1) -> None:
        self.now = MORNING
        self.app = create_app(seed=seed, admin_token=ADMIN, clock=lambda: self.now)
        self.net = self.app.state.network
        self.tokens: dict[str, str] = {}
        self.channel("meridian", "Meridian Foods")

    def channel(self, handle: str, name: str) -> str:
        self.tokens[handle] = self.ask("POST", "/api/channels", json={"handle": handle, "name": name}).json()[
            "token"
        ]
        return self.tokens[handle]

    def ask(self, method: str, path: str, *, by: str = "", **more: Any) -> httpx.Response:
        """One request; `by` a channel's handle, or admin."""
        token = ADMIN if by == "admin" else self.tokens.get(by, by)
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **more.pop("headers", {})}

        async def go() -> httpx.Response:
            async with httpx.AsyncClient(transport=Inside(self.app), base_url=BASE) as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(go())

    def post(
        self, text: str = "Hello", *, by: str = "meridian", key: str = "", **more: Any
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", "/api/posts", by=by, headers=headers, json={"text": text, **more})

    def turn(self, channel: str = "", **switches: Any) -> None:
        body = {"set": switches, **({"channel": channel} if channel else {})}
        assert self.ask("POST", "/api/switches", by="admin", json=body).status_code == 200

    def inbox(self, by: str = "meridian", **query: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "/api/inbox", by=by, params=query).json()
        return found

    def ledger(self, **query: Any) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.ask("GET", "/api/ledger", by="admin", params=query).json()[
            "entries"
        ]
        return entries

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def town() -> Town:
    return Town()
