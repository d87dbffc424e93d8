"""What happens to deliveries and holds, for screens and the apps above."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class DeliveryChanged(Event):
    """A delivery moved to another state."""

    delivery_id: int
    post_id: int
    channel_id: int
    unit_id: int
    state: str

    def live(self) -> list[str]:
        return [f"delivery {self.delivery_id} {self.unit_id}", f"post {self.post_id} {self.unit_id}"]


@dataclass(frozen=True)
class HoldChanged(Event):
    """A hold was pressed or lifted."""

    hold_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"hold {self.hold_id} {self.unit_id}"]
