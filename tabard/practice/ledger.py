"""The ledger: every request to publish, or to act on what was said, and what became of it.

Proofs count in it.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from .network import Network, iso

ACCEPTED = "accepted"
REPEATED = "repeated"  # an honoured Idempotency-Key came again, or what is so already: nothing new was made
PUBLISHING = ("post", "message")
_PUBLISHED = f"kind IN {PUBLISHING}"


@dataclass(slots=True)
class Arrival:
    """A request to publish or to act, stamped when its first line had been read, before anything was done
    about it.

    `received_mono` is the machine's monotonic clock: on one machine it can be compared with any process's
    `time.monotonic()`.
    """

    kind: str  # post or message; or an act: hide, like, delete, block, and show, unlike, unblock
    channel: str
    received_at: float
    received_mono: float
    key: str | None = None
    marker: str | None = None
    text: str = ""
    answered: bool = True
    post: int | None = None  # what an act is about, if it is a post

    def enter(
        self, db: sqlite3.Connection, outcome: str, post: int | None, accepted_at: float | None
    ) -> None:
        """Write it down, within the change that accepts it if it is accepted."""
        post = self.post if post is None else post
        mono = time.monotonic() if accepted_at is not None else None
        db.execute(
            "INSERT INTO arrival (kind, channel, key, marker, text, outcome, answered, post, received_at,"
            " received_mono, accepted_at, accepted_mono) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.kind, self.channel, self.key, self.marker, self.text, outcome, self.answered, post,
                self.received_at, self.received_mono, accepted_at, mono,
            ),
        )  # fmt: skip


def entries(
    net: Network,
    *,
    after: int = 0,
    limit: int = 1000,
    outcome: str = "",
    received_after: float = 0.0,
    channel: str = "",
) -> list[dict[str, Any]]:
    """Arrivals in the order of their writing, from behind the entry `after` on."""
    rows = net.store.rows(
        "SELECT * FROM arrival WHERE id > ? AND received_at > ? AND (? = '' OR outcome = ?)"
        " AND (? = '' OR channel = ?) ORDER BY id LIMIT ?",
        after, received_after, outcome, outcome, channel, channel, limit,
    )  # fmt: skip
    return [
        {
            **dict(row), "answered": bool(row["answered"]),
            "received": iso(row["received_at"]), "accepted": iso(row["accepted_at"]),
        }
        for row in rows
    ]  # fmt: skip


def summary(net: Network) -> dict[str, int]:
    """Of what was to be published: how many had which outcome, and how many accepted ones share a key or a
    marker.
    """
    rows = net.store.rows(f"SELECT outcome, count(*) AS n FROM arrival WHERE {_PUBLISHED} GROUP BY outcome")
    found = {row["outcome"]: row["n"] for row in rows}
    for column in ("key", "marker"):
        found[f"doubled_by_{column}"] = net.store.value(
            "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM arrival"
            f" WHERE outcome = 'accepted' AND {_PUBLISHED} AND {column} IS NOT NULL"
            f" GROUP BY kind, channel, {column})"
        )
    return found
