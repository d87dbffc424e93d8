"""Takes out of a film what is not the film: where and with what it was taken, notes, rows of measurements.

Nothing is moved: what goes is written over with zeros and its box is called free, so that every place that
the index names stays right, and a film of any length is done in a moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from tabard.library.files.boxes import Box, Tree, numbers

NOTES = {b"udta", b"meta", b"uuid"}
# What programs write into every film: no secret, and nobody need be told that it went.
_PLACE = re.compile(rb"\xa9xyz|loci|location\.ISO6709|GPSCoordinates|exif:GPS")
_DEVICE = re.compile(rb"\xa9mak|\xa9mod|quicktime\.make|quicktime\.model|tiff:Make|tiff:Model")
# A film in all directions says so in a box of its own in its track; without it, it is shown wrongly.
AROUND = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
MOST_SAMPLES = 2_000_000
BLANK = bytes(1 << 16)


def cleared(file: IO[bytes], boxes: Iterable[Box], tree: Tree, rows: list[Box]) -> tuple[str, ...]:
    """Clear `file`, and say what stood there: `place`, `device`, `measured`. `rows`: tracks that may go."""
    goes = [*(box for box in boxes if box.kind in NOTES), *_notes(tree)]
    said: set[str] = set()
    for box in goes:
        file.seek(box.inside)
        text = file.read(min(box.end - box.inside, 4_000_000))
        said |= {name for name, known in (("place", _PLACE), ("device", _DEVICE)) if known.search(text)}
        blank(file, box)
    measured = [row for row in rows if _handler(tree, row) in {b"meta", b"camm", b"gpmd"}]
    films = [(box.inside, box.end) for box in boxes if box.kind == b"mdat"]
    for row in measured:
        for start, end in _samples(tree, row):
            if any(first <= start and end <= last for first, last in films):
                _zero(file, start, end)
        blank(file, row)
    file.flush()
    return tuple(sorted(said | ({"measured"} if measured else set())))


def blank(file: IO[bytes], box: Box) -> None:
    """Write over what is in a box, and call it free."""
    file.seek(box.start + 4)
    file.write(b"free")
    _zero(file, box.inside, box.end)


def _zero(file: IO[bytes], start: int, end: int) -> None:
    file.seek(start)
    while start < end:
        start += file.write(BLANK[: min(len(BLANK), end - start)])


def _notes(tree: Tree) -> Iterator[Box]:
    """Boxes of notes in the index, and in each of its tracks."""
    for box in tree.of():
        if box.kind in NOTES:
            yield box
        if box.kind == b"trak":
            yield from (each for each in tree.of(box) if each.kind in NOTES and not _around(tree, each))


def _around(tree: Tree, box: Box) -> bool:
    return box.kind == b"uuid" and tree.body(box)[:16] == AROUND


def _handler(tree: Tree, track: Box) -> bytes:
    return tree.body(tree.one(track, b"mdia", b"hdlr"))[8:12]


def _samples(tree: Tree, track: Box) -> Iterator[tuple[int, int]]:
    """Where the samples of a track lie in the file, as its tables say."""
    table = tree.one(track, b"mdia", b"minf", b"stbl")
    if table is None:
        return
    sizes = _sizes(tree.body(tree.one(table, b"stsz")))
    groups = list(_triples(tree.body(tree.one(table, b"stsc"))))
    taken = group = 0
    for number, at in enumerate(_chunks(tree, table), start=1):
        while group + 1 < len(groups) and groups[group + 1][0] <= number:
            group += 1
        count = groups[group][1] if groups else 0
        end = at + sum(sizes[taken : taken + count])
        yield at, end
        taken += count
        if taken >= len(sizes):
            return


def _sizes(body: bytes) -> list[int]:
    """The length of every sample: one for all, or each its own."""
    same, count = numbers(body, ">II", 4)
    count = min(count, MOST_SAMPLES)
    return [same] * count if same else _list(body, 12, 4, count)


def _chunks(tree: Tree, table: Box) -> list[int]:
    short, long = tree.one(table, b"stco"), tree.one(table, b"co64")
    body = tree.body(short or long)
    (count,) = numbers(body, ">I", 4)
    return _list(body, 8, 4 if short else 8, min(count, MOST_SAMPLES))


def _triples(body: bytes) -> Iterator[tuple[int, ...]]:
    (count,) = numbers(body, ">I", 4)
    for n in range(min(count, max(0, len(body) - 8) // 12)):
        yield numbers(body, ">III", 8 + 12 * n)


def _list(body: bytes, at: int, width: int, count: int) -> list[int]:
    there = min(count, max(0, len(body) - at) // width)
    return [int.from_bytes(body[at + n * width : at + (n + 1) * width]) for n in range(there)]
