"""How much one person, key or address may ask: a level that rises with each request and drains by itself.

Every process counts in memory. Only what goes beyond a twentieth of what is allowed in a minute is told to
the database, which answers with what all processes counted: hardly anybody's request costs a question, and
all processes together let through at most that twentieth more for each of them.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import ngettext

from tabard.access.throttle import network
from tabard.access.whence import address_of
from tabard.audit.refusals import hurried
from tabard.kernel.errors import Hurried

PARTS = 20  # what one process keeps to itself is a minute's worth through this
MOST = 20_000  # levels one process remembers
QUIET = 60.0  # seconds in which one level is written into the log once
BY_KEY = ("/api/", "/scim/")
READ_BY_ANYBODY = ("/api/v1/docs", "/api/v1/openapi.json")
LIST = 20  # a whole list as a file counts as so many requests

# By the database's clock, which is one for all nodes. Set back, it starts to drain anew from there.
_COUNT = """
INSERT INTO access_level AS l (mark, level, at) VALUES (%(mark)s, %(more)s, clock_timestamp())
ON CONFLICT (mark) DO UPDATE SET level = EXCLUDED.level + GREATEST(0, l.level
        - GREATEST(0, extract(epoch FROM clock_timestamp() - l.at)) * %(speed)s),
    at = clock_timestamp()
RETURNING level
"""


@dataclass
class _Known:
    """What one process knows of a level: how high it is, how much of that is told to nobody yet, and when."""

    level: float
    own: float
    then: float
    said: float = -QUIET


class Levels:
    """Those of one process, by its own seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = now
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._alone = threading.Lock()

    def wait(self, mark: str, minute: int, cost: int = 1) -> int:
        """0: go on. Else for how many seconds not; what is refused does not count. No `minute`: no limit."""
        if not minute:
            return 0
        with self._alone:
            here = self._now(mark, minute)
            over = here.level + cost - max(minute, cost)
            if over > 0:
                return math.ceil(over * 60 / minute)
            here.level, here.own = here.level + cost, here.own + cost
            if here.own < max(1, minute / PARTS):
                return 0
            more, here.own = here.own, 0.0
        self._tell(here, mark, more, minute)
        return 0

    def to_say(self, mark: str) -> bool:
        """Whether it is time to have it written down that somebody asks too much: once a minute."""
        with self._alone:
            here, now = self._known.get(mark), self._seconds()
            if here is None or now - here.said < QUIET:
                return False
            here.said = now
            return True

    def _now(self, mark: str, minute: int) -> _Known:
        now = self._seconds()
        here = self._known.pop(mark, None) or _Known(0.0, 0.0, now)
        drained = (now - here.then) * minute / 60
        here.level = max(0.0, here.level - drained)
        # What is told to nobody drains slowly, or as many processes would let through as many times more.
        here.own, here.then = max(0.0, here.own - drained / PARTS), now
        self._known[mark] = here
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return here

    def _tell(self, here: _Known, mark: str, more: float, minute: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"mark": mark, "more": more, "speed": minute / 60})
            (level,) = cursor.fetchone()
        with self._alone:
            here.level = level + here.own


LEVELS = Levels()


def person(request: Any) -> None:
    """`Hurried` if whoever is signed in asks too much, in all their browsers together."""
    cost = LIST if request.path_info.endswith("/csv/") else 1
    _demand(request, f"person {request.user.pk}", settings.REQUESTS_A_MINUTE, cost)


def key(request: Any, token_id: int) -> None:
    """`Hurried` if a program asks too much by one token."""
    _demand(request, f"key {token_id}", settings.KEY_REQUESTS_A_MINUTE)


def directory(request: Any, token_id: int) -> None:
    """`Hurried` if a directory tells too much by one token."""
    _demand(request, f"directory {token_id}", settings.DIRECTORY_REQUESTS_A_MINUTE)


def stranger(request: Any) -> None:
    """`Hurried` if somebody who is not signed in asks too much.

    Keys are counted where they are read; how fast the public register is read is for that to say.
    """
    path, shown = request.path_info, request.headers.get("Authorization", "").lower()
    by_key = shown.startswith("bearer ") and path.startswith(BY_KEY) and not path.startswith(READ_BY_ANYBODY)
    if not by_key and not getattr(request, "for_anybody", False):
        address(request)


def address(request: Any) -> None:
    """`Hurried` if somebody whom nobody knows asks too much from one network."""
    if where := network(address_of(request)):
        _demand(request, f"address {where}", settings.ADDRESS_REQUESTS_A_MINUTE)


def forget() -> int:
    """Levels that have long drained away; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_level WHERE at < clock_timestamp() - interval '1 hour'")
        return int(cursor.rowcount)


def _demand(request: Any, who: str, minute: int, cost: int = 1) -> None:
    mark = hashlib.sha256(who.encode()).hexdigest()
    seconds = LEVELS.wait(mark, minute, cost)
    if not seconds:
        return
    if LEVELS.to_say(mark):
        hurried(request)
    said = ngettext(
        "Too many requests. Wait %(n)s second, then try again.",
        "Too many requests. Wait %(n)s seconds, then try again.",
        seconds,
    )
    raise Hurried(said % {"n": seconds}, seconds)
