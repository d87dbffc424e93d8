"""What becomes of the rows of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tabard.org.models import Unit

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


@dataclass
class Row:
    """What becomes of one row. `changes`: field to before and after; `why`: sentences of a refusal."""

    number: int
    outcome: str
    label: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    thing: Any = None

    def as_data(self) -> dict[str, Any]:
        return {
            "row": self.number,
            "outcome": self.outcome,
            "label": self.label,
            "changes": self.changes,
            "why": self.why,
        }


@dataclass
class Plan:
    kind: str
    rows: list[Row] = field(default_factory=list)
    # Units that rows need above them and that no row is about.
    between: list[Unit] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.outcome for row in self.rows)
        return {name: counted.get(name, 0) for name in (NEW, CHANGED, SAME, REFUSED)}

    def things(self, outcome: str) -> list[Row]:
        return [row for row in self.rows if row.outcome == outcome]
