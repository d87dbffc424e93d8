"""What reaches a channel: comments, mentions, likes and private messages, in the order in which they came."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from . import ledger, show, unfold
from .channels import text_of
from .ledger import Arrival
from .network import Network, iso
from .problems import Problem, invalid
from .switches import Rules

KINDS = ("comment", "like", "mention", "message")
# Seconds. What is younger is shown a moment later: a change being committed could otherwise come in
# behind a cursor.
SETTLED = 0.05
LONGEST_MESSAGE = 2000

_LEGS = {
    "comment": "SELECT at, 'comment' AS kind, id, author AS handle, id AS post, NULL AS message FROM post"
    " WHERE owner = :channel AND author != :channel AND deleted_at IS NULL",
    "like": "SELECT at, 'like' AS kind, id, handle, post, NULL AS message FROM liked WHERE owner = :channel",
    "mention": "SELECT mention.at, 'mention' AS kind, post.id, post.author AS handle, post.id AS post,"
    " NULL AS message FROM mention JOIN post ON post.id = mention.post"
    " WHERE mention.handle = :channel AND deleted_at IS NULL",
    "message": "SELECT at, 'message' AS kind, id, person AS handle, about AS post, id AS message FROM message"
    " WHERE channel = :channel AND outgoing = 0",
}


async def since(
    net: Network,
    channel: str,
    *,
    after: str = "",
    limit: int = 50,
    kinds: Sequence[str] = KINDS,
    base: str = "",
) -> dict[str, Any]:
    """Items behind the cursor `after`, oldest first, and the cursor to go on with.

    Without a cursor the latest `limit` items are given. `more` says that further items wait already.
    """
    await unfold.of_channel(net, channel)
    at, kind, number = _cursor(after)
    legs = " UNION ALL ".join(_LEGS[one] for one in KINDS if one in kinds)
    order = "" if after else " DESC"
    sql = (
        f"SELECT * FROM ({legs}) WHERE (at, kind, id) > (:at, :kind, :id) AND at <= :until"
        f" ORDER BY at{order}, kind{order}, id{order} LIMIT :limit"
    )
    values = {
        "channel": channel,
        "at": at,
        "kind": kind,
        "id": number,
        "until": net.clock() - SETTLED,
        "limit": limit + 1,
    }
    rows = net.store.rows(sql, values)
    more = len(rows) > limit
    rows = rows[:limit]
    if not after:
        rows, more = rows[::-1], False
    last = rows[-1] if rows else None
    cursor = f"{last['at']!r}~{last['kind']}~{last['id']}" if last else after or "0~~0"
    return {"items": _items(net, rows, base), "cursor": cursor, "more": more}


def _cursor(after: str) -> tuple[float, str, int]:
    if not after:
        return 0.0, "", 0
    found = re.fullmatch(r"([0-9.e+]+)~([a-z]*)~([0-9]+)", after)
    if not found:
        raise invalid("after", "This is no cursor of this inbox.")
    return float(found[1]), found[2], int(found[3])


def _items(net: Network, rows: Sequence[sqlite3.Row], base: str) -> list[dict[str, Any]]:
    shown = {one["id"]: one for one in _posts(net, [row["post"] for row in rows if row["post"]], base)}
    found = []
    for row in rows:
        item: dict[str, Any] = {
            "id": f"{row['kind']}-{row['id']}",
            "kind": row["kind"],
            "at": iso(row["at"]),
            "from": show.author(net, row["handle"], base),
            "post": shown.get(str(row["post"])),
        }
        if row["message"]:
            item["message"] = message(net, row["message"])
        found.append(item)
    return found


def _posts(net: Network, ids: Sequence[int], base: str) -> list[dict[str, Any]]:
    marks = ",".join("?" * len(ids))
    rows = net.store.rows(f"SELECT * FROM post WHERE id IN ({marks})", *ids)
    return show.shown(net, rows, base)


def message(net: Network, number: int) -> dict[str, Any]:
    """One private message as the API gives it."""
    row = net.store.row("SELECT * FROM message WHERE id = ?", number)
    assert row is not None
    return _message(row)


def _message(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": f"message-{row['id']}", "with": row["person"], "outgoing": bool(row["outgoing"]),
        "text": row["text"], "at": iso(row["at"]), "about": str(row["about"]) if row["about"] else None,
        "key": row["key"],
    }  # fmt: skip


def messages(
    net: Network, channel: str, *, person: str = "", key: str = "", limit: int = 200
) -> list[dict[str, Any]]:
    """Private messages of a channel by now, oldest first: with one person, or sent with one key."""
    rows = net.store.rows(
        "SELECT * FROM message WHERE channel = ? AND at <= ? AND (? = '' OR person = ?)"
        " AND (? = '' OR key = ?) ORDER BY at DESC, id DESC LIMIT ?",
        channel, net.clock(), person, person, key, key, limit,
    )  # fmt: skip
    return [_message(row) for row in rows[::-1]]


def writer_of(net: Network, channel: str, number: Any) -> str:
    """Who exchanged the message with this id with the channel; nobody if there is none."""
    found = re.fullmatch(r"message-([0-9]{1,18})", str(number))
    sql = "SELECT person FROM message WHERE channel = ? AND id = ? AND at <= ?"
    return str((found and net.store.value(sql, channel, int(found[1]), net.clock())) or "")


def nothing_can_tell(net: Network, channel: str, key: str) -> bool:
    """Whether looking a key up is no use: keys are ignored now, or were when this one came."""
    sql = (
        "SELECT 1 FROM arrival WHERE kind = 'message' AND channel = ? AND key = ? AND outcome = 'accepted'"
        " AND (SELECT key FROM message WHERE id = arrival.post) IS NULL LIMIT 1"
    )
    ignored = net.switches.of(channel).keys == "ignored"
    return ignored or (bool(key) and net.store.value(sql, channel, key) is not None)


def threads(net: Network, channel: str) -> list[sqlite3.Row]:
    """With whom a channel has exchanged messages by now: person, count, and the last one; newest first."""
    return net.store.rows(
        "SELECT person, count(*) AS n, max(at) AS at, text, outgoing FROM message"
        " WHERE channel = ? AND at <= ? GROUP BY person ORDER BY max(at) DESC",
        channel, net.clock(),
    )  # fmt: skip


async def send(
    net: Network, channel: str, person: str, text: Any, arrival: Arrival, rules: Rules
) -> tuple[int, bool]:
    """A channel writes to a person; the message's number, and whether its key was honoured as a repeat."""
    if person not in net.people:
        raise Problem(404, "not_found", "There is nobody of that name.")
    said = text_of({"text": text}, "text", LONGEST_MESSAGE, needed=True)
    arrival.text = said

    def change(db: sqlite3.Connection) -> tuple[int, bool]:
        if rules.keys == "honoured" and arrival.key:
            sql = "SELECT id FROM message WHERE channel = ? AND key = ?"
            first = db.execute(sql, (channel, arrival.key)).fetchone()
            if first:
                arrival.enter(db, ledger.REPEATED, first["id"], None)
                return first["id"], True
        now = net.clock()
        key = arrival.key if rules.keys != "ignored" else None
        number = unfold.write_to(db, channel, person, said, now, outgoing=True, key=key)
        unfold.answer_to(net, db, channel, person, said, now)
        arrival.enter(db, ledger.ACCEPTED, number, now)
        return number, False

    return await net.store.write(change)
