"""What is carried: one delivery as the sender holds it, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tabard.access.vault import unseal
from tabard.connectors.base import Access, Media, Outgoing, Published
from tabard.connectors.card import Limits
from tabard.connectors.errors import ConnectorError, Expired, Later, Limited, Refused, Revoked
from tabard.posts.content import digest_of

# Waits between tries of what failed without having shown, in seconds; after the last a person is asked.
WAITS = (5, 15, 60, 300, 900)


@dataclass
class Carried:
    """A claimed delivery with all that its platform needs. `row` is the claim's; `files` its assets by id."""

    row: Mapping[str, Any]
    files: Mapping[int, Mapping[str, Any]]
    own: dict[str, Any] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict)
    armed: asyncio.Future[float | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> int:
        return int(self.row["id"])

    def access(self, keep: Any) -> Access:
        """The channel's key, opened. `Sealed` if the key of this set-up does not open it."""
        about = f"channel {self.row['channel_id']}"
        return Access(
            platform=self.row["platform_id"],
            base_url=self.row["base_url"],
            remote_id=self.row["remote_id"],
            handle=self.row["handle"],
            secret=unseal(self.row["secret"], about=about),
            session=unseal(self.row["session"], about=about),
            limits=Limits.from_data(self.row["limits"]),
            servers=self.row["servers"],
            keep=keep,
        )

    def outgoing(self) -> Outgoing:
        """The post as the connector takes it. Its time is the planned one: the same in every try."""
        content = self.row["content"]
        return Outgoing(
            key=str(self.row["key"]),
            text=content["text"],
            created_at=self.row["due_at"],
            media=tuple(self._media(m) for m in content["media"] if m["asset"] in self.files),
            link=content["link"],
            placement=content["placement"],
            language=content["language"],
            options=content["options"],
            own=self.own,
        )

    def _media(self, said: Mapping[str, Any]) -> Media:
        file = self.files[said["asset"]]

        async def load() -> bytes:
            return await asyncio.to_thread(_read, file["file"])

        return Media(
            key=str(said["asset"]),
            kind=file["kind"],
            mime=file["mime"],
            size=file["size"],
            load=load,
            alt=said["alt"],
            width=file["width"],
            height=file["height"],
            name=file["name"],
        )


def _read(name: str) -> bytes:
    with default_storage.open(name) as file:
        found: bytes = file.read()
    return found


@dataclass(frozen=True)
class Outcome:
    """What a delivery becomes. `outcome` is the attempt's one word, `said` the sentence for people."""

    state: str
    outcome: str
    said: str = ""
    code: str = ""
    published: Published | None = None
    next_at: datetime | None = None
    asks_person: bool = False
    revoked: bool = False


def sent(published: Published) -> Outcome:
    return Outcome("sent", "sent", published=published)


def not_fit(row: Mapping[str, Any]) -> Outcome | None:
    """Why a delivery may not leave in this moment, in the order that matters; None if it may."""
    if row["held"]:
        return Outcome("held", "held", _("A hold is in force for this channel."), "held", asks_person=True)
    if not row["approved"]:
        said = _("It was changed after it was approved. Ask for approval again.")
        return Outcome("failed", "refused", said, "not_approved", asks_person=True)
    if not row["granted"]:
        said = _("Whoever scheduled it may no longer publish here. Somebody who may must schedule it again.")
        return Outcome("failed", "refused", said, "not_granted", asks_person=True)
    if not row["in_use"]:
        return Outcome(
            "failed", "refused", _("The channel is no longer in use."), "retired", asks_person=True
        )
    if not row["connected"]:
        said = _("The channel is not connected. Connect it again, then send this.")
        return Outcome("failed", "refused", said, "not_connected", asks_person=True)
    if "content" in row and digest_of(row["content"]) != row["digest"]:
        said = _("What would go out is not what was approved.")
        return Outcome("failed", "refused", said, "digest", asks_person=True)
    return None


def failed(error: ConnectorError, now: datetime, tries: int) -> Outcome:
    """From a connector's error to what happens next; `Unsure` is not one of these."""
    said = _(error.says) % error.values if error.values else _(error.says)
    if isinstance(error, Refused):
        return Outcome("failed", "refused", said, error.code, asks_person=True)
    if isinstance(error, Revoked):
        return Outcome("failed", "revoked", said, error.code, asks_person=True, revoked=True)
    if isinstance(error, Limited):
        # A platform's own limit is no failure: it does not use up the patience.
        return Outcome("queued", "limited", said, error.code, next_at=error.until)
    if isinstance(error, (Later, Expired)):
        if tries > len(WAITS):
            return Outcome("failed", "gave_up", said, error.code, asks_person=True)
        wait = now + timedelta(seconds=WAITS[tries - 1])
        return Outcome("queued", "later", said, error.code, next_at=max(wait, error.until or wait))
    raise TypeError(f"no decision for {type(error).__name__}") from error


def unsure(said: str, code: str, now: datetime) -> Outcome:
    return Outcome("unsure", "unsure", said, code, next_at=now)
