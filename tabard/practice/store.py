"""Where Practice keeps everything: one SQLite database with one writer that commits in batches.

Times are seconds since 1970, as floats. A change is a plain function of the connection; what it returns is
handed back once it is on disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Change = Callable[[sqlite3.Connection], T]

WINDOW = 0.004  # seconds in which changes share one commit

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS channel (
  handle TEXT PRIMARY KEY, name TEXT NOT NULL, about TEXT NOT NULL, language TEXT NOT NULL, url TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE, created_at REAL NOT NULL, posts INTEGER NOT NULL DEFAULT 0,
  last_at REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS post (
  id INTEGER PRIMARY KEY AUTOINCREMENT, author TEXT NOT NULL, by_channel INTEGER NOT NULL, text TEXT NOT NULL,
  folded TEXT NOT NULL, link TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', at REAL NOT NULL,
  reply_to INTEGER, root INTEGER, owner TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL DEFAULT 0,
  unfolded INTEGER NOT NULL DEFAULT 0, key TEXT, marker TEXT,
  edited_at REAL, deleted_at REAL, hidden_at REAL);
CREATE INDEX IF NOT EXISTS post_front ON post (at) WHERE reply_to IS NULL;
CREATE INDEX IF NOT EXISTS post_author ON post (author, at);
CREATE INDEX IF NOT EXISTS post_root ON post (root, at) WHERE root IS NOT NULL;
CREATE INDEX IF NOT EXISTS post_owner ON post (owner, at) WHERE owner != '';
CREATE INDEX IF NOT EXISTS post_key ON post (author, key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS post_marker ON post (author, marker) WHERE marker IS NOT NULL;
CREATE INDEX IF NOT EXISTS post_folding ON post (author, id) WHERE unfolded = 0;
CREATE TABLE IF NOT EXISTS mention (
  post INTEGER NOT NULL, handle TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (handle, at, post)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS liked (
  id INTEGER PRIMARY KEY AUTOINCREMENT, post INTEGER NOT NULL, handle TEXT NOT NULL, owner TEXT NOT NULL,
  at REAL NOT NULL, UNIQUE (post, handle));
CREATE INDEX IF NOT EXISTS liked_owner ON liked (owner, at);
CREATE TABLE IF NOT EXISTS message (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, person TEXT NOT NULL,
  outgoing INTEGER NOT NULL, text TEXT NOT NULL, at REAL NOT NULL, about INTEGER, key TEXT);
CREATE INDEX IF NOT EXISTS message_channel ON message (channel, at);
CREATE INDEX IF NOT EXISTS message_thread ON message (channel, person, at);
CREATE INDEX IF NOT EXISTS message_key ON message (channel, key) WHERE key IS NOT NULL;
CREATE TABLE IF NOT EXISTS media (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, mime TEXT NOT NULL, width INTEGER NOT NULL,
  height INTEGER NOT NULL, body BLOB NOT NULL, alt TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS shown (
  post INTEGER NOT NULL, position INTEGER NOT NULL, media INTEGER NOT NULL, alt TEXT NOT NULL,
  PRIMARY KEY (post, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS arrival (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, channel TEXT NOT NULL, key TEXT, marker TEXT,
  text TEXT NOT NULL, outcome TEXT NOT NULL, answered INTEGER NOT NULL, post INTEGER,
  received_at REAL NOT NULL, received_mono REAL NOT NULL, accepted_at REAL, accepted_mono REAL);
CREATE INDEX IF NOT EXISTS arrival_key ON arrival (channel, key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS arrival_received ON arrival (received_at);
CREATE TABLE IF NOT EXISTS administrator (
  channel TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, role TEXT NOT NULL,
  since REAL NOT NULL, PRIMARY KEY (channel, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocked (
  channel TEXT NOT NULL, handle TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (channel, handle)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS switch (
  channel TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (channel, name)) WITHOUT ROWID;
"""


def _open(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    # WAL with NORMAL: a commit survives the death of this process at any instant; fsync only at checkpoints.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


class Store:
    """The database. Without a path it lives in memory, and every change is committed on the spot."""

    def __init__(self, path: Path | None) -> None:
        self._shared = path is None
        self._writing = _open(path)
        self._writing.executescript(SCHEMA)
        self._reading = self._writing if path is None else _open(path)
        if path is not None:
            self._reading.execute("PRAGMA query_only = ON")
        self._due: asyncio.Future[None] | None = None

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a query over what is committed. Values by place, or one dict by name."""
        named = len(values) == 1 and isinstance(values[0], dict)
        return self._reading.execute(sql, values[0] if named else values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._reading.execute(sql, values).fetchone()
        return found

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, *values)
        return found[0] if found else None

    async def write(self, change: Change[T]) -> T:
        """Make a change, all of it or nothing, and return when it is committed."""
        if self._shared:
            return self.write_now(change)
        due = self._commit_soon()
        result = self._apply(change)
        await asyncio.shield(due)  # one caller going away must not take the others' commit along
        return result

    def write_now(self, change: Change[T]) -> T:
        """Make a change and commit it at once, together with whatever waited for its commit."""
        try:
            return self._apply(change)
        finally:
            self._commit()

    def close(self) -> None:
        self._commit()
        self._reading.close()
        self._writing.close()

    def _apply(self, change: Change[T]) -> T:
        if not self._writing.in_transaction:
            self._writing.execute("BEGIN IMMEDIATE")
        self._writing.execute("SAVEPOINT change")
        try:
            result = change(self._writing)
        except BaseException:
            self._writing.execute("ROLLBACK TO change")
            self._writing.execute("RELEASE change")
            raise
        self._writing.execute("RELEASE change")
        return result

    def _commit_soon(self) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        if self._due is not None and self._due.get_loop() is not loop:
            self._commit()  # a loop that is gone will not do it
        if self._due is None:
            self._due = loop.create_future()
            loop.call_later(WINDOW, self._commit)
        return self._due

    def _commit(self) -> None:
        due, self._due = self._due, None
        try:
            if self._writing.in_transaction:
                self._writing.execute("COMMIT")
        except sqlite3.Error as error:
            if self._writing.in_transaction:
                self._writing.execute("ROLLBACK")
            if due is None:
                raise
            due.set_exception(error)
        else:
            if due is not None and not due.get_loop().is_closed():
                due.set_result(None)
