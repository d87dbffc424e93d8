"""Who acts: a person, a person's API token, a stakeholder's link, a named job, or the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext, gettext_noop

COMMAND_LINE = gettext_noop("command line")
Kind = Literal["person", "token", "job", "link", "command"]
Via = Literal["screen", "api", "cli", "job"]


@dataclass(eq=False)
class Actor:
    """The one on whose behalf something is read or written; always the first argument, never a global."""

    kind: Kind
    name: str
    via: Via
    person_id: int | None = None
    # The most this actor may do: a token's or job's permissions. None means whatever the person may.
    allowed: frozenset[str] | None = None
    # Where it comes from: the token's name, the job, the address of the session.
    origin: str = ""
    # When they last showed that it is them: by signing in, or by their second factor since. None: never.
    proved_at: datetime | None = None
    # The session a person acts from.
    session_id: int | None = None
    # The token a program acts by.
    token_id: int | None = None
    # A token that was made for dangerous acts, by somebody who had just shown that it is them.
    dangerous: bool = False
    # Grants and the like, looked up once per request. An actor never outlives a request or a job.
    known: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def everywhere(self) -> bool:
        """Jobs and the command line act on the whole organisation, within `allowed`."""
        return self.kind in {"job", "command"}

    def __str__(self) -> str:
        return self.name


def job(name: str, *permissions: str) -> Actor:
    """The actor of a job: it may do exactly these, on everything."""
    return Actor(kind="job", name=name, via="job", allowed=frozenset(permissions), origin=name)


def command_line() -> Actor:
    """Whoever runs `tabard` on the machine itself, with the keys to the database in hand."""
    return Actor(kind="command", name=COMMAND_LINE, via="cli", origin="cli")


def known_as(name: str) -> str:
    """The name of an actor as it was kept, for the reader: the command line in their own language."""
    return gettext(name) if name == COMMAND_LINE else name
