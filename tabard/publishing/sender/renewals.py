"""The sender's way to renew an access: in threads of its own, as it waits for database and platform."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

from tabard.connectors.base import Access
from tabard.connectors.errors import Expired
from tabard.connectors.http import Http
from tabard.connectors.registry import connector
from tabard.register.renewing import ASK_S, renewed, renews

T = TypeVar("T")
MOST = 8  # at once in this process


class Renewals:
    """Renews for one sender, over its own way out."""

    def __init__(self, http: Http) -> None:
        self.http = http
        self.threads = ThreadPoolExecutor(MOST, thread_name_prefix="renewal")

    def close(self) -> None:
        """What is under way ends and is stored; nothing new begins."""
        self.threads.shutdown(wait=False, cancel_futures=True)

    async def renewed(self, channel: int, access: Access) -> Access:
        """`access` after a renewal, as `register.renewing` has it."""
        loop = asyncio.get_running_loop()

        def ask(fresh: Access) -> None:
            call = connector(fresh.platform).renew(fresh, self.http)
            asyncio.run_coroutine_threadsafe(asyncio.wait_for(call, ASK_S), loop).result(ASK_S + 5)

        def work() -> Access:
            try:
                return renewed(channel, access, ask)
            finally:
                connections.close_all()

        return await loop.run_in_executor(self.threads, work)

    async def through(
        self, channel: int, access: Access, call: Callable[[Access], Awaitable[T]]
    ) -> tuple[Access, T]:
        """A call that may be repeated: where the access has ended it is renewed, and the call made anew."""
        try:
            return access, await call(access)
        except Expired:
            if not renews(access.platform):
                raise
        again = await self.renewed(channel, access)
        return again, await call(again)
