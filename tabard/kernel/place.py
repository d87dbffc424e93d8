"""Where a thing stands in the organisation: what permissions and scopes are decided by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Place:
    """A unit, and a channel in it if the thing belongs to one.

    `unit_path` is the ids from the root down, `/1/4/9/`, so that "is below" is "starts with".
    """

    unit_id: int
    unit_path: str
    channel_id: int | None = None


class Placed(Protocol):
    """Anything that an action can be done to."""

    pk: int | None

    def place(self) -> Place: ...
