"""What happens in a round that others may want to know."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class Waits(Event):
    """Sheets wait for a person: because they were asked, reminded (`days` left), or brought in."""

    person_id: int
    sheets: int
    round_id: int
    sheet_id: int
    days: int | None


@dataclass(frozen=True)
class RoundEnded(Event):
    """A round is over."""

    round_id: int
    unit_id: int
