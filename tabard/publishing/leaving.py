"""The last moment before a call that shows, for those who speak in a channel's name beside the sender.

From the last check until the call has left they keep the lock that a hold must take alone (ADR 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from tabard.publishing.actions import HOLD_LOCK

# What was armed leaves within this time or not at all; a hold waits longer than that.
WITHIN_S = 2.0


@contextmanager
def leaving() -> Iterator[Callable[[], None]]:
    """While this is entered no hold can be pressed, until what it gives is called: the call has left.

    That may be said from inside a loop of calls, so it goes by the connection itself.
    """
    with connection.cursor() as db:
        db.execute("SELECT pg_advisory_lock_shared(%s)", [HOLD_LOCK])
    kept = [connection.connection]

    def let_go() -> None:
        while kept:
            kept.pop().execute("SELECT pg_advisory_unlock_shared(%s)", [HOLD_LOCK])

    try:
        yield let_go
    finally:
        try:
            let_go()
        except psycopg.Error:  # a hold has ended this session, as nothing could leave in it any more
            connection.close()
