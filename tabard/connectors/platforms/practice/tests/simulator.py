"""The Practice network itself, in memory: no imitation can disagree with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from tabard.connectors.base import Access
from tabard.connectors.card import Act
from tabard.connectors.stage import LIMITED, REVOKED, Shown, Stage
from tabard.practice import unfold
from tabard.practice.app import create_app
from tabard.practice.inside import BASE, Inside
from tabard.practice.switches import Limit

HANDLE = "tabard_town"
IGNORED = "keys_ignored"  # the network neither honours nor keeps our keys
UNTOLD = "admins_untold"  # the network keeps to itself who administers the channel


@dataclass
class PracticeStage(Stage):
    """One channel, @tabard_town, on practice.test. The network's clock is the stage's."""

    app: Any = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(clock=lambda: self.now.timestamp())
        self.net = self.app.state.network
        from tabard.practice import channels

        row = channels.wanted(self.net, {"handle": HANDLE, "name": "Town of Tabard"})
        self.net.store.write_now(lambda db: channels.insert(db, row, self.now.timestamp()))
        self.token = row["token"]
        self.inside = Inside(self.app)

    def access(self) -> Access:
        return Access("practice", BASE, HANDLE, HANDLE, {"token": self.token})

    def fields(self) -> Mapping[str, str]:
        return {"server": BASE, "token": self.token}

    def shown(self) -> list[Shown]:
        rows = self.net.store.rows(
            "SELECT * FROM post WHERE author = ? AND deleted_at IS NULL ORDER BY id", HANDLE
        )
        return [
            Shown(str(row["id"]), row["text"], self._alts(row["id"]), str(row["reply_to"] or ""))
            for row in rows
        ]

    def _alts(self, post: int) -> tuple[str, ...]:
        rows = self.net.store.rows("SELECT alt FROM shown WHERE post = ? ORDER BY position", post)
        return tuple(row["alt"] for row in rows)

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=1)
        at, person = self.now.timestamp(), self.somebody()
        self.now += timedelta(seconds=1)

        def change(db: Any) -> int:
            if reply_to:
                return unfold.said(self.net, db, person, text, at, int(reply_to), int(reply_to), HANDLE)
            post = unfold.said(self.net, db, person, f"{text} @{HANDLE}", at)
            unfold.mention(db, post, HANDLE, at)
            return post

        return str(self.net.store.write_now(change))

    def said_for(self, act: Act) -> str:
        """A comment: of a mention nothing but a like and the blocking of its author is taken."""
        from tabard.practice import posts

        row = self.net.store.row("SELECT * FROM channel WHERE handle = ?", HANDLE)
        draft, at = posts.draft_of({"text": f"Our own: {act}"}), self.now.timestamp()
        post = self.net.store.write_now(lambda db: posts.insert(db, row, draft, at))
        return self.say(f"Look at this: {act}", reply_to=str(post))

    def somebody(self) -> str:
        """Who may still speak to the channel."""
        blocked = {row["handle"] for row in self.net.store.rows("SELECT handle FROM blocked")}
        return next(person for person in self.net.people if person not in blocked)

    def acted(self, message: str) -> frozenset[str]:
        post = self.net.store.row("SELECT * FROM post WHERE id = ?", int(message))
        value = self.net.store.value
        found = {
            "hide": post["hidden_at"],
            "delete": post["deleted_at"],
            "like": value("SELECT 1 FROM liked WHERE post = ? AND handle = ?", post["id"], HANDLE),
            "block": value("SELECT 1 FROM blocked WHERE channel = ? AND handle = ?", HANDLE, post["author"]),
        }
        return frozenset(act for act, holds in found.items() if holds)

    def write(self, text: str) -> str:
        """Somebody writes to the channel in private; gives the message's remote id."""
        person, at = self.somebody(), self.now.timestamp()
        self.now += timedelta(seconds=1)
        number = self.net.store.write_now(lambda db: unfold.write_to(db, HANDLE, person, text, at))
        return f"message-{number}"

    def let_in(self, name: str, email: str) -> str:
        who, at = name.split()[0].lower(), self.now.timestamp()
        sql = "INSERT INTO administrator VALUES (?, ?, ?, ?, 'admin', ?)"
        self.net.store.write_now(lambda db: db.execute(sql, (HANDLE, who, name, email, at)))
        return who

    def shows(self, request: httpx.Request) -> bool:
        return request.method == "POST" and request.url.path in {"/api/posts", "/api/messages"}

    async def route(self, request: httpx.Request) -> httpx.Response:
        limit = Limit(1, 60) if LIMITED in self.on else None
        if limit and not self.net.switches.of(HANDLE).limit:
            self.net.switches.spend(HANDLE, limit, self.now.timestamp())
        values = {
            "revoked": REVOKED in self.on,
            "limit": {"n": 1, "seconds": 60} if limit else None,
            "keys": "ignored" if IGNORED in self.on else None,
            "admins": "untold" if UNTOLD in self.on else None,
        }
        await self.net.switches.turn(HANDLE, values)
        response = await self.inside.handle_async_request(request)
        await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)
