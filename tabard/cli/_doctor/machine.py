"""The machine: Python, folders, disk, time zones, the built pages."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import zoneinfo
from pathlib import Path

from django.conf import settings

from tabard.cli._doctor.finding import Finding, bad, check, ok, warn

ROOM = 2 * 1024**3  # bytes


@check("Python")
def python() -> Finding:
    """The version of the interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return warn(f"{version} is not one Tabard is tested on", "Use Python 3.11, 3.12 or 3.13.")
    return ok(version)


@check("Home folder")
def home() -> Finding:
    """Whether we can write where our files are kept, and nobody else can read the keys."""
    try:
        settings.HOME.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.HOME):
            pass
    except OSError as error:
        return bad(f"{settings.HOME} cannot be written: {error.strerror}", "Mend it or change TABARD_HOME.")
    loose = [path.name for path in (settings.HOME / "keys").glob("*") if path.stat().st_mode & 0o077]
    if loose:
        return bad(f"others can read {', '.join(loose)}", f"chmod 600 {settings.HOME}/keys/*")
    return ok(str(settings.HOME))


@check("Uploads")
def uploads() -> Finding:
    """Whether a file can be kept, read back and removed."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    where = os.environ.get("TABARD_S3_BUCKET") or str(settings.MEDIA_ROOT)
    try:
        name = default_storage.save("doctor.txt", ContentFile(b"well"))
        with default_storage.open(name) as file:
            content = file.read()
        default_storage.delete(name)
    except Exception as error:  # noqa: BLE001  storage libraries raise what they like
        return bad(f"{where}: {error}", "Mend the folder's rights, or the TABARD_S3 variables.")
    return ok(where) if content == b"well" else bad(f"{where} gives back something else", "Mend the storage.")


@check("Disk")
def disk() -> Finding:
    """Room for uploads and, with the embedded server, for the database."""
    free = shutil.disk_usage(settings.HOME if settings.HOME.exists() else Path.cwd()).free
    said = f"{free / 1024**3:.1f} GB free"
    return ok(said) if free > ROOM else bad(said, "Make room: below 2 GB uploads and the database may fail.")


@check("Virus scanner")
def scanner() -> Finding:
    """Whether files are looked at before they are kept, and by whom."""
    from tabard.config.environment import HERE
    from tabard.kernel import scanning

    if not settings.CLAMAV:
        return ok("TABARD_CLAMAV is empty: nobody looks at files")
    if why := scanning.answers():
        return bad(f"does not answer, so no file is taken in: {why}", "Start clamd, or mend TABARD_CLAMAV.")
    if isinstance(settings.CLAMAV, tuple) and settings.CLAMAV[0] not in HERE and not settings.LOCAL:
        return warn("files go to another machine readable", "Run clamd on each node, or tunnel the line.")
    return ok("looks at every file before it is kept")


@check("Films")
def films() -> Finding:
    """Whether pictures can be drawn out of films: by ffmpeg, which nobody must have."""
    from tabard.library.files.programs import program

    if not settings.FFMPEG:
        return ok("TABARD_FFMPEG is empty: no pictures are drawn out of them")
    missing = [name for name in ("ffmpeg", "ffprobe") if program(name) is None]
    if not missing:
        return ok("ffmpeg draws their pictures")
    lost = (
        "films are kept and sent, but have no picture here"
        if "ffmpeg" in missing
        else "how long some are is unknown"
    )
    return warn(
        f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not there: {lost}",
        "Install ffmpeg, or set TABARD_FFMPEG to its folder; empty, nobody asks for it.",
    )


@check("Time zones")
def zones() -> Finding:
    """Whether the rules of all time zones are known, and recent."""
    if len(zoneinfo.available_timezones()) < 400:
        return bad("the time zone data is missing", "Install the package tzdata.")
    try:
        from importlib.metadata import version

        return ok(f"data of {version('tzdata')}")
    except ImportError:
        return ok("the system's")


@check("Pages")
def pages() -> Finding:
    """Whether style sheet and script are built."""
    built = settings.BASE_DIR / "web" / "static" / "built" / "manifest.json"
    if not built.exists():
        return bad("style sheet and script are not built", "Run `make setup`.")
    return ok("built")
