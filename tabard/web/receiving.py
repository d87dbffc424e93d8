"""Large files while they arrive: on the disk of the server, in a folder that is kept tidy."""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

SPARE = 200_000_000  # bytes that are left to everything else on that disk
OLD = 86_400  # seconds after which nothing arrives any more: a process was killed over it


class Arriving(TemporaryUploadedFile):
    """A file that is being received; its name on the disk is ours alone."""

    def __init__(self, name: str, mime: str, charset: str | None, extra: dict[str, bytes] | None) -> None:
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=settings.INCOMING)  # noqa: SIM115 closed with it
        UploadedFile.__init__(self, file, name, mime, 0, charset, extra)


class Receiving(TemporaryFileUploadHandler):
    """Refuses at once what the disk has no room for; whoever sends it need not wait for that."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        folder = Path(settings.INCOMING)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _tidy(folder)
        large = content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        if large and shutil.disk_usage(folder).free < content_length + SPARE:
            raise OSError(errno.ENOSPC, "no room for what arrives")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.whole = False
        self.file = Arriving(
            self.file_name or "", self.content_type or "", self.charset, self.content_type_extra
        )

    def file_complete(self, file_size: int) -> Any:
        self.whole = True
        return super().file_complete(file_size)

    def leave(self) -> None:
        """The request is over: what came by halves takes room that others need, whatever went wrong."""
        if not getattr(self, "whole", True):
            self.whole = True
            self.upload_interrupted()


def _tidy(folder: Path) -> None:
    for left in folder.glob("*.upload"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < time.time() - OLD:
                left.unlink()
