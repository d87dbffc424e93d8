"""Whether what is no longer there was erased or removed rightly: the log itself must say so."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable

from tabard.audit.chain.encoding import Erased
from tabard.audit.chain.report import Report
from tabard.audit.models import Clearing, Entry, Seal


def packed(entries: Iterable[int]) -> bytes:
    """Numbers of entries, as a clearing keeps them."""
    ids = sorted(entries)
    return struct.pack(f">{len(ids)}q", *ids)


def proof(packed: bytes) -> dict[str, object]:
    """How many entries, and a digest of their numbers: what an erasure says of itself in the log."""
    return {"count": len(packed) // 8, "digest": hashlib.sha256(packed).hexdigest()}


def check(report: Report, erased: list[Erased]) -> None:
    """Every entry without its words belongs to an erasure, and the entry about that one proves it."""
    report.erased = len(erased)
    allowed = {
        clearing.pk: set(struct.unpack(f">{len(clearing.entries) // 8}q", clearing.entries))
        for clearing in Clearing.objects.filter(pk__in={e.clearing for e in erased if e.clearing})
        if _is_proved(clearing)
    }
    for each in erased:
        if each.entry not in allowed.get(each.clearing or 0, ()):
            report.add("erased", "its words are gone, and no erasure in the log says so", entry=each.entry)


def _is_proved(clearing: Clearing) -> bool:
    told = Entry.objects.filter(action="audit.erase_person", kind="audit.clearing", thing_id=clearing.pk)
    return (
        proof(bytes(clearing.entries)).items() <= next(iter(told.values_list("notes", flat=True)), {}).items()
    )


def removed_upto() -> int:
    """The last entry that was removed past its term, as the log itself has it; 0 if none was."""
    found = (
        Entry.objects.filter(action="audit.remove").order_by("-pk").values_list("notes", flat=True).first()
    )
    return int(found["last"]) if found else 0


def check_removed(report: Report, seals: list[Seal]) -> None:
    """Under what was removed nothing may be left, and a removal has its clearing."""
    upto = removed_upto()
    if not upto:
        return
    for pk in Entry.objects.filter(pk__lte=upto).values_list("pk", flat=True)[:100]:
        report.add("inserted", "stands among entries that were removed", entry=pk)
    if not Clearing.objects.filter(kind=Clearing.REMOVE, last_id=upto).exists():
        report.add("seal", f"entries up to {upto} were removed without a clearing")
    if not any(seal.last_id == upto for seal in seals):
        report.add("seal", f"entry {upto} was not the end of a batch when it was removed")
