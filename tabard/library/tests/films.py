"""Small films for tests, built box by box: real enough to be read, and easily made wrong."""

from __future__ import annotations

import struct

Box = bytes


def box(kind: bytes, *inside: bytes) -> bytes:
    """One box of an MP4 file."""
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *inside: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with a version."""
    return box(kind, struct.pack(">I", version << 24 | flags), *inside)


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


UPRIGHT = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
TURNED = (0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000)


def track(
    handler: bytes = b"vide",
    kind: bytes = b"avc1",
    *,
    width: int = 640,
    height: int = 360,
    samples: int = 75,
    each: int = 40,
    matrix: tuple[int, ...] = UPRIGHT,
    elsewhere: bool = False,
    more: bytes = b"",
    sizes: tuple[int, ...] = (),
    chunk: int = 0,
) -> bytes:
    """A row of samples, with a thousand ticks a second."""
    entry = box(kind, bytes(24), struct.pack(">HH", width, height), bytes(50))
    place = full(b"url ", b"file:///etc/passwd\0" if elsewhere else b"", flags=0 if elsewhere else 1)
    table = box(
        b"stbl",
        full(b"stsd", numbers(1), entry),
        full(b"stts", numbers(1, samples, each)),
        full(b"stsz", numbers(0, len(sizes), *sizes)),
        full(b"stsc", numbers(1, 1, max(1, len(sizes)), 1)),
        full(b"stco", numbers(1, chunk)),
    )
    return box(
        b"trak",
        full(
            b"tkhd",
            numbers(0, 0, 1, 0, samples * each, 0, 0, 0, 0),
            numbers(*matrix),
            numbers(width << 16, height << 16),
        ),
        more,
        box(
            b"mdia",
            full(b"mdhd", numbers(0, 0, 1000, samples * each, 0)),
            full(b"hdlr", numbers(0), handler, bytes(13)),
            box(b"minf", box(b"dinf", full(b"dref", numbers(1), place)), table),
        ),
    )


def mp4(
    *tracks: bytes,
    seconds: float = 3.0,
    notes: bytes = b"",
    brand: bytes = b"isom",
    data: bytes = b"\x00" * 4000,
    before: bytes = b"",
) -> bytes:
    """A whole film; `before` stands between its head and its pictures."""
    head = full(b"mvhd", numbers(0, 0, 1000, int(seconds * 1000)), bytes(80))
    rows = tracks or (track(), track(b"soun", b"mp4a", width=0, height=0))
    return box(b"ftyp", brand, numbers(0)) + before + box(b"mdat", data) + box(b"moov", head, *rows, notes)


def place_notes() -> bytes:
    """Where a telephone was when it took the film, and which it was."""
    return box(
        b"udta",
        box(b"\xa9xyz", struct.pack(">HH", 18, 0), b"+42.6977+023.3219/"),
        box(b"\xa9mod", b"Phone 12"),
    )


def element(number: int, *inside: bytes) -> bytes:
    """One element of a WebM file."""
    body = b"".join(inside)
    wide = (number.bit_length() + 7) // 8
    return number.to_bytes(wide) + (1 << 56 | len(body)).to_bytes(8) + body


def webm(*, duration: float = 2000.0, kind: bytes = b"webm", more: bytes = b"", width: int = 320) -> bytes:
    """A film in a WebM file, without pictures in it."""
    video = element(0xE0, element(0xB0, width.to_bytes(4)), element(0xBA, (240).to_bytes(4)))
    row = element(
        0xAE,
        element(0x83, b"\1"),
        element(0x86, b"V_VP9"),
        element(0x23E383, (33_333_333).to_bytes(4)),
        video,
    )
    inside = (
        element(
            0x1549A966,
            element(0x2AD7B1, (1_000_000).to_bytes(4)),
            element(0x4489, struct.pack(">d", duration)),
        ),
        element(0x1654AE6B, row),
        element(0x1F43B675, element(0xE7, b"\0"), element(0xA3, bytes(4000))),
        more,
    )
    return element(0x1A45DFA3, element(0x4282, kind)) + element(0x18538067, *inside)


def pdf(*, pages: int = 2, extra: str = "", title: str = "Soups") -> bytes:
    """A document with empty pages; `extra` stands in its root."""
    kids = " ".join(f"{n + 4} 0 R" for n in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        f"<< /Title ({title}) >>",
        *("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>" for _n in range(pages)),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R >>\n"
    )
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()
