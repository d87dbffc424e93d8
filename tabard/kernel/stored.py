"""Reading stored files in pieces, wherever they are kept: a folder, or a bucket that is asked for a part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage

PIECE = 1 << 20


def part(name: str, start: int, length: int) -> bytes:
    """`length` bytes of a file from `start` on; fewer at its end. FileNotFoundError if it is gone."""
    return b"".join(pieces(name, start, start + length))


def pieces(name: str, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` to `end`, one piece after the other. Only these are fetched."""
    if end <= start:
        return
    bucket: Any = getattr(default_storage, "bucket", None)
    if bucket is not None:
        yield from _from_bucket(bucket, name, start, end)
        return
    with default_storage.open(name) as opened:
        opened.seek(start)
        while start < end and (piece := opened.read(min(PIECE, end - start))):
            yield piece
            start += len(piece)


def _from_bucket(bucket: Any, name: str, start: int, end: int) -> Iterator[bytes]:
    """One question for this part alone: the store's own file would be fetched as a whole."""
    from botocore.exceptions import ClientError

    location = getattr(default_storage, "location", "").strip("/")
    key = f"{location}/{name}" if location else name
    try:
        answer = bucket.Object(key).get(Range=f"bytes={start}-{end - 1}")
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code == "InvalidRange":
            return
        if code in {"NoSuchKey", "404"}:
            raise FileNotFoundError(name) from error
        raise OSError(f"{name} cannot be read: {code}") from error
    yield from answer["Body"].iter_chunks(PIECE)
