"""What is left outside about a head of the chain, and what a place for it can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tabard.audit.chain import keys

# Batch number, digest in hex, and where that was kept.
Head = tuple[int, str, str]


@dataclass(frozen=True)
class Note:
    """What is left outside about one head."""

    mark: str
    number: int
    last_entry: int
    digest: str
    sealed_at: str

    @property
    def name(self) -> str:
        """A name of its own for each head, so that none is written over another."""
        return f"tabard-audit-{self.mark[:8]}-{self.number:010d}-{self.digest[:12]}"

    def plain(self) -> dict[str, object]:
        """As JSON has it, with a signature over the other fields."""
        told = f"{self.mark} {self.number} {self.last_entry} {self.digest} {self.sealed_at}"
        return {
            "log": self.mark,
            "batch": self.number,
            "last_entry": self.last_entry,
            "head": self.digest,
            "sealed_at": self.sealed_at,
            "signed": told,
            **keys.signed(told.encode()),
        }


class Place(Protocol):
    """Somewhere outside. All raise OSError (or a child of it) with a sentence when it does not work."""

    name: str

    def leave(self, note: Note) -> tuple[str, bytes]:
        """Leave one head there; where exactly, and the proof if the place gives one."""

    def heads(self, mark: str) -> list[Head]:
        """What can be read back from there about the log called `mark`."""

    def examine(self) -> str:
        """Try it without leaving a head; says what it is."""
