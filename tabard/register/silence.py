"""After how long without a post a channel is silent, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tabard.kernel import text
from tabard.org.models import Policy, Unit
from tabard.org.rules import MATTERS, days_said
from tabard.register.platforms import platforms

DAYS, BY_LINE = "silent_days", "silent_days_for"


@dataclass(frozen=True)
class After:
    """So many days; `words`: those of the line that counts; `unit`: who says so, "" for our own default."""

    days: int
    words: str = ""
    unit: str = ""

    @property
    def reason(self) -> tuple[str, dict[str, str]]:
        """As a reason of a finding."""
        known = {"days": str(self.days)}
        if not self.unit:
            return "silent_by_default", known
        if not self.words:
            return "silent_by_policy", {**known, "unit": self.unit}
        return "silent_by_line", {**known, "unit": self.unit, "words": self.words}


@dataclass(frozen=True)
class Said:
    """What one unit says: for all its channels, and by lines of words."""

    unit: str
    days: int | None = None
    lines: tuple[tuple[frozenset[str], int, str], ...] = ()

    def of(self, words: frozenset[str]) -> After | None:
        """Its word on a channel of these words: the line that says most of it, else what holds for all."""
        fitting = [line for line in self.lines if line[0] <= words]
        if fitting:
            _said, days, typed = min(fitting, key=lambda line: (-len(line[0]), line[1]))
            return After(days, typed, self.unit)
        return After(self.days, "", self.unit) if self.days else None


@dataclass(frozen=True)
class Silence:
    """All that is said, by unit, each with the ids of the units from the root down to it."""

    said: Mapping[int, Said] = field(default_factory=dict)
    lines: Mapping[int, list[int]] = field(default_factory=dict)

    def after(self, row: Mapping[str, Any]) -> After:
        """What holds for a channel: the root replaces our default, units below can only say fewer days."""
        words = _words(row["platform_id"], row["purpose"])
        found = After(int(MATTERS[DAYS].default))
        for place, unit in enumerate(self.lines.get(row["unit_id"], ())):
            here = self.said[unit].of(words) if unit in self.said else None
            if here is not None and (place == 0 or here.days < found.days):
                found = here
        return found


def silence() -> Silence:
    """As it is said now. Two queries."""
    kept: dict[int, dict[str, Any]] = {}
    for unit, matter, value in Policy.objects.filter(matter__in=(DAYS, BY_LINE)).values_list(
        "unit", "matter", "value"
    ):
        kept.setdefault(unit, {})[matter] = value
    said, lines = {}, {}
    for pk, name, path in Unit.objects.values_list("pk", "name", "path"):
        lines[pk] = [int(part) for part in path.split("/") if part]
        if pk in kept:
            said[pk] = Said(name, kept[pk].get(DAYS), _lines(kept[pk].get(BY_LINE) or []))
    return Silence(said, lines)


def _lines(typed: list[str]) -> tuple[tuple[frozenset[str], int, str], ...]:
    return tuple((*days_said(line), line.rpartition(":")[0]) for line in typed)


def _words(platform: str, purpose: str) -> frozenset[str]:
    known = platforms().get(platform)
    name = known.name if known else ""
    return frozenset(text.words(text.folded(f"{platform} {name} {purpose}")).split())
