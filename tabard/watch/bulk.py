"""Many candidates judged at once, on all cores, in the order of the input."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from tabard.watch.faces import Face, face
from tabard.watch.scoring import Judge, Verdict

AT_ONCE = 4_000  # rows handed to a process
FEW = 8_000  # rows that one process has done before others have begun
COLUMNS = ("platform", "handle", "name", "bio", "url", "avatar")

Row = tuple[str, ...]

_judging: tuple[Judge, Path] | None = None


def officials(rows: Iterable[Mapping[str, str]], folder: Path) -> list[Face]:
    """The official accounts of a list; rows that name none are left out."""
    found = [face(row, folder) for row in rows]
    return [each for each in found if each.handle or each.name]


def judged(ours: Sequence[Face], rows: Iterable[Row], folder: Path, processes: int = 0) -> Iterator[str]:
    """Lines of JSON, one for each candidate, many in each text that is given."""
    global _judging  # what a child inherits and need not be sent
    _judging = (Judge(ours), folder)
    rows = iter(rows)
    first = list(islice(rows, FEW))
    if len(first) < FEW:
        yield _lines(first)
        return
    processes = processes or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    batches = _batches(first, rows)
    # The tables stay for good and verdicts have no cycles: there is nothing to look through them for.
    gc.freeze()
    with multiprocessing.get_context("fork").Pool(processes, gc.disable) as pool:
        yield from _in_order(pool.imap(_lines, _slowly(batches, limit := _Limit(4 * processes))), limit)


class _Limit:
    """Lets only so many batches be on their way: reading is faster than judging, and memory is not free."""

    def __init__(self, most: int) -> None:
        self.free = multiprocessing.get_context("fork").Semaphore(most)


def _slowly(batches: Iterable[list[Row]], limit: _Limit) -> Iterator[list[Row]]:
    for batch in batches:
        limit.free.acquire()
        yield batch


def _in_order(texts: Iterable[str], limit: _Limit) -> Iterator[str]:
    for text in texts:
        limit.free.release()
        yield text


def _batches(first: list[Row], rows: Iterator[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(first), AT_ONCE):
        yield first[start : start + AT_ONCE]
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _lines(rows: Sequence[Row]) -> str:
    assert _judging is not None
    judge, folder = _judging
    found = []
    for row in rows:
        candidate = face(dict(zip(COLUMNS, row, strict=True)), folder)
        found.append(_line(row, judge.judge(candidate), judge.officials))
    return "\n".join(found)


_quoted = json.encoder.encode_basestring  # as json.dumps does, without asking each time how


def _line(row: Row, verdict: Verdict, ours: Sequence[Face]) -> str:
    candidate = _quoted(row[1] or row[4] or row[2])
    platform = _quoted(row[0])
    if verdict.official is None:
        said = '"official": null, "score": 0.0, "label": "unrelated", "reasons": []'
        return f'{{"candidate": {candidate}, "platform": {platform}, {said}}}'
    official = ours[verdict.official]
    told = {
        "candidate": row[1] or row[4] or row[2],
        "platform": row[0],
        "official": official.handle,
        "official_platform": official.platform,
        "score": verdict.score,
        "label": verdict.label,
        "reasons": [str(reason) for reason in verdict.reasons],
    }
    return json.dumps(told, ensure_ascii=False)
