"""Films in MP4 and MOV files: what their index says, as far as the rest of the file bears it out."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from tabard.library.files.boxes import Box, Tree, numbers, top, whole
from tabard.library.files.found import MOST_PIXELS, MOST_SIDE, Found, refused
from tabard.library.files.hiding import cleared

# Four letters of a sample's description, as registered, and the name people know.
CODECS = {
    "avc1": "h264",
    "avc3": "h264",
    "hvc1": "hevc",
    "hev1": "hevc",
    "dvh1": "hevc",
    "dvhe": "hevc",
    "av01": "av1",
    "vp08": "vp8",
    "vp09": "vp9",
    "mp4v": "mpeg4",
    "jpeg": "mjpeg",
    **dict.fromkeys(("apch", "apcn", "apcs", "apco", "ap4h", "ap4x"), "prores"),
}
SOUNDS = {
    "mp4a": "aac",
    "Opus": "opus",
    "fLaC": "flac",
    "ac-3": "ac3",
    "ec-3": "eac3",
    ".mp3": "mp3",
    **dict.fromkeys(("sowt", "twos", "lpcm", "in24", "in32", "fl32", "raw "), "pcm"),
}
LOCKED = {"encv", "enca", "drmi", "drms"}
FIRST = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
SLOWEST = 50  # bytes a second: less is no film, whatever its header says


@dataclass(frozen=True)
class Track:
    """One of the rows of samples in a film: its pictures, its sound, or something else."""

    box: Box
    handler: str
    kind: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    samples: int = 0


def read_mp4(file: IO[bytes], size: int) -> Found:
    """The film in `file`, from which what is hidden beside it is taken out. `Invalid` if it is none."""
    boxes = list(top(file))
    kinds = {box.kind for box in boxes}
    index = next((box for box in boxes if box.kind == b"moov"), None)
    if index is None or not kinds & {b"mdat", b"moof"}:
        raise refused(_("The video is cut off or damaged: save or export it again."))
    tree = whole(file, index)
    tracks = [_track(tree, box) for box in tree.of() if box.kind == b"trak"]
    pictures = [track for track in tracks if track.handler == "vide" and track.width and track.height]
    if not pictures:
        raise refused(_("There is no video in this file."))
    found = _film(tree, tracks, pictures[0], _mime(file, boxes[0]))
    _believe(found, size, sum(track.samples for track in tracks))
    hidden = cleared(file, boxes, tree, [t.box for t in tracks if t.handler not in {"vide", "soun", "tmcd"}])
    return Found(**{**vars(found), "hidden": hidden})


def _film(tree: Tree, tracks: list[Track], picture: Track, mime: str) -> Found:
    sound = next((track for track in tracks if track.handler == "soun"), None)
    if {track.kind for track in tracks} & LOCKED:
        raise refused(_("The video is protected against copying: no platform can show it."))
    seconds = max(_movie_seconds(tree), *(t.seconds for t in tracks if t.handler in {"vide", "soun"}))
    return Found(
        "video",
        mime,
        "mov" if mime == "video/quicktime" else "mp4",
        picture.width,
        picture.height,
        round(seconds, 3),
        _named(CODECS, picture.kind),
        _named(SOUNDS, sound.kind) if sound else "",
        round(picture.samples / picture.seconds, 2) if picture.seconds and picture.samples > 1 else 0.0,
    )


def _named(names: dict[str, str], kind: str) -> str:
    """The short name; what is not known is called as it calls itself, if that can be read."""
    return names.get(kind) or "".join(c for c in kind.lower() if c.isascii() and c.isalnum())


def _mime(file: IO[bytes], first: Box) -> str:
    file.seek(first.inside)
    brand = file.read(4) if first.kind == b"ftyp" else b"qt  "
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def _believe(found: Found, size: int, samples: int) -> None:
    """`Invalid` where the header says what so few bytes cannot be."""
    if found.width * found.height > MOST_PIXELS or max(found.width, found.height) > MOST_SIDE:
        raise refused(_("The video has too many pixels."))
    if not math.isfinite(found.seconds) or found.seconds * SLOWEST > max(size, 60 * SLOWEST):
        said = _("The video says that it lasts longer than it can: save or export it again.")
        raise refused(said)
    if samples > size:
        raise refused(_("The video is cut off or damaged: save or export it again."))


def _movie_seconds(tree: Tree) -> float:
    """How long the whole lasts: in fragments it stands elsewhere than in one piece."""
    body = tree.body(tree.one(None, b"mvhd"))
    scale, length = _times(body)
    fragments = tree.body(tree.one(None, b"mvex", b"mehd"))
    if fragments and not length:
        length = numbers(fragments, ">Q" if fragments[0] else ">I", 4)[0]
    return length / scale if scale else 0.0


def _times(body: bytes) -> tuple[int, int]:
    """Time scale and length in `mvhd` and `mdhd`, which come in two widths. All ones: not known."""
    if body[:1] == b"\x01":
        scale, length = numbers(body, ">IQ", 20)
        return scale, 0 if length == 2**64 - 1 else length
    scale, length = numbers(body, ">II", 12)
    return scale, 0 if length == 2**32 - 1 else length


def _track(tree: Tree, box: Box) -> Track:
    media = tree.one(box, b"mdia")
    handler = tree.body(tree.one(media, b"hdlr"))[8:12].decode("latin-1") if media else ""
    samples = tree.one(media, b"minf", b"stbl") if media else None
    if samples is None:
        return Track(box, handler)
    _refuse_elsewhere(tree, media)
    first = tree.body(tree.one(samples, b"stsd"))
    scale, length = _times(tree.body(tree.one(media, b"mdhd")))
    count, ticks = _counted(tree.body(tree.one(samples, b"stts")))
    width, height = _shown(tree.body(tree.one(box, b"tkhd")), first) if handler == "vide" else (0, 0)
    seconds = max(length, ticks) / scale if scale else 0.0
    return Track(box, handler, first[12:16].decode("latin-1"), width, height, seconds, count)


def _counted(table: bytes) -> tuple[int, int]:
    """How many samples a track has, and how long they last together, in its own ticks."""
    (entries,) = numbers(table, ">I", 4)
    usable = min(entries, (len(table) - 8) // 8) if len(table) >= 8 else 0
    pairs = struct.iter_unpack(">II", table[8 : 8 + 8 * usable])
    found = [(count, count * each) for count, each in pairs]
    return sum(n for n, _t in found), sum(t for _n, t in found)


def _shown(head: bytes, description: bytes) -> tuple[int, int]:
    """Width and height as the film is shown, upright."""
    matrix = 52 if head[:1] == b"\x01" else 40
    a, b, _u, c, d = numbers(head, ">5i", matrix)
    width, height = (n >> 16 for n in numbers(head, ">II", matrix + 36))
    if not (width and height):
        width, height = numbers(description, ">HH", 16 + 24)
    turned = not a and not d and b and c
    return (height, width) if turned else (width, height)


def _refuse_elsewhere(tree: Tree, media: Box | None) -> None:
    """A film whose pictures lie in other files: whoever opens it would be led to those."""
    places = tree.one(media, b"minf", b"dinf", b"dref")
    for entry in tree.of(_inside(places)) if places else ():
        if not numbers(tree.body(entry), ">I")[0] & 1:
            raise refused(_("The video only points to other files: save it with all that belongs to it."))


def _inside(box: Box | None) -> Box | None:
    """A list of boxes without the eight bytes before it."""
    return Box(box.kind, box.start, min(box.inside + 8, box.end), box.end) if box else None
