"""The way from a channel to its platform: its key opened for a connector, and calls outside transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings

from tabard.access.vault import seal, unseal
from tabard.connectors.base import Access
from tabard.connectors.card import Limits
from tabard.connectors.errors import ConnectorError
from tabard.connectors.http import Http, open_http
from tabard.connectors.registry import platforms as connected_platforms
from tabard.kernel.sentences import sentence
from tabard.register.models import Channel, Connection
from tabard.register.platform_apps import opened_app, sealed_app

T = TypeVar("T")
Keep = Callable[[Mapping[str, Any]], Awaitable[None]]


def purpose(channel_id: int) -> str:
    """What the secrets of a channel are sealed for."""
    return f"channel {channel_id}"


def opened(channel_id: int, row: Mapping[str, Any], keep: Keep) -> Access:
    """Access from plain values: platform_id, base_url, remote_id, handle, secret, session, limits, servers,
    and `app`, what is sealed of the platform's app.

    `Sealed` if the key of this set-up does not open it.
    """
    about = purpose(channel_id)
    return Access(
        platform=row["platform_id"],
        base_url=row["base_url"],
        remote_id=row["remote_id"],
        handle=row["handle"],
        secret=unseal(row["secret"], about=about),
        session=unseal(row["session"], about=about),
        limits=Limits.from_data(row["limits"]),
        servers=row["servers"],
        app=opened_app(row["platform_id"], row["app"]),
        keep=keep,
    )


def access_of(channel: Channel, keep: Keep) -> Access:
    """The channel's key, opened. `Sealed` if it does not open, `Connection.DoesNotExist` if there is none."""
    kept = channel.connection
    row = {
        "platform_id": channel.platform_id,
        "remote_id": channel.remote_id,
        "handle": channel.handle,
        "base_url": kept.base_url,
        "secret": kept.secret,
        "session": kept.session,
        "limits": kept.limits,
        "servers": kept.servers,
        "app": sealed_app(channel.platform_id),
    }
    return opened(channel.pk, row, keep)


def keep_session(channel_id: int, session: Mapping[str, Any]) -> None:
    """Store what the platform gave in exchange for the secret; it may be good only once."""
    sealed = seal(session, about=purpose(channel_id))
    Connection.objects.filter(channel=channel_id).update(session=sealed)


def can_connect(platform: str) -> bool:
    """Whether Tabard speaks to this platform."""
    return platform in connected_platforms()


def called(call: Callable[[Http], Awaitable[T]]) -> T:
    """Run one call to a platform. Never inside an action: the answer takes as long as it takes."""

    async def run() -> T:
        async with open_http(settings.PRIVATE_HOSTS) as http:
            return await call(http)

    return asyncio.run(run())


async def unkept(session: Mapping[str, Any]) -> None:
    """For calls by which no connector refreshes its session."""


def said(error: ConnectorError) -> str:
    """What went wrong, for people, in their language."""
    return sentence(error.says, error.values)
