"""What a platform says, in the headers of its answers, is left of its budgets."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tabard.connectors.card import Budget, Told
from tabard.connectors.outcome import LONGEST, time_in

# So long a share that was told is believed: it comes back while nobody asks.
FRESH = timedelta(minutes=10)
PERCENTS = ("call_count", "total_time", "total_cputime")


@dataclass(frozen=True)
class Left:
    """So many points of a budget are left `until` it is whole again."""

    points: float
    until: datetime


def left_of(
    budgets: Iterable[Budget], method: str, path: str, headers: Mapping[str, str], now: datetime
) -> dict[str, Left]:
    """What an answer to `method` `path` says of `budgets`, by name. What cannot be read says nothing."""
    found: dict[str, Left] = {}
    for budget in budgets:
        told = budget.told
        if told is None or (told.calls and not f"{method} {path}".startswith(told.calls)):
            continue
        left = _share(told, headers, now) if told.used else _points(told, budget, headers, now)
        if left is not None:
            found[budget.name] = left
    return found


def _points(told: Told, budget: Budget, headers: Mapping[str, str], now: datetime) -> Left | None:
    points, until = _number(headers.get(told.left, "")), time_in(headers.get(told.until, ""), now)
    if points is None or until is None or points < 0:
        return None
    if told.most and _number(headers.get(told.most, "")) != budget.n:
        return None
    return Left(points, min(max(until, now), now + LONGEST))


def _share(told: Told, headers: Mapping[str, str], now: datetime) -> Left | None:
    """Percents that are left: of several counts the one nearest its end."""
    try:
        said = list(_counts(json.loads(headers.get(told.used, ""))))
    except ValueError:
        return None
    used = [_number(each.get(name, "")) or 0.0 for each in said for name in PERCENTS]
    if not used:
        return None
    minutes = max(_number(each.get("estimated_time_to_regain_access", "")) or 0.0 for each in said)
    wait = timedelta(minutes=minutes) if 0 < minutes < 24 * 60 else FRESH
    return Left(max(0.0, 100.0 - max(used)), now + wait)


def _counts(found: Any) -> Iterator[Mapping[str, Any]]:
    """The counts in what Meta says: one object, or a list of them for each thing that is counted."""
    if not isinstance(found, dict):
        return
    if any(name in found for name in PERCENTS):
        yield found
        return
    for each in found.values():
        yield from (one for one in each if isinstance(one, dict)) if isinstance(each, list) else ()


def _number(said: object) -> float | None:
    """A number as headers write it; of `100, 100;window=900` the first."""
    try:
        found = float(str(said).split(",")[0].split(";")[0])
    except ValueError:
        return None
    return found if math.isfinite(found) else None
