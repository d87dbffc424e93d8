"""What happens to the register."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class ChannelChanged(Event):
    """A channel was added, changed, connected, checked or moved. `what` is the action's last word."""

    channel_id: int
    unit_id: int
    what: str

    def live(self) -> list[str]:
        return [f"channel {self.channel_id} {self.unit_id}"]


@dataclass(frozen=True)
class ChannelConnected(Event):
    """A channel can publish again: what waited for it may go on."""

    channel_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"channel {self.channel_id} {self.unit_id}"]


@dataclass(frozen=True)
class ChannelsAttested(Event):
    """Somebody has put their name to channels that nobody had answered for."""

    channel_ids: list[int]


@dataclass(frozen=True)
class ChannelsUnattested(Event):
    """Nobody answered for these channels in an attestation; `held`: nothing shall be published on them."""

    channel_ids: list[int]
    held: bool


@dataclass(frozen=True)
class ImportMoved(Event):
    """An import has been checked, written, or has failed."""

    import_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"import {self.import_id} {self.unit_id}"]
