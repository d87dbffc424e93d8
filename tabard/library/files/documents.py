"""Documents: what a PDF is, and whether it does more than being read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.library.files.found import Found, refused
from tabard.library.files.programs import limited

LARGEST = 300_000_000  # bytes; the most that any platform takes is a third of it
MOST_PAGES = 5_000
LOOK = str(Path(__file__).with_name("_pdf.py"))
MEMORY = 1_500_000_000


def read_pdf(file: IO[bytes], path: str, size: int) -> Found:
    """The document in `file`. `Invalid` where it cannot be read, is locked, or brings what runs."""
    if size > LARGEST:
        raise refused(_("The document is larger than %(mb)s MB.") % {"mb": LARGEST // 1_000_000})
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read():
        raise refused(_("The document is cut off or damaged: save it again."))
    said = _looked(path)
    if said.get("locked"):
        raise refused(_("The document is locked by a password: save it without one."))
    if said["active"]:
        what = _("The document runs programs or carries other files: print it into a new PDF, and add that.")
        raise refused(what)
    if not 0 < said["pages"] <= MOST_PAGES:
        raise refused(_("The document has no pages, or too many."))
    width, height = (min(max(round(n), 0), 100_000) for n in said["size"])
    title = text.name(said["title"])[:200]
    return Found("document", "application/pdf", "pdf", width, height, pages=said["pages"], title=title)


def _looked(path: str) -> dict[str, Any]:
    """What the program says that reads it, where it comes to an end."""
    places = [place for place in sys.path if place]
    printed = limited([sys.executable, "-I", LOOK, path, *places], seconds=30, memory=MEMORY)
    try:
        found: dict[str, Any] = json.loads(printed or b"")
    except ValueError as error:
        raise refused(_("This cannot be read as a PDF document.")) from error
    return found
