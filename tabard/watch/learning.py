"""What was decided so far, and how it moves the order of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from tabard.watch import ranking
from tabard.watch.models import Sighting

Counts = tuple[int, int]  # threats, and all that were decided
NOTHING: Counts = (0, 0)
_THREATS = Count("pk", filter=Q(decision__in=ranking.THREATS))


@dataclass(frozen=True)
class Taught:
    """Counts of decisions: by the handle, whatever the platform, and by the family."""

    handles: Mapping[str, Counts] = field(default_factory=dict)
    families: Mapping[str, Counts] = field(default_factory=dict)

    def counts(self, identity: str, family: str) -> Counts:
        """Of the same handle elsewhere, where there is one; else of all that are made in the same way."""
        return self.handles.get(identity) or self.families.get(family, NOTHING)

    def rank(self, identity: str, family: str, score: float) -> float:
        """Where a sighting stands in the order."""
        return ranking.rank(score, ranking.leaning(*self.counts(identity, family)))


def taught(rows: Q | None = None) -> Taught:
    """All that was decided, or of the `rows` that matter. Two questions."""
    decided: QuerySet[Any] = Sighting.objects.exclude(decision="").order_by()
    decided = decided.filter(rows) if rows is not None else decided
    return Taught(*(_counted(decided, name) for name in ("identity", "family")))


def _counted(decided: QuerySet[Any], name: str) -> dict[str, Counts]:
    rows = decided.values(name).annotate(threats=_THREATS, all=Count("pk"))
    return {key: (threats, whole) for key, threats, whole in rows.values_list(name, "threats", "all") if key}


def about(sighting: Sighting) -> Counts:
    """What was decided about others that are like this one: by its handle elsewhere, else by its family.

    Counted, never listed: a family may have thousands of handles.
    """
    decided: QuerySet[Any] = Sighting.objects.exclude(decision="").exclude(pk=sighting.pk).order_by()
    same = _of(decided.filter(identity=sighting.identity))
    return same if same[1] or not sighting.family else _of(decided.filter(family=sighting.family))


def _of(rows: QuerySet[Any]) -> Counts:
    found = rows.aggregate(threats=_THREATS, all=Count("pk"))
    return found["threats"], found["all"]
