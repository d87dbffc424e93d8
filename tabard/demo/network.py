"""The demo company's channels on the Practice network: made there with their past, tokens brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from tabard.practice.app import create_app
from tabard.practice.inside import Inside

Loaded = dict[str, dict[str, Any]]
Administrators = Mapping[str, Sequence[Mapping[str, str]]]


def load(channels: Sequence[dict[str, Any]], *, data: Path, url: str) -> Loaded:
    """Make these channels with their past posts on Practice: `{handle: {token, posts: [{id, url, key}]}}`.

    Through the running network if there is one at `url`, else straight into its folder, which the network
    finds when it starts. Loading twice changes nothing.
    """
    return asyncio.run(_load(channels, data, url))


def administer(people: Administrators, *, data: Path, url: str) -> None:
    """Say on Practice who administers channels: `{handle: [{id, name, email?, role?}]}`."""
    asyncio.run(_administer(people, data, url))


async def _administer(people: Administrators, data: Path, url: str) -> None:
    app = create_app(data)
    try:
        admin = {"Authorization": f"Bearer {app.state.network.admin}"}
        async with await _client(app, url) as client:
            for handle, listed in people.items():
                path, body = f"/api/channels/{handle}/administrators", {"administrators": list(listed)}
                (await client.put(path, json=body, headers=admin, timeout=30)).raise_for_status()
    finally:
        app.state.network.store.close()


async def _load(channels: Sequence[dict[str, Any]], data: Path, url: str) -> Loaded:
    data.mkdir(parents=True, exist_ok=True)
    app = create_app(data)
    try:
        admin = {"Authorization": f"Bearer {app.state.network.admin}"}
        async with await _client(app, url) as client:
            answer = await client.post(
                "/api/load", json={"channels": list(channels)}, headers=admin, timeout=120
            )
            found: dict[str, Any] = answer.raise_for_status().json()
    finally:
        app.state.network.store.close()
    return {one["handle"]: one for one in found["channels"]}


async def _client(app: Any, url: str) -> httpx.AsyncClient:
    """The running network, or the one in the folder."""
    running = httpx.AsyncClient(base_url=url)
    try:
        await running.get("/", timeout=2)
    except httpx.TransportError:
        await running.aclose()
        return httpx.AsyncClient(transport=Inside(app), base_url=url)
    return running
