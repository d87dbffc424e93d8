"""A company with channels on a Practice network inside this process, in a database where things commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest

from tabard.practice.app import create_app
from tabard.practice.inside import BASE, Inside
from tabard.publishing.models import Delivery
from tabard.register.models import Channel
from tests.cast import Cast
from tests.cast import cast as build
from tests.sending import make_channels, plan, sending, still, until

ADMIN = {"Authorization": "Bearer admin"}


@dataclass
class World:
    """The company, its network, and three channels of Nordics on it."""

    cast: Cast
    transport: Inside
    channels: list[Channel] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def network(self, method: str, path: str, body: object = None, *, channel: str = "") -> dict:
        """Ask the network, as its administrator or as one of its channels."""
        headers = {"Authorization": f"Bearer {self.tokens[channel]}"} if channel else ADMIN

        async def call() -> dict:
            async with httpx.AsyncClient(transport=self.transport, base_url=BASE) as client:
                answer = await client.request(method, path, json=body, headers=headers)
                return answer.raise_for_status().json()

        return asyncio.run(call())

    def switch(self, channel: str | None = None, **to: object) -> None:
        self.network("POST", "/api/switches", {"channel": channel, "set": to} if channel else {"set": to})

    def accepted(self, channel: str = "") -> list[str]:
        """The texts that really appeared, in the order in which they did."""
        narrow = f"&channel={channel}" if channel else ""
        entries = self.network("GET", f"/api/ledger?limit=1000{narrow}")["entries"]
        return [e["text"] for e in sorted(entries, key=lambda e: e["id"]) if e["accepted_at"]]

    def plan(self, each: int = 1, **more: object) -> list[Delivery]:
        return plan(self.channels, self.cast.publisher, each=each, **more)

    def send(self, done: Callable[[], bool] = still, within: float = 15.0) -> None:
        """Let a sender work until `done`."""

        async def work() -> None:
            async with sending(self.transport):
                await until(done, within)

        asyncio.run(work())


@pytest.fixture
def world(own_database: str) -> World:
    made = World(build(), Inside(create_app(seed=1, admin_token="admin")))
    handles = ["north", "middle", "south"]
    loaded = made.network("POST", "/api/load", {"channels": [{"handle": h, "name": h} for h in handles]})
    tokens = {one["handle"]: one["token"] for one in loaded["channels"]}
    made.tokens = tokens
    made.channels = make_channels(made.cast.nordics, BASE, tokens)
    return made
