"""Answers that are files, or parts of them (RFC 9110, section 14): a video is played from where one likes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from tabard.kernel import stored

# A player that asks for all that is left gets so much and asks again: no thread is held by who only looks.
MOST = 8_000_000
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def ranged(
    request: HttpRequest, name: str, mime: str, size: int, tag: str
) -> HttpResponse | StreamingHttpResponse:
    """The stored file `name`, or the part that is asked for. `tag`: stays the same as long as the file does.

    FileNotFoundError if it is gone. It is never run as anything but what it is.
    """
    first, last, status = _wanted(request, size, tag)
    answer: HttpResponse | StreamingHttpResponse
    if status == 416 or request.method == "HEAD":
        answer = HttpResponse(status=status)
    else:
        found = stored.pieces(name, first, last + 1)
        begun = next(found, b"")  # a file that is gone shows itself before anything is answered
        answer = StreamingHttpResponse(_on(begun, found), status=status)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Type"] = mime
    answer["Content-Length"] = "0" if status == 416 else str(last - first + 1)
    answer["ETag"] = f'"{tag}"'
    if status != 200:
        answer["Content-Range"] = f"bytes */{size}" if status == 416 else f"bytes {first}-{last}/{size}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _on(begun: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield begun
    yield from rest


def _wanted(request: HttpRequest, size: int, tag: str) -> tuple[int, int, int]:
    """First and last byte, and the status. What cannot be understood is answered with all of it."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    unless = request.headers.get("If-Range", "")
    if not asked or asked[0] == "bytes=-" or (unless and unless != f'"{tag}"'):
        return 0, size - 1, 200
    if not asked[1]:
        count = min(int(asked[2]), size)
        return (size - count, size - 1, 206) if count else (0, 0, 416)
    first = int(asked[1])
    last = min(int(asked[2]) if asked[2] else first + MOST - 1, size - 1)
    return (first, last, 206) if first <= last else (0, 0, 416)
