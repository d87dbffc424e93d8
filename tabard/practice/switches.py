"""What a trainer or a test can do to the network: make it slow, lose answers, limit, refuse, revoke, go down.

Switches hold for the whole network or for one channel; a channel's own wins.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from .problems import Problem, invalid
from .store import Store

Keys = Literal["honoured", "kept", "ignored"]
Admins = Literal["told", "untold"]
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `n` posts in any `seconds`."""

    n: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for one call. All off by default."""

    slow: float = 0.0  # seconds a call takes: half, at most 5, before anything happens; the rest after it
    lost_before: float = 0.0  # chance that the connection is closed and nothing was done
    lost_after: float = 0.0  # chance that it is done and the connection closed without an answer
    limit: Limit | None = None
    revoked: bool = False
    down: bool = False
    refuse: str = ""  # the reason given for refusing every post
    keys: Keys = "kept"  # Idempotency-Key: honoured; kept, to be looked up, but not honoured; or ignored
    admins: Admins = "told"  # whether a channel may read who administers it
    pace: float = 1.0  # how many of the people's seconds pass in one of ours


NAMES = tuple(f.name for f in fields(Rules))


def checked(name: str, value: Any) -> Any:
    """The value as `Rules` takes it; Problem if it is none. None means: no longer set here."""
    if value is None:
        return None
    try:
        return _CHECKS[name](value)
    except (KeyError, TypeError, ValueError) as error:
        known = ", ".join(NAMES)
        detail = f"{error}" if name in _CHECKS else f"There is no switch called {name}. There are: {known}."
        raise invalid(name, detail) from error


def _number(low: float, high: float) -> Any:
    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"This is a number from {low:g} to {high:g}.")
        return float(value)

    return check


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("This is true or false.")
    return value


def _reason(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 300:
        raise ValueError("This is a text of at most 300 characters.")
    return value


def _keys(value: Any) -> str:
    if value not in ("honoured", "kept", "ignored"):
        raise ValueError("This is honoured, kept or ignored.")
    return str(value)


def _admins(value: Any) -> str:
    if value not in ("told", "untold"):
        raise ValueError("This is told or untold.")
    return str(value)


def _limit(value: Any) -> Limit:
    wrong = 'This is {"n": posts, "seconds": period}, both above 0.'
    if not isinstance(value, dict) or set(value) != {"n", "seconds"}:
        raise ValueError(wrong)
    n, seconds = value["n"], value["seconds"]
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(wrong)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 86400:
        raise ValueError(wrong)
    return Limit(n, float(seconds))


_CHECKS: Mapping[str, Any] = {
    "slow": _number(0, 120), "lost_before": _number(0, 1), "lost_after": _number(0, 1), "limit": _limit,
    "revoked": _flag, "down": _flag, "refuse": _reason, "keys": _keys,
    "admins": _admins, "pace": _number(0.01, 100_000),
}  # fmt: skip


def plain(value: Any) -> Any:
    """A switch's value as JSON has it."""
    return {"n": value.n, "seconds": value.seconds} if isinstance(value, Limit) else value


@dataclass
class Switches:
    """All switches, in memory for every call and in the store for the next start."""

    store: Store
    seed: int
    _set: dict[str, dict[str, Any]] = field(default_factory=dict)
    _draws: dict[tuple[str, str], int] = field(default_factory=dict)
    _posted: dict[str, deque[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.store.rows("SELECT channel, name, value FROM switch"):
            self._set.setdefault(row["channel"], {})[row["name"]] = checked(
                row["name"], json.loads(row["value"])
            )

    def of(self, channel: str | None) -> Rules:
        """What holds for a channel, or for the network as a whole."""
        own = self._set.get(channel, {}) if channel else {}
        return replace(Rules(), **{**self._set.get(EVERYWHERE, {}), **own})

    def everything(self) -> dict[str, dict[str, Any]]:
        """What is set where, as JSON has it."""
        return {
            where: {name: plain(value) for name, value in set_.items()} for where, set_ in self._set.items()
        }

    async def turn(self, where: str, values: Mapping[str, Any]) -> None:
        """Set the given switches on `where` (a handle, or `*`); a None unsets one."""
        found = {name: checked(name, value) for name, value in values.items()}
        if where != EVERYWHERE and "pace" in found:
            raise invalid("pace", "The pace is the whole network's.")
        here = {**self._set.get(where, {}), **found}
        here = {name: value for name, value in here.items() if value is not None}
        rows = [(where, name, json.dumps(plain(value))) for name, value in here.items()]

        def change(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM switch WHERE channel = ?", (where,))
            db.executemany("INSERT INTO switch (channel, name, value) VALUES (?, ?, ?)", rows)

        await self.store.write(change)
        self._set[where] = here
        if not here:
            del self._set[where]

    async def reset(self) -> None:
        """Everything off everywhere, and the lots drawn from the beginning again."""
        await self.store.write(lambda db: db.execute("DELETE FROM switch"))
        self._set.clear()
        self._draws.clear()
        self._posted.clear()

    def draw(self, switch: str, channel: str, chance: float) -> bool:
        """Whether this time it happens. The n-th draw of a channel is the same for the same seed."""
        if not chance:
            return False
        count = self._draws[switch, channel] = self._draws.get((switch, channel), 0) + 1
        return random.Random(f"{self.seed}/{switch}/{channel}/{count}").random() < chance

    def spend(self, channel: str, limit: Limit, now: float) -> dict[str, str]:
        """Take one post from the channel's budget; headers saying what is left. Problem 429 if nothing is."""
        posted = self._posted.setdefault(channel, deque())
        while posted and posted[0] <= now - limit.seconds:
            posted.popleft()
        if len(posted) >= limit.n:
            wait = max(posted[-limit.n] + limit.seconds - now, 0.001)
            headers = {**_budget(limit, 0, wait), "Retry-After": str(int(wait) + 1)}
            raise Problem(
                429, "limited", "This channel has posted too often. Try again later.", headers=headers
            )
        posted.append(now)
        return _budget(limit, limit.n - len(posted), posted[0] + limit.seconds - now)


def _budget(limit: Limit, left: int, reset: float) -> dict[str, str]:
    """Seconds until `reset` are rounded up."""
    return {
        "RateLimit-Limit": str(limit.n),
        "RateLimit-Remaining": str(left),
        "RateLimit-Reset": str(int(reset) + 1),
    }
