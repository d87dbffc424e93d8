"""Whom a channel has blocked: they no longer comment, mention or write there."""

from __future__ import annotations

import sqlite3

from .network import Network
from .problems import Problem


def holds(db: sqlite3.Connection, channel: str, handle: str) -> bool:
    """Whether a channel has blocked somebody, a person or another channel."""
    sql = "SELECT 1 FROM blocked WHERE channel = ? AND handle = ?"
    return db.execute(sql, (channel, handle)).fetchone() is not None


def barring(db: sqlite3.Connection, handle: str, root: int | None, owner: str) -> str:
    """The channel that keeps somebody from saying something: its owner, or whose post it is under."""
    row = db.execute("SELECT author FROM post WHERE id = ?", (root,)).fetchone()
    channels = [owner, str(row["author"])] if row else [owner]
    return next((channel for channel in channels if holds(db, channel, handle)), "")


def barred(db: sqlite3.Connection, root: int, owner: str) -> set[str]:
    """Everybody who may not speak under a post: its channel has blocked them, or the one who would hear."""
    sql = "SELECT handle FROM blocked WHERE channel IN (?, (SELECT author FROM post WHERE id = ?))"
    return {str(row["handle"]) for row in db.execute(sql, (owner, root))}


def by(net: Network, handle: str) -> list[sqlite3.Row]:
    """The channels that have blocked somebody, by name."""
    sql = (
        "SELECT channel.handle, channel.name FROM blocked JOIN channel ON channel.handle = blocked.channel"
        " WHERE blocked.handle = ? ORDER BY channel.name, channel.handle"
    )
    return net.store.rows(sql, handle)


def refused(channel: str, handle: str) -> Problem:
    """What is said to whoever is blocked and speaks all the same."""
    return Problem(403, "blocked", f"@{channel} has blocked @{handle}.")
