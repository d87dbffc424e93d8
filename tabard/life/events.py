"""What happens at a channel's beginning and end."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class RequestMoved(Event):
    """Somebody asked for a channel, or somebody decided about it. `what` is the state it has now."""

    request_id: int
    unit_id: int
    what: str

    def live(self) -> list[str]:
        return [f"request {self.request_id} {self.unit_id}"]


@dataclass(frozen=True)
class RetirementMoved(Event):
    """A checklist was made, worked on, or is over."""

    retirement_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"retirement {self.retirement_id} {self.unit_id}"]


@dataclass(frozen=True)
class WorthDecided(Event):
    """Somebody decided whether a channel is needed. `what`: keep, merge or retire."""

    channel_id: int
    unit_id: int
    what: str

    def live(self) -> list[str]:
        return [f"channel {self.channel_id} {self.unit_id}"]


@dataclass(frozen=True)
class PlatformChangeMoved(Event):
    """What a platform announces was written down, given to somebody, or is over."""

    platform_change_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"change {self.platform_change_id} {self.unit_id}"]


@dataclass(frozen=True)
class ChannelCompared(Event):
    """The platform of a channel was asked how it looks there, and answered or not."""

    channel_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"channel {self.channel_id} {self.unit_id}"]
