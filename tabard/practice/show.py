"""Posts as the API and the pages give them: with their author, pictures, and what they gathered by now."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from .network import Network, iso


def figures(net: Network, posts: Sequence[int]) -> dict[int, dict[str, int]]:
    """Likes and comments of each post by now, as `{id: {"likes": n, "comments": n}}`."""
    found = {post: {"likes": 0, "comments": 0} for post in posts}
    wanted, now = json.dumps(list(posts)), net.clock()
    for what, sql in (
        ("likes", "SELECT post AS id, count(*) AS n FROM liked"
                  " WHERE post IN (SELECT value FROM json_each(?)) AND at <= ? GROUP BY post"),
        ("comments", "SELECT root AS id, count(*) AS n FROM post"
                     " WHERE root IN (SELECT value FROM json_each(?)) AND at <= ?"
                     " AND deleted_at IS NULL AND hidden_at IS NULL GROUP BY root"),
    ):  # fmt: skip
        for row in net.store.rows(sql, wanted, now):
            found[row["id"]][what] = row["n"]
    return found


def pictures(net: Network, posts: Sequence[int]) -> dict[int, list[sqlite3.Row]]:
    """The pictures of each post, in order."""
    found: dict[int, list[sqlite3.Row]] = {post: [] for post in posts}
    sql = (
        "SELECT shown.post, shown.alt, media.id, media.mime, media.width, media.height FROM shown"
        " JOIN media ON media.id = shown.media WHERE shown.post IN (SELECT value FROM json_each(?))"
        " ORDER BY shown.post, shown.position"
    )
    for row in net.store.rows(sql, json.dumps(list(posts))):
        found[row["post"]].append(row)
    return found


def address(base: str, row: Mapping[str, Any] | sqlite3.Row) -> str:
    """Where a post can be looked at; a comment on the page of what it is under."""
    return f"{base}/@{row['author']}/{row['id']}"


def shown(net: Network, rows: Sequence[sqlite3.Row], base: str, *, to: str = "") -> list[dict[str, Any]]:
    """Posts as the API gives them; key and marker only `to` their own channel."""
    ids = [row["id"] for row in rows]
    counted, media = figures(net, ids), pictures(net, ids)
    return [
        {
            "id": str(row["id"]),
            "url": address(base, row),
            "author": author(net, row["author"], base),
            "text": row["text"],
            "link": row["link"],
            "language": row["language"],
            "media": [picture(one, base) for one in media[row["id"]]],
            "reply_to": str(row["reply_to"]) if row["reply_to"] else None,
            "root": str(row["root"]) if row["root"] else None,
            "created_at": iso(row["at"]),
            "edited_at": iso(row["edited_at"]),
            "hidden": row["hidden_at"] is not None,
            "counts": counted[row["id"]],
            **({"key": row["key"], "marker": row["marker"]} if to == row["author"] else {}),
        }
        for row in rows
    ]


def picture(row: sqlite3.Row, base: str) -> dict[str, Any]:
    return {
        "id": str(row["id"]), "url": f"{base}/media/{row['id']}", "mime": row["mime"],
        "width": row["width"], "height": row["height"], "alt": row["alt"],
    }  # fmt: skip


def author(net: Network, handle: str, base: str) -> dict[str, Any]:
    """Who said something, channel or person."""
    person = net.people.get(handle)
    name = person.name if person else net.store.value("SELECT name FROM channel WHERE handle = ?", handle)
    return {
        "handle": handle, "name": name or handle, "kind": "person" if person else "channel",
        "url": f"{base}/@{handle}", "avatar": f"{base}/avatar/{handle}.svg",
    }  # fmt: skip
