"""Files of the library on their way out: read in pieces, and only if they are those that were approved."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabard.connectors.base import Media
from tabard.connectors.errors import Refused
from tabard.connectors.words import _
from tabard.kernel import stored

KNOWN = ("mime", "size", "width", "height", "name", "seconds", "codec", "sound", "fps", "pages", "title")


@dataclass(frozen=True)
class Kept(Media):
    """A file of the library; `file`: where it lies, `sha256`: what its bytes must come to."""

    file: str = ""
    sha256: str = ""


def media_of(row: Mapping[str, Any], said: Mapping[str, Any], kind: str) -> Kept:
    """The file of a delivery: `row` as the library knows it, `said` as it was approved."""
    reading = Reading(row["file"], said["sha256"], row["size"], said["name"])

    async def load() -> bytes:
        return await asyncio.to_thread(reading.part, 0, row["size"])

    async def part(start: int, length: int) -> bytes:
        return await asyncio.to_thread(reading.part, start, length)

    known = {each: row[each] for each in KNOWN}
    return Kept(
        key=str(said["asset"]),
        kind=kind,
        load=load,
        part=part,
        alt=said["alt"],
        file=row["file"],
        sha256=said["sha256"],
        **known,
    )


class Reading:
    """One file as it is read. Who reads it from the beginning to the end has it counted on the way, and does
    not get the last piece if the sum is wrong; before anybody reads out of turn, all of it is counted."""

    def __init__(self, file: str, sha256: str, size: int, name: str) -> None:
        self.file, self.sha256, self.size, self.name = file, sha256, size, name
        self._sum, self._at, self._true = hashlib.sha256(), 0, False

    def part(self, start: int, length: int) -> bytes:
        """Some bytes of it. Refused if it is gone, or no longer what was approved."""
        if not self._true and start != self._at:
            self.verify()
        try:
            found = stored.part(self.file, start, length)
        except FileNotFoundError as error:
            raise gone(self.name) from error
        if not self._true:
            self._count(found)
        return found

    def verify(self) -> None:
        """Count all of it, a piece at a time."""
        if self._true:
            return
        self._sum, self._at = hashlib.sha256(), 0
        try:
            for piece in stored.pieces(self.file, 0, self.size + 1):
                self._sum.update(piece)
        except FileNotFoundError as error:
            raise gone(self.name) from error
        self._judge()

    def _count(self, found: bytes) -> None:
        self._sum.update(found)
        self._at += len(found)
        if self._at >= self.size or not found:
            self._judge()

    def _judge(self) -> None:
        if self._sum.hexdigest() != self.sha256:
            says = _("The file %(name)s is no longer what was approved.")
            raise Refused(says, code="file_changed", name=self.name)
        self._true = True


def gone(name: str) -> Refused:
    """The error for a file that is not where files are kept."""
    return Refused(_("The file %(name)s is gone."), code="file_gone", name=name)
