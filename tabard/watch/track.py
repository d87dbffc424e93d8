"""What our own history says of the ways: how often each led to something, and how long it took."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from tabard.watch.models import Filing
from tabard.watch.turning import WON

MOST = 2_000  # of the latest ways on a platform
DECIDED = frozenset([*WON, Filing.Answer.REJECTED])


@dataclass(frozen=True)
class Record:
    """Of one way on one platform. Days are None where nobody has answered, or nothing was decided."""

    filed: int = 0
    won: int = 0
    rejected: int = 0
    silent: int = 0
    heard: float | None = None
    decided: float | None = None
    slow: float | None = None


Row = tuple[str, datetime, datetime | None, datetime | None]


def records(platform: str) -> dict[str, Record]:
    """By route: what became of what was filed about accounts on `platform`, by anybody here."""
    rows = Filing.objects.filter(case__sighting__platform=platform).order_by("-pk")
    found: dict[str, list[Row]] = {}
    names = ("route", "answer", "filed_at", "answered_at", "ended_at")
    for route, answer, filed, answered, ended in rows.values_list(*names)[:MOST]:
        found.setdefault(route, []).append((answer, filed, answered, ended))
    return {route: _record(there) for route, there in found.items()}


def _record(rows: Sequence[Row]) -> Record:
    answers = [answer for answer, *_times in rows]
    heard = sorted(_days(answered - filed) for _a, filed, answered, _e in rows if answered)
    decided = sorted(_days(ended - filed) for answer, filed, _x, ended in rows if ended and answer in DECIDED)
    return Record(
        filed=len(rows),
        won=sum(answer in WON for answer in answers),
        rejected=answers.count(Filing.Answer.REJECTED),
        silent=answers.count(Filing.Answer.SILENT),
        heard=round(median(heard), 1) if heard else None,
        decided=round(median(decided), 1) if decided else None,
        slow=decided[math.ceil(0.9 * len(decided)) - 1] if decided else None,
    )


def _days(span: timedelta) -> float:
    return round(span.total_seconds() / 86_400, 1)
