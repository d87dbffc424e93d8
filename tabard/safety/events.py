"""What happens to shared credentials."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class EmergencyDeclared(Event):
    """Somebody took a credential in an emergency: whoever keeps it is to be told."""

    check_out_id: int
    credential_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"credential {self.credential_id} {self.unit_id}"]
