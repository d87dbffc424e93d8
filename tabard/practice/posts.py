"""Posts and comments: accepting, finding, changing, removing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from . import blocks, channels, ledger, unfold
from .ledger import Arrival
from .network import Network
from .problems import Problem, invalid, missing
from .switches import Rules

LONGEST = 500  # graphemes
PICTURES = 4
LONGEST_ALT = 1000
_MENTION = re.compile(r"(?<![\w/])@([a-z0-9][a-z0-9_.-]*[a-z0-9]|[a-z0-9])", re.IGNORECASE)
_VISIBLE = "at <= ? AND deleted_at IS NULL"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a channel wants to say. `media` are ids of uploaded pictures with their alt texts."""

    text: str
    link: str = ""
    language: str = ""
    media: tuple[tuple[int, str], ...] = ()
    reply_to: int | None = None


def draft_of(given: Mapping[str, Any]) -> Draft:
    """A request's post, checked as far as that goes without looking anything up."""
    text = channels.text_of(given, "text", 20_000)
    length = len(regex.findall(r"\X", text))
    if length > LONGEST:
        detail = f"The text has {length} characters; at most {LONGEST} fit."
        raise Problem(422, "text_too_long", detail, field="text", length=length, limit=LONGEST)
    media = _media_of(given.get("media") or [])
    link = channels.link_of(given, "link")
    if not text and not media:
        raise invalid("text", "A post needs a text or a picture.", "empty")
    reply_to = given.get("reply_to")
    if reply_to is not None:
        reply_to = number(reply_to, "reply_to")
    return Draft(text, link, channels.text_of(given, "language", 12), media, reply_to)


def number(value: Any, field: str) -> int:
    """An id of a request, as a number."""
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,18}", str(value)):
        raise invalid(field, f"{field} is an id.")
    return int(value)


def _media_of(given: Any) -> tuple[tuple[int, str], ...]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise invalid("media", 'media is a list of {"id": ..., "alt": ...}.')
    if len(given) > PICTURES:
        raise invalid("media", f"A post takes at most {PICTURES} pictures.", "too_many_media")
    return tuple((number(one.get("id"), "media"), channels.text_of(one, "alt", LONGEST_ALT)) for one in given)


@dataclass(frozen=True, slots=True)
class Accepted:
    """`repeated`: the key was honoured, and this is the post it made the first time."""

    post: int
    repeated: bool = False


async def accept(
    net: Network, channel: sqlite3.Row, draft: Draft, arrival: Arrival, rules: Rules
) -> Accepted:
    """Take a post in. Whether it is new, repeated or refused stands in the ledger when this returns."""
    return await net.store.write(lambda db: _accept(net, db, channel, draft, arrival, rules))


def _accept(
    net: Network, db: sqlite3.Connection, channel: sqlite3.Row, draft: Draft, arrival: Arrival, rules: Rules
) -> Accepted:
    handle = channel["handle"]
    if rules.keys == "honoured" and arrival.key:
        first = db.execute(
            "SELECT id, text FROM post WHERE author = ? AND key = ?", (handle, arrival.key)
        ).fetchone()
        if first and first["text"] != draft.text:
            raise Problem(422, "key_reused", "This Idempotency-Key came with another post before.")
        if first:
            arrival.enter(db, ledger.REPEATED, first["id"], None)
            return Accepted(first["id"], repeated=True)
    now = net.clock()
    parent = _parent(db, draft.reply_to, now)
    if parent and (shut := blocks.barring(db, handle, _root_of(parent), _who_hears(db, parent, handle))):
        raise blocks.refused(shut, handle)
    kept = rules.keys != "ignored"
    post = insert(
        db,
        channel,
        draft,
        now,
        parent,
        key=arrival.key if kept else None,
        marker=arrival.marker if kept else None,
    )
    arrival.enter(db, ledger.ACCEPTED, post, now)
    return Accepted(post)


def insert(
    db: sqlite3.Connection,
    channel: sqlite3.Row,
    draft: Draft,
    at: float,
    parent: sqlite3.Row | None = None,
    *,
    key: str | None = None,
    marker: str | None = None,
) -> int:
    """Write a channel's post down, with its pictures and whom it names."""
    handle = channel["handle"]
    for media, _ in draft.media:
        if not db.execute("SELECT 1 FROM media WHERE id = ? AND channel = ?", (media, handle)).fetchone():
            raise invalid("media", f"This channel has uploaded no picture {media}.", "media_unknown")
    sql = "UPDATE channel SET posts = posts + 1, last_at = max(last_at, ?) WHERE handle = ?"
    db.execute(sql, (at, handle))
    row = {
        "author": handle,
        "by_channel": True,
        "text": draft.text,
        "folded": f"{draft.text} {channel['name']} {handle}".casefold(),
        "link": draft.link,
        "language": draft.language,
        "at": at,
        "reply_to": draft.reply_to,
        "root": _root_of(parent) if parent else None,
        "owner": _who_hears(db, parent, handle),
        "position": db.execute("SELECT posts FROM channel WHERE handle = ?", (handle,)).fetchone()[0],
        "key": key,
        "marker": marker,
    }
    columns = f"({', '.join(row)}) VALUES (:{', :'.join(row)})"
    post = int(db.execute(f"INSERT INTO post {columns}", row).lastrowid or 0)
    db.executemany(
        "INSERT INTO shown (post, position, media, alt) VALUES (?, ?, ?, ?)",
        [(post, place, media, alt) for place, (media, alt) in enumerate(draft.media)],
    )
    for named in sorted(named_in(draft.text) - {handle, str(row["owner"])}):
        known = db.execute("SELECT 1 FROM channel WHERE handle = ?", (named,)).fetchone()
        if known and not blocks.holds(db, named, handle):
            unfold.mention(db, post, named, at)
    return post


