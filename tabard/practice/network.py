"""The network itself: its store, switches, people and clock, handed to everything that answers."""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .people.cast import Person, by_handle
from .store import Store
from .switches import Switches

ADMIN_FILE = "admin-token"


@dataclass
class Network:
    """`clock` gives seconds since 1970; tests put their own in."""

    store: Store
    switches: Switches
    seed: int
    admin: str
    clock: Callable[[], float]

    @property
    def people(self) -> dict[str, Person]:
        """Everybody who lives here, by handle."""
        return by_handle(self.seed)

    def is_admin(self, token: str) -> bool:
        return bool(token) and hmac.compare_digest(token.encode(), self.admin.encode())


def open_network(
    data: Path | None = None, *, seed: int = 1, admin: str = "", clock: Callable[[], float] = time.time
) -> Network:
    """The network kept in the folder `data`, or one in memory.

    A folder that was used before keeps the seed it began with. The admin token is `admin`, else the
    environment's TABARD_PRACTICE_ADMIN, else one made once and kept in the folder.
    """
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
    store = Store(data / "practice.sqlite3" if data else None)
    seed = int(store.write_now(lambda db: _kept(db, "seed", str(seed))))
    admin = admin or os.environ.get("TABARD_PRACTICE_ADMIN", "") or _admin_of(data)
    return Network(store, Switches(store, seed), seed, admin, clock)


def iso(at: float | None) -> str | None:
    """A time as the API writes it: UTC, to the millisecond."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _kept(db: sqlite3.Connection, name: str, value: str) -> str:
    db.execute("INSERT OR IGNORE INTO fact (name, value) VALUES (?, ?)", (name, value))
    return str(db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()[0])


def _admin_of(data: Path | None) -> str:
    if data is None:
        return secrets.token_urlsafe(24)
    path = data / ADMIN_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()
