"""Asking platforms to tell us of a channel. They forget whoever did not answer for a while, so: every day.

When it was last asked is kept by each worker for itself, and nowhere else. Several ask the same then, which
does no harm, and no session has to be stored beside a token that is renewed at the same time.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError
from tabard.connectors.http import Http

log = logging.getLogger(__name__)

AGAIN = timedelta(days=1)
SOON = timedelta(hours=1)  # after something went wrong

_next: dict[tuple[str, str, int], datetime] = {}


async def daily(access: Access, http: Http, about: str, ask: Callable[[], Awaitable[None]]) -> None:
    """Call `ask` if it was not called today for this channel and `about`, which changes when it counts anew.

    What goes wrong is no reason not to read the channel: it is read in any case, only later.
    """
    mark, now = (access.platform, access.remote_id, hash(about)), http.clock()
    if (turn := _next.get(mark)) is not None and now < turn <= now + AGAIN:
        return
    _next[mark] = now + AGAIN
    try:
        await ask()
    except ConnectorError as error:
        _next[mark] = now + SOON
        log.warning("%s will not tell us of %s: %s", access.platform, access.remote_id, error.code)


def forget() -> None:
    """As if nothing had been asked yet."""
    _next.clear()
