"""What happens to posts, as publishing and the screens need to know it."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class PostChanged(Event):
    """Text, pictures, channels or time of a post changed."""

    post_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"post {self.post_id} {self.unit_id}"]


@dataclass(frozen=True)
class VariantEvent(Event):
    variant_id: int
    post_id: int
    channel_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"post {self.post_id} {self.unit_id}"]


@dataclass(frozen=True)
class VariantScheduled(VariantEvent):
    """The variant shall go out at `due_at` (ISO, UTC) in the name of person `by`; also when only moved."""

    due_at: str
    by: int | None


@dataclass(frozen=True)
class VariantPutAway(VariantEvent):
    """It has gone out, and its post was put away: what has not gone out of it yet shall not."""


@dataclass(frozen=True)
class VariantUnscheduled(VariantEvent):
    """It shall not go out after all: changed, taken back, withdrawn or deleted. `why` is one word."""

    why: str
