"""Who listens, and what waits to be told to each: plain memory, no database, no network."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

MOST_WAITING = 500  # names per listener; beyond it only "look again" is left, which says as much
AGAIN = "again"


@dataclass(frozen=True)
class Visitor:
    """Whom a session belongs to, and what may be named to them. `units` None: everything."""

    session: str
    person_id: int
    units: frozenset[int] | None

    def sees(self, unit: int | None) -> bool:
        """Whether a change in this unit may be named to them."""
        return unit is None or self.units is None or unit in self.units


@dataclass(eq=False)
class Line:
    """One open screen: names wait here until its connection takes them, each once."""

    visitor: Visitor
    waiting: dict[str, None] = field(default_factory=dict)
    again: bool = False
    ended: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, name: str) -> None:
        """Let a name wait. A screen that reads too slowly is told to look at everything again instead."""
        if self.again:
            return
        if len(self.waiting) >= MOST_WAITING:
            self.look_again()
            return
        self.waiting[name] = None
        self.news.set()

    def look_again(self) -> None:
        """Something may have been missed."""
        self.waiting.clear()
        self.again = True
        self.news.set()

    def end(self) -> None:
        """The session is over: cut the line."""
        self.ended = True
        self.news.set()

    def take(self) -> bytes:
        """What waits, as server-sent events."""
        self.news.clear()
        if self.again:
            self.again = False
            return b"event: again\ndata:\n\n"
        names, self.waiting = self.waiting, {}
        if not names:
            return b""
        return b"".join(b"data: " + name.encode() + b"\n" for name in names) + b"\n"


class Lines:
    """All open screens of this process."""

    def __init__(self) -> None:
        self._open: set[Line] = set()

    def __len__(self) -> int:
        return len(self._open)

    def open(self, visitor: Visitor) -> Line:
        """A new screen listens."""
        line = Line(visitor)
        self._open.add(line)
        return line

    def of(self, person_id: int) -> int:
        """How many screens of one person listen."""
        return sum(line.visitor.person_id == person_id for line in self._open)

    def close(self, line: Line) -> None:
        """A screen has gone."""
        self._open.discard(line)

    def tell(self, payload: str) -> None:
        """Pass a change on to everyone who may hear of it. `payload`: `kind id [unit]`, as events say."""
        kind, _, rest = payload.partition(" ")
        number, _, unit = rest.partition(" ")
        name = f"{kind} {number}".strip()
        where = int(unit) if unit.isdigit() else None
        for line in self._open:
            if line.visitor.sees(where):
                line.tell(name)

    def look_again(self) -> None:
        """The database was away: everybody may have missed something."""
        for line in self._open:
            line.look_again()

    def sessions(self, person_id: int | None = None) -> set[str]:
        """The sessions behind all open screens, or behind those of one person."""
        here = [line.visitor for line in self._open]
        return {v.session for v in here if person_id is None or v.person_id == person_id}

    def renew(self, session: str, visitor: Visitor | None) -> None:
        """What a session may hear now; None: it is over."""
        for line in self._open:
            if line.visitor.session != session:
                continue
            if visitor is None:
                line.end()
            else:
                line.visitor = visitor
