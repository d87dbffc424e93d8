"""Looking into an uploaded file: hostile until it has been read as what it is by its own bytes."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid
from tabard.library.files import drawn, pictures
from tabard.library.files.documents import read_pdf
from tabard.library.files.found import Found, refused
from tabard.library.files.mp4 import FIRST, read_mp4
from tabard.library.files.programs import asked, first_picture
from tabard.library.files.webm import read_webm

PIECE = 1 << 20
EBML = b"\x1a\x45\xdf\xa3"


def read_file(file: File[bytes]) -> Found:
    """What `file` is. What is hidden in a film is taken out of it here; `Invalid` if it cannot be kept."""
    size = file.size or 0
    if not size:
        raise refused(_("The file is empty."))
    if size > settings.LARGEST_FILE:
        raise refused(_("The file is larger than %(mb)s MB.") % {"mb": settings.LARGEST_FILE // 1_000_000})
    file.seek(0)
    head = file.read(16)
    with _path(file) as path:
        if head[4:8] in FIRST:
            return _film(read_mp4(_inner(file), size), path)
        if head.startswith(EBML):
            return _film(read_webm(_inner(file), size), path)
        if head.startswith(b"%PDF-"):
            found = read_pdf(_inner(file), path, size)
            return replace(found, thumbnail=drawn.document(found.width, found.height))
    return _picture(file, size)


def digest(file: File[bytes]) -> str:
    """SHA-256 of a file, read in pieces."""
    made = hashlib.sha256()
    file.seek(0)
    while piece := file.read(PIECE):
        made.update(piece)
    file.seek(0)
    return made.hexdigest()


def _inner(file: File[bytes]) -> IO[bytes]:
    """What can be written as well: uploads lie in a file of ours, or in memory."""
    assert file.file is not None
    return file.file


@contextlib.contextmanager
def _path(file: File[bytes]) -> Iterator[str]:
    """Where other programs find the file: where it was received, or a copy of what is in memory."""
    if hasattr(file, "temporary_file_path"):
        yield file.temporary_file_path()
        return
    with tempfile.NamedTemporaryFile() as copy:
        file.seek(0)
        while piece := file.read(PIECE):
            copy.write(piece)
        copy.flush()
        yield copy.name


def _film(found: Found, path: str) -> Found:
    """With a picture out of it, and with what another program knows better."""
    if not found.seconds or not found.fps:
        said = asked(path, found.mime)
        seconds, fps = found.seconds or said.get("seconds", 0.0), found.fps or said.get("fps", 0.0)
        found = replace(found, seconds=min(seconds, 864_000.0), fps=min(fps, 1000.0))
    shown = first_picture(path, found.mime, found.seconds)
    with contextlib.suppress(Invalid):
        if shown:
            return replace(found, thumbnail=pictures.read_picture(shown).thumbnail)
    return replace(found, thumbnail=drawn.film(found.width, found.height))


def _picture(file: File[bytes], size: int) -> Found:
    if size > pictures.LARGEST:
        raise refused(
            _("This is no video or document that can be read, and for a picture it is larger than %(mb)s MB.")
            % {"mb": pictures.LARGEST // 1_000_000}
        )
    file.seek(0)
    return pictures.read_picture(file.read(size + 1))


__all__ = ["Found", "digest", "read_file"]
