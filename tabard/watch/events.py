"""What happens to accounts that nobody told us about."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class SightingMoved(Event):
    """Somebody decided about a sighting or took that back (`decision` is empty), or it became a channel."""

    sighting_id: int
    unit_id: int
    decision: str

    def live(self) -> list[str]:
        return [f"sighting {self.sighting_id} {self.unit_id}"]


@dataclass(frozen=True)
class SightingsRecorded(Event):
    """Somebody recorded accounts. `returned`: decided before, and seen again."""

    unit_id: int
    returned: list[int]

    def live(self) -> list[str]:
        return [f"sightings {self.unit_id} {self.unit_id}"]


@dataclass(frozen=True)
class CaseMoved(Event):
    """Something was done in a case. `what` is the kind of turn; `person_id` whose case it is now."""

    case_id: int
    unit_id: int
    what: str
    person_id: int | None

    def live(self) -> list[str]:
        return [f"case {self.case_id} {self.unit_id}"]