def named_in(text: str) -> set[str]:
    """Every handle a text names with an @."""
    return {name.lower() for name in _MENTION.findall(text)}


def _parent(db: sqlite3.Connection, reply_to: int | None, now: float) -> sqlite3.Row | None:
    if reply_to is None:
        return None
    found: sqlite3.Row | None = db.execute(
        f"SELECT * FROM post WHERE id = ? AND {_VISIBLE}", (reply_to, now)
    ).fetchone()
    if found is None:
        raise invalid("reply_to", "What this answers is not there.", "reply_to_unknown")
    return found


def _root_of(parent: sqlite3.Row) -> int:
    return int(parent["root"] or parent["id"])


def _who_hears(db: sqlite3.Connection, parent: sqlite3.Row | None, handle: str) -> str:
    """The channel in whose inbox a comment lands: the one answered, else the one whose post it is under."""
    if parent is None:
        return ""
    if parent["by_channel"] and parent["author"] != handle:
        return str(parent["author"])
    root = db.execute("SELECT author, by_channel FROM post WHERE id = ?", (_root_of(parent),)).fetchone()
    return str(root["author"]) if root["by_channel"] and root["author"] != handle else ""


def get(net: Network, post: int, *, of: str = "") -> sqlite3.Row:
    """A post that can be seen now, of the channel `of` if given. Problem 404 otherwise."""
    sql = f"SELECT * FROM post WHERE id = ? AND {_VISIBLE} AND (? = '' OR author = ?)"
    found = net.store.row(sql, post, net.clock(), of, of)
    if found is None:
        raise missing("post")
    return found


def own(
    net: Network, handle: str, *, key: str = "", marker: str = "", before: int = 0, limit: int = 50
) -> list[sqlite3.Row]:
    """A channel's posts and comments, newest first; with a key or marker only those that came with it."""
    return net.store.rows(
        "SELECT * FROM post WHERE author = ? AND deleted_at IS NULL AND (? = '' OR key = ?)"
        " AND (? = '' OR marker = ?) AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?",
        handle, key, key, marker, marker, before, before, limit,
    )  # fmt: skip


def nothing_can_tell(net: Network, handle: str, key: str) -> bool:
    """Whether looking a key up is no use: keys are ignored now, or were when this one came."""
    sql = (
        "SELECT 1 FROM arrival WHERE kind = 'post' AND channel = ? AND key = ? AND outcome = 'accepted'"
        " AND (SELECT key FROM post WHERE id = arrival.post) IS NULL LIMIT 1"
    )
    ignored = net.switches.of(handle).keys == "ignored"
    return ignored or (bool(key) and net.store.value(sql, handle, key) is not None)


def comments(net: Network, root: int, *, hidden: bool = True) -> list[sqlite3.Row]:
    """What is said under a post by now, oldest first."""
    sql = f"SELECT * FROM post WHERE root = ? AND {_VISIBLE} AND (? OR hidden_at IS NULL) ORDER BY at, id"
    return net.store.rows(sql, root, net.clock(), hidden)


async def edit(net: Network, handle: str, post: int, given: Mapping[str, Any]) -> None:
    """Replace a post's text and link. What people already had in mind about it stays."""
    row = get(net, post, of=handle)
    draft = draft_of(
        {"text": row["text"], "link": row["link"], **{k: given[k] for k in ("text", "link") if k in given}}
    )
    await unfold.of_posts(net, [post])
    name = channels.get(net, handle)["name"]
    values = (draft.text, draft.link, f"{draft.text} {name} {handle}".casefold(), net.clock(), post)
    sql = "UPDATE post SET text = ?, link = ?, folded = ?, edited_at = ? WHERE id = ?"
    await net.store.write(lambda db: db.execute(sql, values))


async def delete(net: Network, handle: str, post: int) -> None:
    """Take a post away, with everything under it; again is no error."""
    row = net.store.row("SELECT * FROM post WHERE id = ? AND author = ?", post, handle)
    if row is None:
        raise missing("post")
    sql = "UPDATE post SET deleted_at = ? WHERE (id = ? OR root = ?) AND deleted_at IS NULL"
    await net.store.write(lambda db: db.execute(sql, (net.clock(), post, post)))
