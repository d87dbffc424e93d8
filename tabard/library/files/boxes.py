"""The boxes of which an MP4 or MOV file is built (ISO/IEC 14496-12): walked with distrust.

A box says its own length. Nothing here believes it before it was held against the box around it and the end
of the file, and nothing goes deeper than the places that are known.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from tabard.library.files.found import refused

MOST_BOXES = 100_000
LARGEST_INDEX = 48_000_000  # bytes of `moov`, which is read as a whole


@dataclass(frozen=True)
class Box:
    """One box in the file: where it begins, where its content begins, and where it ends."""

    kind: bytes
    start: int
    inside: int
    end: int


def top(file: IO[bytes]) -> Iterator[Box]:
    """The boxes of the file itself, up to its end. `Invalid` where they do not fill it exactly."""
    size = file.seek(0, os.SEEK_END)
    at = count = 0
    while at < size:
        file.seek(at)
        box = header(file.read(16), at, size)
        if box is None or (count := count + 1) > MOST_BOXES:
            raise refused(_("The video is cut off or damaged: save or export it again."))
        yield box
        at = box.end


def header(head: bytes, at: int, end: int) -> Box | None:
    """The box that begins `at`; None where it does not fit in before `end`."""
    if len(head) < 8:
        return None
    size, kind = struct.unpack_from(">I4s", head)
    inside = at + 8
    if size == 1:
        if len(head) < 16:
            return None
        (size,), inside = struct.unpack_from(">Q", head, 8), at + 16
    last = end if size == 0 else at + size
    return Box(kind, at, inside, last) if inside <= last <= end else None


class Tree:
    """A part of the file that was read as a whole, `start` where it stands there: its boxes by name."""

    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.start = data, start

    def of(self, around: Box | None = None) -> list[Box]:
        """The boxes in a box, or in the whole part. What comes behind one that does not fit is left out."""
        at = around.inside if around else self.start
        end = around.end if around else self.start + len(self.data)
        found: list[Box] = []
        while at < end and len(found) < MOST_BOXES:
            box = header(self.data[at - self.start : at - self.start + 16], at, end)
            if box is None:
                break
            found.append(box)
            at = box.end
        return found

    def one(self, around: Box | None, *path: bytes) -> Box | None:
        """The first box on the way down by these names."""
        for name in path:
            around = next((box for box in self.of(around) if box.kind == name), None)
            if around is None:
                return None
        return around

    def body(self, box: Box | None) -> bytes:
        """What is in a box; nothing where there is none."""
        return self.data[box.inside - self.start : box.end - self.start] if box else b""


def numbers(body: bytes, form: str, at: int = 0) -> tuple[int, ...]:
    """Numbers in a box; zeros where it is too short for them."""
    size = struct.calcsize(form)
    return struct.unpack(form, (body[at : at + size] + bytes(size))[:size])


def whole(file: IO[bytes], box: Box) -> Tree:
    """A box of the file with all that is in it."""
    if box.end - box.inside > LARGEST_INDEX:
        raise refused(_("The video's index is too large to be read."))
    file.seek(box.inside)
    return Tree(file.read(box.end - box.inside), box.inside)
