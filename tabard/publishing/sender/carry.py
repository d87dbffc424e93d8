"""What is carried: one delivery as the sender holds it, and the way it takes through its connector."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tabard.connectors.base import Access, Media, Outgoing
from tabard.connectors.registry import card
from tabard.connectors.telling import Left, left_of
from tabard.kernel import clock
from tabard.posts.content import parts_of
from tabard.publishing.kept import gone, media_of
from tabard.publishing.lending import lend
from tabard.register.links import opened

Keep = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass
class Carried:
    """A claimed delivery with all that its platform needs. `row` is the claim's; `files` its assets by id.

    `armed` becomes the moment (monotonic) until which the call that shows may leave, or None if it may not.
    `left` is set when that call is out, or will never be. `told` is what the platform said is left of its
    budgets.
    """

    row: Mapping[str, Any]
    files: Mapping[int, Mapping[str, Any]]
    own: dict[str, Any] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict)
    armed: asyncio.Future[float | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    left: asyncio.Event = field(default_factory=asyncio.Event)
    told: dict[str, Left] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def channel(self) -> int:
        return int(self.row["channel_id"])

    @property
    def may_have_left(self) -> bool:
        return self.armed.done() and not self.armed.cancelled() and self.armed.result() is not None

    def hear(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Listen to an answer's headers."""
        budgets = card(self.row["platform_id"]).budgets
        self.told |= left_of(budgets, method, path, headers, clock.now())

    def access(self, keep: Keep) -> Access:
        """The channel's key, opened. `Sealed` if the key of this set-up does not open it."""
        return replace(opened(self.channel, self.row, keep), lend=lend)

    def outgoing(self) -> Outgoing:
        """The post as the connector takes it. Its time is the planned one: the same in every try."""
        content = parts_of(self.row["content"])[self.row["part"]]
        return Outgoing(
            key=str(self.row["key"]),
            text=content["text"],
            created_at=self.row["due_at"],
            media=tuple(self._media(each, content["placement"]) for each in content["media"]),
            link=content["link"],
            reply_to=self.row["reply_to"] or "",
            placement=content["placement"],
            language=content["language"],
            options=content["options"],
            own=self.own,
        )

    def _media(self, said: Mapping[str, Any], placement: str) -> Media:
        row = self.files.get(said["asset"])
        if row is None:
            raise gone(said["name"])
        place = card(self.row["platform_id"]).placement(placement)
        return media_of(row, said, place.taken_as(row["kind"]))
