"""What a verification says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal[
    "edited",
    "deleted",
    "inserted",
    "reordered",
    "seal",
    "missing",
    "truncated",
    "rewritten",
    "erased",
    "stopped",
]
MOST = 1_000  # faults that are told one by one


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was sealed: where, and what is known of it."""

    kind: Kind
    text: str
    batch: int | None = None
    entry: int | None = None


@dataclass
class Report:
    """Everything a verification found. Times in seconds; `unsealed` are entries after the last seal."""

    batches: int = 0
    removed: int = 0
    entries: int = 0
    erased: int = 0
    unsealed: int = 0
    anchors: int = 0
    head: str = ""
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    unknown_keys: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: int = 0

    @property
    def sound(self) -> bool:
        return not self.faults

    def add(self, kind: Kind, text: str, *, batch: int | None = None, entry: int | None = None) -> None:
        """Tell one fault; beyond `MOST` they are only counted."""
        if len(self.faults) < MOST:
            self.faults.append(Fault(kind, text, batch, entry))
        else:
            self.more += 1

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"sound": self.sound, **asdict(self)}
