"""What happens to approvals, for the apps whose subjects they are."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class ApprovalEvent(Event):
    approval_id: int
    subject_kind: str
    subject_id: int
    group_id: int
    unit_id: int
    digest: str

    def live(self) -> list[str]:
        return [f"approval {self.approval_id} {self.unit_id}", f"post {self.group_id} {self.unit_id}"]


@dataclass(frozen=True)
class ApprovalAsked(ApprovalEvent):
    """Somebody asked for a yes."""


@dataclass(frozen=True)
class ApprovalGranted(ApprovalEvent):
    """The last step said yes to exactly this digest."""


@dataclass(frozen=True)
class ApprovalRefused(ApprovalEvent):
    """One step said no; it goes back with the comment."""


@dataclass(frozen=True)
class ApprovalVoided(ApprovalEvent):
    """What was approved, or waited for it, was changed."""
