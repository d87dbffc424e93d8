"""Who administers a channel on Practice: a list that a trainer keeps, and that the channel may read."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from . import channels
from .network import Network, iso
from .problems import Problem, invalid

MOST = 200
ROLES = ("admin", "editor")


def of(net: Network, handle: str) -> list[dict[str, Any]]:
    """The administrators of a channel, by name."""
    sql = "SELECT * FROM administrator WHERE channel = ? ORDER BY name, id"
    return [
        {**{name: row[name] for name in ("id", "name", "email", "role")}, "since": iso(row["since"])}
        for row in net.store.rows(sql, handle)
    ]


def told(net: Network, handle: str) -> list[dict[str, Any]]:
    """The same for the channel itself; Problem where the network is switched to keep it to itself."""
    if net.switches.of(handle).admins == "untold":
        raise Problem(403, "not_told", "This token may not read who administers the channel.")
    return of(net, handle)


def wanted(given: Mapping[str, Any]) -> dict[str, str]:
    """One administrator from a request; Problem if it cannot be one."""
    role = given.get("role") or ROLES[0]
    if role not in ROLES:
        raise invalid("role", f"A role is one of {', '.join(ROLES)}.")
    return {
        "id": channels.text_of(given, "id", 40, needed=True).lower(),
        "name": channels.text_of(given, "name", 80, needed=True),
        "email": channels.text_of(given, "email", 200),
        "role": role,
    }


async def put(net: Network, handle: str, rows: list[dict[str, str]], *, all_: bool) -> None:
    """Let these administer the channel; with `all_` nobody else. Who is there already stays since then."""
    channels.get(net, handle)

    def change(db: sqlite3.Connection) -> None:
        if all_:
            marks = ", ".join("?" for _row in rows)
            sql = f"DELETE FROM administrator WHERE channel = ? AND id NOT IN ({marks})"
            db.execute(sql, (handle, *(row["id"] for row in rows)))
        for row in rows:
            db.execute(
                "INSERT INTO administrator (channel, id, name, email, role, since)"
                " VALUES (:channel, :id, :name, :email, :role, :now)"
                " ON CONFLICT (channel, id) DO UPDATE SET name = :name, email = :email, role = :role",
                {**row, "channel": handle, "now": net.clock()},
            )
        count = db.execute("SELECT count(*) FROM administrator WHERE channel = ?", (handle,)).fetchone()[0]
        if count > MOST:
            raise Problem(422, "too_many", f"At most {MOST} administer a channel.")

    await net.store.write(change)


async def drop(net: Network, handle: str, who: str) -> None:
    """No longer; whoever is not there already is no error."""
    sql = "DELETE FROM administrator WHERE channel = ? AND id = ?"
    await net.store.write(lambda db: db.execute(sql, (handle, who)))
