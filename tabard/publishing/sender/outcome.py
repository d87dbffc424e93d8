"""What a delivery becomes, and why: every decision of the sender is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from tabard.connectors.base import Published
from tabard.connectors.errors import ConnectorError, Later, Limited, Refused, Revoked, Unsure
from tabard.kernel.sentences import Facts, plain_facts
from tabard.posts.content import digest_of

# Waits between tries of what failed without having shown, in seconds; after the last a person is asked.
WAITS = (5, 15, 60, 300, 900)


@dataclass(frozen=True)
class Outcome:
    """What a delivery becomes. `outcome` is the attempt's one word, `said` with `facts` the sentence for
    people, which is translated when somebody reads it.

    `found`: it answers for a delivery that was unsure, from asking the platform.
    """

    state: str
    outcome: str
    said: str = ""
    code: str = ""
    published: Published | None = None
    next_at: datetime | None = None
    asks_person: bool = False
    found: bool = False
    facts: Facts = field(default_factory=dict)

    @property
    def revoked(self) -> bool:
        return self.outcome == "revoked"


def not_fit(row: Mapping[str, Any]) -> Outcome | None:
    """Why a delivery may not leave in this moment, in the order that matters; None if it may.

    Held is what somebody may let go later as it is; failed is what must be changed or scheduled again.
    """
    if row["held"]:
        return _stopped("held", "held", _("A hold is in force for this channel."))
    if not row["approved"] or ("content" in row and digest_of(row["content"]) != row["digest"]):
        return _stopped("failed", "not_approved", _("What would go out is not what was approved."))
    if not row["answers"]:
        said = _("Tabard does not know which post this is to answer: it is gone, or was found by hand.")
        return _stopped("failed", "no_before", said)
    if not row["granted"]:
        said = _("Whoever scheduled it may no longer publish here. Somebody who may must send it.")
        return _stopped("failed", "not_granted", said)
    if not row["in_use"]:
        return _stopped("failed", "retired", _("The channel is no longer in use."))
    if not row["connected"]:
        said = _("The channel is not connected. Connect it, then decide what still goes out.")
        return _stopped("held", "not_connected", said)
    return None


def _stopped(state: str, code: str, said: str) -> Outcome:
    return Outcome(state, "stopped", said, code, asks_person=True)


def sent(published: Published) -> Outcome:
    return Outcome("sent", "sent", published=published)


def unsure(said: str, code: str, now: datetime, facts: Facts | None = None) -> Outcome:
    return Outcome("unsure", "unsure", said, code, next_at=now, facts=facts or {})


def fault(said: str, *, armed: bool, now: datetime) -> Outcome:
    """A fault of ours: visible, and never sent again by itself."""
    return (
        unsure(said, "fault", now) if armed else Outcome("failed", "fault", said, "fault", asks_person=True)
    )


def from_error(error: ConnectorError, now: datetime, tries: int) -> Outcome:
    """From a connector's error to what happens next."""
    said, facts = error.says, plain_facts(error.values)
    if isinstance(error, Unsure):
        return unsure(said, error.code, now, facts)
    if isinstance(error, Refused):
        return Outcome("failed", "refused", said, error.code, asks_person=True, facts=facts)
    if isinstance(error, Revoked):
        code = "scope" if error.code == "scope" else "revoked"
        return Outcome("failed", "revoked", said, code, asks_person=True, facts=facts)
    if isinstance(error, Limited):
        # A platform's own limit is no failure: it does not use up the patience.
        return Outcome("queued", "limited", said, error.code, next_at=error.until, facts=facts)
    if tries > len(WAITS):
        return Outcome("failed", "gave_up", said, error.code, asks_person=True, facts=facts)
    wait = now + timedelta(seconds=WAITS[tries - 1])
    return Outcome("queued", "later", said, error.code, next_at=max(wait, error.until or wait), facts=facts)


def nothing_shown(error: ConnectorError) -> ConnectorError:
    """While preparing nothing can have shown, whatever the platform left open."""
    if not isinstance(error, Unsure):
        return error
    later = Later(error.says, code=error.code, raw=error.raw, state=error.state)
    later.values = error.values
    return later
