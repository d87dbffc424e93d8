"""Which entries of a broken batch are not as they were sealed."""

from __future__ import annotations

from tabard.audit.chain import encoding
from tabard.audit.chain.report import Report


def locate(report: Report, number: int, stored: bytes, sealed: bytes, packed: bytes) -> None:
    """Compare the entries there are (`packed`) with the list of the seal, if that list is what was sealed."""
    if encoding.content(stored) != sealed:
        text = "the entries do not fit their seal, and the list that would tell which was altered too"
        report.add("edited", text, batch=number)
        return
    want, have = encoding.leaves(stored), encoding.leaves(packed)
    for pk, was in moved(want, have).items():
        report.add("reordered", f"stands where entry {was} was", batch=number, entry=pk)
    told = set(moved(want, have))
    for pk in sorted(want.keys() | have.keys()):
        if pk in told or want.get(pk) == have.get(pk):
            continue
        if pk not in have:
            report.add("deleted", "is gone", batch=number, entry=pk)
        elif pk not in want:
            report.add("inserted", "was not there when the batch was sealed", batch=number, entry=pk)
        else:
            report.add("edited", "is not what was sealed", batch=number, entry=pk)


def moved(want: dict[int, bytes], have: dict[int, bytes]) -> dict[int, int]:
    """Entries that now carry the number of another: their number now, and before."""
    before = {digest: pk for pk, digest in want.items()}
    return {
        pk: before[digest]
        for pk, digest in have.items()
        if want.get(pk) != digest and digest in before and have.get(before[digest]) != digest
    }
