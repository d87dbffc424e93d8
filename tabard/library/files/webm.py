"""Films in WebM files (EBML, RFC 8794; Matroska, RFC 9559), walked with the same distrust as boxes."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

from django.utils.translation import gettext as _

from tabard.library.files.found import MOST_PIXELS, MOST_SIDE, Found, refused

HEAD, SEGMENT, INFO, TRACKS, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
TAGS, ATTACHED, VOID = 0x1254C367, 0x1941A469, 0xEC
DOCTYPE, SCALE, DURATION, STAMP = 0x4282, 0x2AD7B1, 0x4489, 0xE7
TRACK, TRACK_KIND, CODEC, EACH, LOCKED = 0xAE, 0x83, 0x86, 0x23E383, 0x5035
VIDEO, WIDTH, HEIGHT, SHOWN_WIDTH, SHOWN_HEIGHT = 0xE0, 0xB0, 0xBA, 0x54B0, 0x54BA
MOST, LARGEST = 500_000, 8_000_000
CODECS = {"V_VP8": "vp8", "V_VP9": "vp9", "V_AV1": "av1", "A_OPUS": "opus", "A_VORBIS": "vorbis"}
SLOWEST = 50  # bytes a second: less is no film
BLANK = bytes(1 << 16)


@dataclass(frozen=True)
class Element:
    """One element: its number, where it begins, where its content begins and ends; `open`: its length is not
    said."""

    number: int
    start: int
    inside: int
    end: int
    open: bool = False


def read_webm(file: IO[bytes], size: int) -> Found:
    """The film in `file`, from which notes and attachments are taken out. `Invalid` if it is none."""
    tops = list(_walk(file, 0, size))
    head = next((e for e in tops if e.number == HEAD), None)
    segment = next((e for e in tops if e.number == SEGMENT), None)
    if head is None or segment is None:
        raise broken()
    said = {e.number: _bytes(file, e) for e in _walk(file, head.inside, head.end)}
    if said.get(DOCTYPE, b"").rstrip(b"\0") != b"webm":
        raise refused(_("This kind of video is not taken: save it as MP4."))
    inside = list(_walk(file, segment.inside, segment.end))
    found = _tracks(file, inside)
    seconds = _seconds(file, inside)
    if not math.isfinite(seconds) or seconds < 0 or seconds * SLOWEST > max(size, 60 * SLOWEST):
        said_longer = _("The video says that it lasts longer than it can: save or export it again.")
        raise refused(said_longer)
    return replace(found, seconds=round(seconds, 3), hidden=_cleared(file, inside))


def broken() -> Exception:
    """The error for a file that is not built as it should be."""
    return refused(_("The video is cut off or damaged: save or export it again."))


def _walk(file: IO[bytes], at: int, end: int) -> Iterator[Element]:
    """The elements from `at` to `end`; one whose length is not said ends there too."""
    for _n in range(MOST):
        if at >= end:
            return
        file.seek(at)
        element = _element(file.read(12), at, end)
        if element is None:
            raise broken()
        yield element
        at = element.end
    raise broken()


def _element(head: bytes, at: int, end: int) -> Element | None:
    if not head or not head[0]:
        return None
    wide = 9 - head[0].bit_length()
    number = int.from_bytes(head[:wide])
    if wide > 4 or len(head) <= wide or not head[wide]:
        return None
    long = 9 - head[wide].bit_length()
    inside = at + wide + long
    size = int.from_bytes(head[wide : wide + long]) & ((1 << 7 * long) - 1)
    if size == (1 << 7 * long) - 1:
        return Element(number, at, inside, end, open=True) if number in {SEGMENT, CLUSTER} else None
    return Element(number, at, inside, inside + size) if inside + size <= end else None


def _bytes(file: IO[bytes], element: Element) -> bytes:
    file.seek(element.inside)
    return file.read(min(element.end - element.inside, LARGEST))


def _under(file: IO[bytes], around: Element) -> dict[int, bytes]:
    """The values in an element, by number; of several the first."""
    found: dict[int, bytes] = {}
    for element in _walk(file, around.inside, around.end):
        found.setdefault(element.number, _bytes(file, element))
    return found


def _tracks(file: IO[bytes], inside: list[Element]) -> Found:
    """What the film's rows are: the first of pictures, the first of sound."""
    found: Found | None = None
    sound = ""
    rows = [e for t in inside if t.number == TRACKS for e in _walk(file, t.inside, t.end)]
    for row in (e for e in rows if e.number == TRACK):
        values = _under(file, row)
        kind, codec = _number(values.get(TRACK_KIND)), values.get(CODEC, b"").decode("latin-1")
        if kind == 2 and not sound:
            sound = CODECS.get(codec, codec.lower()[:20])
        if kind == 1 and found is None:
            found = _pictures(file, row, codec, _number(values.get(EACH)))
    if found is None:
        raise refused(_("There is no video in this file."))
    return replace(found, sound=sound)


def _pictures(file: IO[bytes], row: Element, codec: str, each: int) -> Found:
    video = next((e for e in _walk(file, row.inside, row.end) if e.number == VIDEO), None)
    values = _under(file, video) if video else {}
    width = _number(values.get(SHOWN_WIDTH)) or _number(values.get(WIDTH))
    height = _number(values.get(SHOWN_HEIGHT)) or _number(values.get(HEIGHT))
    if not (width and height):
        raise refused(_("There is no video in this file."))
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise refused(_("The video has too many pixels."))
    fps = round(1e9 / each, 2) if each else 0.0
    return Found(
        "video", "video/webm", "webm", width, height, 0.0, CODECS.get(codec, codec.lower()[:20]), "", fps
    )


def _seconds(file: IO[bytes], inside: list[Element]) -> float:
    """How long it lasts: as it says, or until its last cluster begins."""
    info = next((_under(file, e) for e in inside if e.number == INFO), {})
    scale = (_number(info.get(SCALE)) or 1_000_000) / 1e9
    if said := _float(info.get(DURATION, b"")):
        return said * scale
    last = next((e for e in reversed(inside) if e.number == CLUSTER and not e.open), None)
    stamp = next((e for e in _walk(file, last.inside, last.end) if e.number == STAMP), None) if last else None
    return _number(_bytes(file, stamp)) * scale if stamp else 0.0


def _cleared(file: IO[bytes], inside: list[Element]) -> tuple[str, ...]:
    """Make notes and attachments void. Tags of every encoder are no secret; a place in them is."""
    said: set[str] = set()
    for element in inside:
        if element.number in {TAGS, ATTACHED}:
            said |= {"place"} if b"LOCATION" in _bytes(file, element).upper() else set()
            said |= {"attached"} if element.number == ATTACHED else set()
            _void(file, element)
    file.flush()
    return tuple(sorted(said))


def _void(file: IO[bytes], element: Element) -> None:
    """Write an element over with one that says nothing and is as long."""
    room = element.end - element.start - 1
    long = 8 if room >= 8 else 1
    file.seek(element.start)
    file.write(bytes([VOID]) + ((1 << 7 * long) | (room - long)).to_bytes(long))
    at = element.start + 1 + long
    while at < element.end:
        at += file.write(BLANK[: min(len(BLANK), element.end - at)])


def _number(value: bytes | None) -> int:
    return int.from_bytes(value or b"")


def _float(value: bytes) -> float:
    form = {4: ">f", 8: ">d"}.get(len(value))
    return float(struct.unpack(form, value)[0]) if form else 0.0
