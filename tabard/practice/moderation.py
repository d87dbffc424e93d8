"""What a channel may do with what was said to it: hide it, like it, take it away, block who said it.

Each may be repeated: what is so already is no error, and stands in the ledger as repeated.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from . import ledger, unfold
from .ledger import Arrival
from .network import Network, iso
from .posts import get
from .problems import Problem, missing
from .store import Change

# Whether a channel has heard of somebody by now.
_HEARD = (
    "SELECT 1 FROM post WHERE author = :handle AND at <= :now AND"
    " (owner = :channel OR (SELECT author FROM post AS top WHERE top.id = post.root) = :channel)"
    " UNION ALL SELECT 1 FROM mention JOIN post ON post.id = mention.post"
    " WHERE mention.handle = :channel AND mention.at <= :now AND post.author = :handle"
    " UNION ALL SELECT 1 FROM message"
    " WHERE channel = :channel AND person = :handle AND outgoing = 0 AND at <= :now LIMIT 1"
)
# What somebody has in mind to say where a channel would hear it.
_PLANNED = (
    "SELECT id, root FROM post WHERE author = :handle AND at > :now AND"
    " (owner = :channel OR (SELECT author FROM post AS top WHERE top.id = post.root) = :channel"
    " OR EXISTS (SELECT 1 FROM mention WHERE mention.handle = :channel AND mention.at = post.at"
    " AND mention.post = post.id))"
)
_THIS = "SELECT id, root FROM post WHERE id = :post"
# Around a choice of posts: they go, with every answer beneath them.
_TAKE = "WITH RECURSIVE gone (id, root) AS ("
_AWAY = (
    " UNION SELECT post.id, post.root FROM gone"
    " JOIN post ON post.root = gone.root AND post.reply_to = gone.id)"
    " UPDATE post SET deleted_at = :now WHERE deleted_at IS NULL AND id IN (SELECT id FROM gone)"
)


async def hide(net: Network, handle: str, post: int, arrival: Arrival, *, hidden: bool) -> None:
    """A channel hides a comment under a post of its own, or shows it again."""
    get(net, post)
    _under_own(net, handle, post)

    def change(db: sqlite3.Connection) -> int:
        sql = "UPDATE post SET hidden_at = ? WHERE id = ? AND (hidden_at IS NULL) = ?"
        return db.execute(sql, (net.clock() if hidden else None, post, hidden)).rowcount

    await _do(net, arrival, change)


async def like(net: Network, handle: str, post: int, arrival: Arrival, *, liked: bool) -> None:
    """A channel likes a comment or a mention, or no longer does."""
    row = get(net, post)
    named = "SELECT 1 FROM mention WHERE handle = ? AND at = ? AND post = ?"
    if row["owner"] != handle and net.store.row(named, handle, row["at"], post) is None:
        _under_own(net, handle, post)
    owner = row["author"] if row["by_channel"] and row["author"] != handle else ""

    def change(db: sqlite3.Connection) -> int:
        if liked:
            return unfold.like(db, post, handle, owner, net.clock())
        return db.execute("DELETE FROM liked WHERE post = ? AND handle = ?", (post, handle)).rowcount

    await _do(net, arrival, change)


async def remove(net: Network, handle: str, post: int, arrival: Arrival) -> None:
    """A channel takes a comment under a post of its own away, with what is said beneath it."""
    row = net.store.row("SELECT * FROM post WHERE id = ? AND at <= ?", post, net.clock())
    if row is None:
        raise missing("comment")
    _under_own(net, handle, post)

    def change(db: sqlite3.Connection) -> int:
        already = db.execute("SELECT deleted_at FROM post WHERE id = ?", (post,)).fetchone()["deleted_at"]
        if already is None:
            db.execute(f"{_TAKE}{_THIS}{_AWAY}", {"post": post, "now": net.clock()})
        return already is None

    await _do(net, arrival, change)


async def block(net: Network, handle: str, who: str, arrival: Arrival, *, blocked: bool) -> None:
    """A channel blocks somebody who has said something to it, or lets them speak to it again.

    What people do about its posts until now is decided first: who is let in again does not begin with what
    they would have said meanwhile.
    """
    await unfold.of_channel(net, handle)
    values = {"channel": handle, "handle": who, "now": net.clock()}
    if who not in net.people and net.store.row("SELECT 1 FROM channel WHERE handle = ?", who) is None:
        raise Problem(404, "not_found", "There is nobody of that name.")
    if who == handle or not net.store.rows(_HEARD, values):
        raise Problem(403, "not_yours", f"@{who} has said nothing to this channel, so it cannot block them.")

    def change(db: sqlite3.Connection) -> int:
        if not blocked:
            sql = "DELETE FROM blocked WHERE channel = :channel AND handle = :handle"
            return db.execute(sql, values).rowcount
        _drop_planned(db, values)
        sql = "INSERT OR IGNORE INTO blocked (channel, handle, at) VALUES (:channel, :handle, :now)"
        return db.execute(sql, values).rowcount

    await _do(net, arrival, change)


def blocked_by(net: Network, handle: str) -> list[dict[str, Any]]:
    """Whom a channel has blocked, and since when."""
    rows = net.store.rows("SELECT * FROM blocked WHERE channel = ? ORDER BY at, handle", handle)
    return [{"handle": row["handle"], "since": iso(row["at"])} for row in rows]


def _drop_planned(db: sqlite3.Connection, values: dict[str, Any]) -> None:
    """What they had in mind does not come any more, nor what others would have answered to it."""
    db.execute(f"{_TAKE}{_PLANNED}{_AWAY}", values)
    db.execute(
        "DELETE FROM message WHERE channel = :channel AND person = :handle AND outgoing = 0 AND at > :now",
        values,
    )
    db.execute(
        "DELETE FROM liked WHERE handle = :handle AND at > :now AND :channel = (SELECT coalesce("
        "(SELECT author FROM post AS top WHERE top.id = post.root), author) FROM post WHERE id = liked.post)",
        values,
    )


def _under_own(net: Network, handle: str, post: int) -> None:
    """Problem 403 unless this is a comment under a post of the channel's."""
    sql = "SELECT top.author FROM post JOIN post AS top ON top.id = post.root WHERE post.id = ?"
    if net.store.value(sql, post) != handle:
        detail = "This is no comment under a post of this channel, nor was it said to it."
        raise Problem(403, "not_yours", detail)


async def _do(net: Network, arrival: Arrival, change: Change[int | bool]) -> None:
    """Make a change, which says whether it changed anything, and write it in the ledger with it."""

    def both(db: sqlite3.Connection) -> None:
        done = change(db)
        outcome, at = (ledger.ACCEPTED, net.clock()) if done else (ledger.REPEATED, None)
        arrival.enter(db, outcome, arrival.post, at)

    await net.store.write(both)
