"""Checking the whole chain against the entries, and against what was left outside.

Finds, and says where: an edit, a deletion, an insertion, a reordering, a lost or rewritten seal. A chain cut
off at its end, or made anew by somebody who also has the key, shows only against an anchor outside.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection, transaction

from tabard.audit.chain import encoding, erasures, keys
from tabard.audit.chain.anchors import heads
from tabard.audit.chain.locating import locate
from tabard.audit.chain.report import Report
from tabard.audit.chain.sealing import beginning, chain
from tabard.audit.models import Entry, Seal
from tabard.kernel import clock

LATE = timedelta(minutes=15)
END = 2**62


def verify(since: datetime | None = None, given: list[tuple[int, str]] | None = None) -> Report:
    """Check every batch sealed at or after `since`. `given`: heads (number, hex) that somebody kept."""
    began = time.monotonic()
    report = Report()
    with _standing_still():
        seals = list(Seal.objects.defer("leaves").order_by("number"))
        _check_links(report, seals)
        checked = [s for s in seals if since is None or s.sealed_at >= since]
        erased: list[encoding.Erased] = []
        _check_entries(report, seals, checked, erased)
        erasures.check(report, erased)
        erasures.check_removed(report, seals)
        _check_outside(report, seals, given or [])
    report.head = bytes(seals[-1].digest).hex() if seals else ""
    report.batches = len(checked)
    report.seconds = round(time.monotonic() - began, 3)
    return report


@contextmanager
def _standing_still() -> Iterator[None]:
    """One view of the database for the whole check, so that removal and sealing do not disturb it."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _check_links(report: Report, seals: list[Seal]) -> None:
    """Each seal is what its digest says, was made with our key, and follows the one before."""
    if not seals:
        return
    if seals[0].number != 1:
        report.add("missing", f"the chain begins with batch {seals[0].number}", batch=1)
    elif bytes(seals[0].previous) != beginning(chain()):
        report.add("seal", "does not follow the beginning of this log", batch=1)
    for each in seals:
        _check_seal(report, each)
    for before, each in pairwise(seals):
        if each.number != before.number + 1:
            lost = f"batches {before.number + 1} to {each.number - 1} are gone with their seals"
            report.add("missing", lost, batch=before.number + 1)
        elif bytes(each.previous) != bytes(before.digest):
            report.add("seal", f"does not follow the seal of batch {before.number}", batch=each.number)


def _check_seal(report: Report, seal: Seal) -> None:
    digest = encoding.head(
        number=seal.number,
        previous=bytes(seal.previous),
        first=seal.first_id,
        last=seal.last_id,
        count=seal.count,
        sealed_at=seal.sealed_at,
        content=bytes(seal.content),
    )
    if digest != bytes(seal.digest):
        report.add("seal", "the seal was altered", batch=seal.number)
        return
    ours = keys.mac(digest, seal.key_name)
    if ours is None:
        if seal.key_name not in report.unknown_keys:
            report.unknown_keys.append(seal.key_name)
    elif not hmac.compare_digest(ours, bytes(seal.mac)):
        report.add("rewritten", "the seal was not made with the key of this installation", batch=seal.number)


def _check_entries(
    report: Report, seals: list[Seal], checked: list[Seal], erased: list[encoding.Erased]
) -> None:
    """Read every entry once, in order, and compare batch by batch; what is left over is unsealed."""
    gone = erasures.removed_upto()
    kept = [s for s in checked if s.last_id > gone]
    report.removed = len(checked) - len(kept)
    ends = {s.number: s.last_id for s in seals}
    last = seals[-1].last_id if seals else 0
    if checked and checked[0].number == 1:
        start = 0
    else:
        start = ends.get(checked[0].number - 1, checked[0].first_id - 1) if checked else last
    found, broken = encoding.rows(max(start, gone), END, erased), []
    row, after = next(found, None), max(start, gone)
    for seal in kept:
        packed = bytearray()
        while row is not None and row[0] <= seal.last_id:
            packed += encoding.leaf(*row)
            row = next(found, None)
        report.entries += len(packed) // encoding.LEAF
        if encoding.content(bytes(packed)) != bytes(seal.content):
            broken.append((seal, after))
        after = seal.last_id
    while row is not None:
        report.unsealed += 1
        row = next(found, None)
    for seal, after in broken:  # now that the database can be asked for more
        _locate(report, seal, after)
    _check_tail(report, last)


def _locate(report: Report, seal: Seal, after: int) -> None:
    """Which entries after `after` are not as they were sealed."""
    packed = b"".join(encoding.leaf(*row) for row in encoding.rows(after, seal.last_id))
    stored = bytes(Seal.objects.values_list("leaves", flat=True).get(pk=seal.pk))
    locate(report, seal.number, stored, bytes(seal.content), packed)


def _check_tail(report: Report, last: int) -> None:
    """Entries after the last seal have none yet: they must be young, or sealing was stopped."""
    oldest = Entry.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "at").first()
    if oldest and oldest[1] < clock.now() - LATE:
        report.add("stopped", "waits to be sealed for more than 15 minutes", entry=oldest[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM audit_entry_id_seq")
        drawn = cursor.fetchone()[0]
    for pk in Entry.objects.filter(pk__gt=max(drawn, last)).values_list("pk", flat=True)[:100]:
        report.add("inserted", "has a number that was never given out", entry=pk)
    if last > drawn:
        report.add("truncated", f"the count of entries was set back: {drawn} given out, {last} sealed")


def _check_outside(report: Report, seals: list[Seal], given: list[tuple[int, str]]) -> None:
    """Compare the chain with the heads that were left outside."""
    by_number = {seal.number: bytes(seal.digest).hex() for seal in seals}
    top = seals[-1].number if seals else 0
    for head in [*heads(report), *((number, digest, "given") for number, digest in given)]:
        number, digest, where = head
        report.anchors += 1
        if number > top:
            text = f"the chain ends with batch {top}; {where} has the head of batch {number}"
            report.add("truncated", text, batch=number)
        elif by_number.get(number) not in {None, digest}:
            report.add("rewritten", f"at or before this batch: {where} has another head", batch=number)
