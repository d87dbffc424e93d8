"""How things stood at a moment: what has changed since is taken from what the database kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tabard.org.models import Past, Unit


class Then:
    """Everything that has changed since `at`, as it was then. One query; none for now (`at` is None)."""

    def __init__(self, at: datetime | None) -> None:
        self.at = at
        self.was: dict[tuple[str, int], dict[str, Any]] = {}
        self.since: datetime | None = None
        if at is None:
            return
        for past in Past.objects.filter(until__gt=at).order_by("until", "pk").iterator(2000):
            if past.kind == "since":
                self.since = past.until
            else:
                self.was.setdefault((past.kind, past.thing_id), past.value)

    def get(self, kind: str, thing_id: int, name: str, now: Any) -> Any:
        """What one value was; `now` if it has not changed since."""
        return self.was.get((kind, thing_id), {}).get(name, now)

    def changed(self, kind: str) -> list[int]:
        """Those of a kind that have changed since."""
        return [pk for each, pk in self.was if each == kind]

    def path(self, unit_id: int, now: str) -> str:
        """Where a unit stood."""
        path: str = self.get("unit", unit_id, "path", now)
        return path

    def paths(self, units: Iterable[tuple[int, str]]) -> dict[int, str]:
        return {pk: self.path(pk, path) for pk, path in units}


def names_of(paths: Iterable[str]) -> dict[int, Unit]:
    """The units on some paths. One query."""
    ids = {int(part) for path in paths for part in path.split("/") if part}
    found: dict[int, Unit] = Unit.objects.in_bulk(ids)
    return found
