"""Files that are not what they say, or too much, and a disk that is full: nothing is kept by halves."""

import errno
import io
import struct
import zlib

import pytest
from django.core.files.storage import FileSystemStorage
from PIL import Image

from tabard.kernel.errors import Invalid
from tabard.library.actions import add_asset
from tabard.library.models import Asset


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "orange").save(out, "JPEG")
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    """A PNG that says how large it is and brings hardly anything."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + chunk(b"IEND", b"")
    )


BAD = {
    "nothing": b"",
    "SVG with script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "a zip": b"PK\x03\x04" + b"\0" * 400,
    "huge": png(60_000, 60_000),
    "as large as can be said": png(2**31 - 1, 2**31 - 1),
    "no width": png(0, 10),
    "cut off": jpeg()[:200],
    "HTML that begins as GIF": b"GIF89a/*<script>alert(1)</script>*/",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_refused(cast, name):
    with pytest.raises(Invalid):
        add_asset(cast.by("creator"), cast.nordics, name="a.png", data=BAD[name])
    assert not Asset.objects.exists()


def test_a_full_disk_says_so_and_keeps_nothing(cast, monkeypatch):
    kept, gone = [], []

    def save(self, name, content):
        if kept:
            raise OSError(errno.ENOSPC, "No space left on device")
        kept.append(name)
        return name

    monkeypatch.setattr(FileSystemStorage, "_save", save)
    monkeypatch.setattr(FileSystemStorage, "delete", lambda self, name: gone.append(name))
    with pytest.raises(Invalid, match="could not be stored"):
        add_asset(cast.by("creator"), cast.nordics, name="soup.jpg", data=jpeg())
    assert not Asset.objects.exists()
    assert kept[0] in gone
