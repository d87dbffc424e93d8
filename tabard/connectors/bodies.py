"""Bodies of requests that are sent as they are read, so that a film never lies in memory as a whole."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tabard.connectors.base import Media

SLOWEST = 100_000  # bytes a second that a line should manage


@dataclass(frozen=True)
class Part:
    """A file in a form: `field` is its name there, `start` and `end` which bytes of it are meant."""

    field: str
    item: Media
    name: str = "file"
    mime: str = ""
    start: int = 0
    end: int | None = None

    @property
    def size(self) -> int:
        """How many bytes are meant."""
        last = self.item.size if self.end is None else min(self.end, self.item.size)
        return max(0, last - self.start)


@dataclass(frozen=True)
class Body:
    """What `Http.call` takes as `content`, and the headers that belong to it. Good for one request."""

    content: AsyncIterator[bytes]
    headers: Mapping[str, str]
    seconds: float


def stream(item: Media, start: int = 0, end: int | None = None) -> Body:
    """The bare bytes of a file, from `start` to `end`."""
    size = Part("", item, start=start, end=end).size
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
    return Body(item.pieces(start, end), headers, patience(size))


def form(fields: Mapping[str, str], files: Sequence[Part]) -> Body:
    """A form with files (`multipart/form-data`, RFC 7578): its fields first, as they are given."""
    boundary = secrets.token_hex(16)
    heads = [_head(boundary, each) for each in files]
    before = b"".join(_field(boundary, name, value) for name, value in fields.items())
    end = f"--{boundary}--\r\n".encode()
    size = len(before) + sum(len(h) + f.size + 2 for h, f in zip(heads, files, strict=True)) + len(end)

    async def content() -> AsyncIterator[bytes]:
        yield before
        for head, each in zip(heads, files, strict=True):
            yield head
            async for piece in each.item.pieces(each.start, each.end):
                yield piece
            yield b"\r\n"
        yield end

    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(size)}
    return Body(content(), headers, patience(size))


def patience(size: int) -> float:
    """Seconds that sending so many bytes may take."""
    return 60.0 + size / SLOWEST


def _field(boundary: str, name: str, value: str) -> bytes:
    return (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'.encode()
    )


def _head(boundary: str, part: Part) -> bytes:
    said = f'form-data; name="{_quoted(part.field)}"; filename="{_quoted(part.name)}"'
    mime = part.mime or part.item.mime
    return f"--{boundary}\r\nContent-Disposition: {said}\r\nContent-Type: {mime}\r\n\r\n".encode()


def _quoted(text: str) -> str:
    """A name as browsers write it in a form: what would end it or the line is escaped."""
    return "".join(quote(c) if c in '"\r\n\x00' else c for c in text)
