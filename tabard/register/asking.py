"""Calls in the name of a connected channel, from wherever no loop is running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from tabard.connectors.base import Access
from tabard.connectors.calls import Every
from tabard.connectors.errors import Expired
from tabard.connectors.http import Http
from tabard.connectors.registry import connector
from tabard.register.links import access_of, called, keep_session
from tabard.register.models import Channel
from tabard.register.renewing import renewed, renews

T = TypeVar("T")


def asked(channel: Channel, call: Callable[[Every, Access, Http], Awaitable[T]]) -> T:
    """Run one call in the name of a connected channel; a session that it refreshed is stored.

    Where the access has ended it is renewed and the call made once more, so it must be one to be repeated.
    """
    fresh: dict[str, Any] = {}

    async def keep(session: Mapping[str, Any]) -> None:
        fresh.update(session=dict(session))

    access = access_of(channel, keep)
    way = connector(channel.platform_id)
    try:
        return called(lambda http: call(way, access, http))
    except Expired:
        if not renews(channel.platform_id):
            raise
    finally:
        if fresh:
            keep_session(channel.pk, fresh["session"])
    again = renewed(channel.pk, access)
    return called(lambda http: call(way, again, http))
