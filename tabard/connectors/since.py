"""Where reading on begins in lists ordered by time: nothing twice, and nothing missed that comes late."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tabard.connectors.base import Message, Messages
from tabard.connectors.outcome import date_of

LATE = timedelta(minutes=10)  # by which something may come into a list after its time


@dataclass(frozen=True)
class Since:
    """The time of the newest that was told, and those hardly older, each with its time.

    What is told again with another time has changed, and is new.
    """

    newest: datetime | None = None
    seen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str) -> Since:
        """From what `cursor` gave; anything else begins anew."""
        try:
            found = json.loads(cursor)
            return cls(datetime.fromisoformat(found["at"]).astimezone(UTC), dict(found["seen"]))
        except (ValueError, TypeError, KeyError):
            return cls()

    @property
    def floor(self) -> datetime | None:
        """Nothing older than this is looked for; None if there was nothing yet."""
        return self.newest - LATE if self.newest else None

    def fresh(self, found: Iterable[Message]) -> Messages:
        """What of `found` was not told yet, oldest first, and where to go on."""
        floor = self.floor
        new = {
            each.remote_id: each
            for each in found
            if self.seen.get(each.remote_id) != each.at.isoformat() and (floor is None or each.at >= floor)
        }
        items = sorted(new.values(), key=lambda each: (each.at, each.remote_id))
        return Messages(tuple(items), self.cursor(items))

    def cursor(self, items: list[Message]) -> str:
        """What was seen is kept as long as it can come again."""
        at = max([each.at for each in items] + ([self.newest] if self.newest else []), default=None)
        if at is None:
            return ""
        every = {**self.seen, **{each.remote_id: each.at.isoformat() for each in items}}
        kept = {name: told for name, told in every.items() if told >= (at - LATE).isoformat()}
        return json.dumps({"at": at.isoformat(), "seen": kept})


def time_of(said: object) -> datetime | None:
    """A time as a platform writes it, in UTC; None if it is none."""
    at = date_of(str(said or ""))
    return at.astimezone(UTC) if at else None
