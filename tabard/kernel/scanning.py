"""Files of strangers are shown to a virus scanner (ClamAV) before they are kept, where there is one.

Its protocol INSTREAM: the file in pieces, each with its length before it, and one sentence back. Whoever
asked for a scanner keeps nothing unscanned: no answer is a refusal.
"""

from __future__ import annotations

import io
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from tabard.kernel.errors import Infected, Unscanned

PIECE = 1 << 18
LONGEST = 4096  # bytes of an answer
# How a file is reported that goes over one of the scanner's limits, where `AlertExceedsMax` is on. It is no
# virus, and without that setting it would pass as clean (SUSE KB 000020324, read 2026-11-24).
TOO_MUCH = "Heuristics.Limits.Exceeded"


def demand_clean(file: bytes | IO[bytes] | Any, *, name: str, field: str = "file") -> None:
    """Nothing, if no scanner is set up or it finds nothing; else `Infected` or `Unscanned`."""
    if not settings.CLAMAV:
        return
    opened = io.BytesIO(file) if isinstance(file, bytes) else file
    opened.seek(0)
    try:
        said = _asked(b"zINSTREAM\0", opened)
    except OSError as error:
        raise Unscanned(field) from error
    finally:
        opened.seek(0)
    if said == "stream: OK":
        return
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        found = said.removeprefix("stream: ").removesuffix(" FOUND")[:100]
        if found.startswith(TOO_MUCH):
            raise Unscanned(
                field, _("The virus scanner reads no more of a file (%(limit)s).") % {"limit": found}
            )
        raise Infected(field, name[:100], found)
    if "size limit" in said:
        raise Unscanned(field, _("It is larger than the virus scanner takes (StreamMaxLength)."))
    raise Unscanned(field)


def answers() -> str:
    """Why the scanner cannot be asked; empty if it can. For `tabard doctor`."""
    try:
        said = _asked(b"zPING\0", None)
    except OSError as error:
        return error.strerror or str(error) or type(error).__name__
    return "" if said == "PONG" else f"it answers {said[:60]!r}"


def _asked(command: bytes, file: IO[bytes] | None) -> str:
    """The sentence that comes back, within the time there is."""
    until = time.monotonic() + settings.CLAMAV_SECONDS
    with _line(until) as line:
        # Where it has seen enough it answers and hangs up before the end: what it said counts.
        with suppress(ConnectionError):
            line.sendall(command)
            if file is not None:
                _send(line, file, until)
        return _heard(line, until)


def _send(line: socket.socket, file: IO[bytes], until: float) -> None:
    while piece := file.read(PIECE):
        _hurry(line, until)
        line.sendall(struct.pack("!I", len(piece)) + piece)
    line.sendall(struct.pack("!I", 0))


def _heard(line: socket.socket, until: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST:
        _hurry(line, until)
        piece = line.recv(LONGEST)
        if not piece:
            break
        said += piece
    if not said.endswith(b"\0"):
        raise ConnectionError("the scanner hung up without an answer")
    return said.rstrip(b"\0").decode(errors="replace").strip()


def _hurry(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scanner takes too long")
    line.settimeout(left)


@contextmanager
def _line(until: float) -> Iterator[socket.socket]:
    where: Any = settings.CLAMAV
    seconds = max(0.1, until - time.monotonic())
    if isinstance(where, str):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(seconds)
            line.connect(where)
            yield line
    else:
        with socket.create_connection(where, timeout=seconds) as line:
            yield line
