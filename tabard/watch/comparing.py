"""All sightings nobody has decided about, compared anew with a register that has changed.

They are read as plain values some thousands at a time, and only those whose verdict has become another are
written, so that a hundred thousand take seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from tabard.kernel.actions import step
from tabard.watch.judging import Judged, Register, judged, register
from tabard.watch.learning import Taught, taught
from tabard.watch.models import Comparison, Sighting

AT_ONCE = 2_000
READ = ("pk", "identity", "unit", "like", "score", "label", "reasons", "family", "rank")
COMPARED = ("platform", "handle", "name", "bio", "site", "avatar")
Change = tuple[Any, ...]

_WRITE = """
UPDATE watch_sighting AS s SET
    like_id = v.like_id, unit_id = coalesce(v.unit_id, s.unit_id), score = v.score, rank = v.rank,
    label = v.label, reasons = v.reasons, family = v.family
FROM unnest(
    %s::bigint[], %s::bigint[], %s::bigint[], %s::float8[], %s::float8[], %s::text[], %s::text[]::jsonb[],
    %s::text[]
) AS v(id, like_id, unit_id, score, rank, label, reasons, family)
WHERE s.id = v.id AND s.decision = ''
"""
_RANK = """
UPDATE watch_sighting AS s SET rank = v.rank
FROM unnest(%s::bigint[], %s::float8[]) AS v(id, rank) WHERE s.id = v.id AND s.decision = ''
"""


def due() -> bool:
    """Whether the register is another than when sightings were compared last."""
    last = Comparison.objects.values_list("print", flat=True).first()
    return last != register().print and Sighting.objects.filter(decision="").exists()


@step
def compare_all() -> tuple[int, dict[int, int]]:
    """Write what has become another. Gives how many, and by sighting the channels that are it itself."""
    known, so_far = register(), taught()
    changed: list[Change] = []
    itself: dict[int, int] = {}
    for row, found in _compared(known):
        if found.itself and found.like_id is not None:
            itself[row["pk"]] = found.like_id
        if change := _change(row, found, so_far):
            changed.append(change)
    _write(_WRITE, changed)
    return len(changed), itself


def _compared(known: Register) -> Iterator[tuple[dict[str, Any], Judged]]:
    rows = Sighting.objects.filter(decision="").order_by()
    for row in rows.values(*READ, *COMPARED).iterator(AT_ONCE):
        facts = {name: row[name] for name in ("platform", "handle", "name", "bio", "avatar")}
        yield row, judged(known, {**facts, "url": row["site"]})


def _change(row: dict[str, Any], found: Judged, so_far: Taught) -> Change | None:
    """What is written of one sighting; nothing where all is as it was."""
    rank = so_far.rank(row["identity"], found.family, found.score)
    unit = found.unit_id or row["unit"]
    reasons = json.dumps(found.reasons, sort_keys=True)
    before = (row["unit"], row["like"], row["score"], row["label"], row["family"], row["rank"])
    now = (unit, found.like_id, found.score, found.label, found.family, rank)
    if before == now and json.dumps(row["reasons"], sort_keys=True) == reasons:
        return None
    return row["pk"], found.like_id, unit, found.score, rank, found.label, reasons, found.family


def _write(query: str, changed: list[Change]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(changed), AT_ONCE):
            columns = zip(*changed[start : start + AT_ONCE], strict=True)
            cursor.execute(query, [list(column) for column in columns])


def learn(family: str, identity: str) -> int:
    """Put in order anew those that are like one that was decided about. How many have moved.

    The order is worked out, not decided: nobody's rights and nothing that is kept depend on it.
    """
    like_it = Q(identity=identity) | Q(family=family) if family else Q(identity=identity)
    with transaction.atomic():
        so_far = taught(like_it)
        waiting: QuerySet[Any] = Sighting.objects.filter(like_it, decision="").order_by()
        rows = waiting.values_list("pk", "identity", "family", "score", "rank")
        ranks = [(pk, so_far.rank(name, kind, score), was) for pk, name, kind, score, was in rows]
        moved = [(pk, rank) for pk, rank, was in ranks if rank != was]
        _write(_RANK, moved)
    return len(moved)
