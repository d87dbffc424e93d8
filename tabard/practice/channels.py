"""Channels: who has registered to speak here, with which token."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

from .network import Network
from .people.plan import follows
from .problems import Problem, invalid, missing

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,38}[a-z0-9])?")
RESERVED = {"api", "static", "media", "avatar", "search", "switches", "join", "health"}


def text_of(given: Mapping[str, Any], name: str, longest: int, *, needed: bool = False) -> str:
    """A text field of a request, trimmed. Problem if it is none, too long, or cannot be written down."""
    value = given.get(name, "")
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise invalid(name, f"{name} is a text.")
    value = value.strip()
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise invalid(name, f"{name} has halves of characters in it.") from error
    if "\x00" in value:
        raise invalid(name, f"{name} has a zero byte in it.")
    if len(value) > longest:
        raise invalid(name, f"{name} has {len(value)} characters; at most {longest} fit.")
    if needed and not value:
        raise invalid(name, f"{name} is missing.")
    return value


def link_of(given: Mapping[str, Any], name: str) -> str:
    """A web address of a request, or nothing."""
    link = text_of(given, name, 2000)
    if link and not re.fullmatch(r"https?://[^\s<>\"]+\.?[^\s<>\"]*", link):
        raise invalid(name, f"{name} is no web address.")
    return link


def wanted(net: Network, given: Mapping[str, Any]) -> dict[str, str]:
    """A new channel's row from a request; Problem if it cannot be had."""
    handle = text_of(given, "handle", 40, needed=True).lower()
    if not _HANDLE.fullmatch(handle):
        raise invalid("handle", "A handle has 1 to 40 letters a to z, digits, and . _ - inside.")
    if handle in RESERVED or handle in net.people:
        raise Problem(409, "handle_taken", f"@{handle} is somebody else.", field="handle")
    return {
        "handle": handle,
        "name": text_of(given, "name", 80, needed=True),
        "about": text_of(given, "about", 300),
        "language": text_of(given, "language", 12),
        "url": link_of(given, "url"),
        "token": secrets.token_urlsafe(24),
    }


def insert(db: sqlite3.Connection, row: Mapping[str, str], now: float) -> bool:
    """Put a channel in; False if the handle is taken."""
    done = db.execute(
        "INSERT OR IGNORE INTO channel (handle, name, about, language, url, token, created_at)"
        " VALUES (:handle, :name, :about, :language, :url, :token, :now)",
        {**row, "now": now},
    )
    return done.rowcount == 1


async def register(net: Network, given: Mapping[str, Any]) -> sqlite3.Row:
    """Make a channel. Its token is in the row, and shown to nobody later."""
    row = wanted(net, given)
    if not await net.store.write(lambda db: insert(db, row, net.clock())):
        raise Problem(409, "handle_taken", f"@{row['handle']} is somebody else.", field="handle")
    return get(net, row["handle"])


async def new_token(net: Network, handle: str) -> str:
    """A fresh token for a channel: the old one ends, and with it the channel's own `revoked` switch."""
    get(net, handle)
    token = secrets.token_urlsafe(24)
    await net.store.write(
        lambda db: db.execute("UPDATE channel SET token = ? WHERE handle = ?", (token, handle))
    )
    await net.switches.turn(handle, {"revoked": None})
    return token


def get(net: Network, handle: str) -> sqlite3.Row:
    """The channel of a handle; Problem 404 if there is none."""
    found = find(net, handle)
    if found is None:
        raise missing("channel")
    return found


def find(net: Network, handle: str) -> sqlite3.Row | None:
    return net.store.row("SELECT * FROM channel WHERE handle = ?", handle)


def of_token(net: Network, token: str) -> sqlite3.Row | None:
    """Whose token this is."""
    return net.store.row("SELECT * FROM channel WHERE token = ?", token) if token else None


def counts(net: Network, handle: str) -> dict[str, int]:
    """What a channel has gathered by now."""
    now = net.clock()
    posts = net.store.value(
        "SELECT count(*) FROM post WHERE author = ? AND at <= ? AND reply_to IS NULL AND deleted_at IS NULL",
        handle,
        now,
    )
    likes = net.store.value("SELECT count(*) FROM liked WHERE owner = ? AND at <= ?", handle, now)
    comments = net.store.value(
        "SELECT count(*) FROM post WHERE owner = ? AND at <= ? AND deleted_at IS NULL AND hidden_at IS NULL",
        handle,
        now,
    )
    followers = len(follows(net.seed, handle, posts))
    return {"followers": followers, "posts": posts, "likes": likes, "comments": comments}
