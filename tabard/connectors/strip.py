"""Takes out of a picture file what is not the picture: place, camera, thumbnails, comments. Nothing is lost.

Each function gives the bare file, or None if it is not built as it should be; then it has to be written anew.
"""

from __future__ import annotations

import re
import struct

# JPEG (ITU T.81): a marker inside the picture's data is one that is not 00, a restart or a filling byte.
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOS, _EOI, _COMMENT, _ADOBE, _ICC, _JFIF = 0xDA, 0xD9, 0xFE, 0xEE, 0xE2, 0xE0
_PNG = b"\x89PNG\r\n\x1a\n"
_DROPPED = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})
_WEBP_HIDDEN = 0x08 | 0x04  # flags of VP8X: there is EXIF, there is XMP


def bare(body: bytes, form: str) -> bytes | None:
    """`body`, a file of Pillow's format `form`, without hidden data; None if this cannot be done."""
    ways = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp}
    try:
        return ways[form](body) if form in ways else None
    except (IndexError, struct.error):
        return None


def _jpeg(body: bytes) -> bytes | None:
    out, at = [body[:2]], 2
    while True:
        while body[at + 1] == 0xFF:
            at += 1
        if body[at] != 0xFF:
            return None
        marker = body[at + 1]
        if marker == _EOI:  # what comes behind it (a video, a depth map) is not the picture
            return b"".join([*out, b"\xff\xd9"])
        end = at + 2 + int(struct.unpack_from(">H", body, at + 2)[0])
        if marker == _SOS:
            found = _NEXT.search(body, end)
            if not found:
                return None
            end = found.start()
        if _is_picture(marker, body[at + 4 : at + 16]):
            out.append(body[at:end])
        at = end


def _is_picture(marker: int, start: bytes) -> bool:
    """Whether a segment belongs to the picture: of what applications add, only colours do."""
    if not (0xE0 <= marker <= 0xEF or marker == _COMMENT):
        return True
    kept = {_JFIF: b"JFIF\x00", _ICC: b"ICC_PROFILE\x00", _ADOBE: b"Adobe"}
    return marker in kept and start.startswith(kept[marker])


def _png(body: bytes) -> bytes | None:
    out, at = [_PNG], len(_PNG)
    while True:
        size, kind = struct.unpack_from(">I4s", body, at)
        end = at + 12 + size
        if end > len(body):
            return None
        if kind not in _DROPPED:
            out.append(body[at:end])
        if kind == b"IEND":
            return b"".join(out)
        at = end


def _webp(body: bytes) -> bytes | None:
    whole_end = 8 + int(struct.unpack_from("<I", body, 4)[0])
    if not 12 < whole_end <= len(body):
        return None
    out, at = [], 12
    while at < whole_end:
        kind, size = struct.unpack_from("<4sI", body, at)
        end = at + 8 + size + size % 2
        if end > whole_end:
            return None
        chunk = body[at:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_HIDDEN]) + chunk[9:]
        if kind not in {b"EXIF", b"XMP "}:
            out.append(chunk)
        at = end
    whole = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole
