"""What happens to people: told to whoever must act in the same moment."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class PersonLeft(Event):
    """Somebody left: their ways in are closed and what they held has gone to `to_id` (None: nobody there)."""

    person_id: int
    to_id: int | None
    departure_id: int


@dataclass(frozen=True)
class PersonReturned(Event):
    """Somebody who had left is here again, with nothing of what they had."""

    person_id: int


@dataclass(frozen=True)
class EmergencyAsked(Event):
    """Somebody asks for owner rights; the second person named must hear of it."""

    emergency_id: int


@dataclass(frozen=True)
class EmergencyBegan(Event):
    """Owner rights of an emergency hold: every owner must hear of it."""

    emergency_id: int


@dataclass(frozen=True)
class DirectoryTokenEnds(Event):
    """A token of a directory ends soon: without another one nobody tells us of who comes and leaves."""

    token_id: int


@dataclass(frozen=True)
class PersonMoved(Event):
    """Somebody belongs to another unit now."""

    person_id: int
    from_unit_id: int
    to_unit_id: int


@dataclass(frozen=True)
class PersonSuspended(Event):
    """Nothing opens for somebody until `until` (ISO text, UTC); what they hold stays theirs."""

    person_id: int
    until: str


@dataclass(frozen=True)
class PersonResumed(Event):
    """A suspension is over."""

    person_id: int


@dataclass(frozen=True)
class SecretChanged(Event):
    """A secret that somebody typed or was shown is another one, or opens nothing any more.

    `what` is `app`, `source` or `token`; `key` is its primary key as text.
    """

    what: str
    key: str
