"""Files that a platform fetches by itself: put for a day where whoever knows the address can have them.

The address is the secret: nobody guesses it, it names neither post nor channel, and what is behind it is gone
the day after. What lies there was made for being public: a picture as it is about to be posted. A video
is not put there a second time.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tabard.connectors.base import Media
from tabard.connectors.errors import Refused
from tabard.connectors.words import _
from tabard.kernel import clock
from tabard.publishing.kept import Kept, Reading

FOLDER = "lent"
WORD = ".of"  # the ending of a file that only says where the real one is
DAYS = 1  # beside the day on which it is asked for
MIMES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
}
ENDINGS = {mime: ending for ending, mime in MIMES.items()}
_NAME = re.compile(r"[A-Za-z0-9_-]{43}\.(jpg|png|webp|gif|mp4|mov|webm)")


@dataclass(frozen=True)
class Lent:
    """What is behind an address: where it lies, its type, and how many bytes it has."""

    file: str
    mime: str
    size: int


async def lend(body: bytes | Media, mime: str) -> str:
    """Put `body` there, and give its address; the same for the same file on the same day.

    A file of the library stays where it is: what is put there is only the word where that is.
    """
    if isinstance(body, Media) and not isinstance(body, Kept):
        body = await body.load()
    return await asyncio.to_thread(_lend, body, mime)


def _lend(body: bytes | Kept, mime: str) -> str:
    if not settings.PUBLIC_URL.startswith("https://"):
        says = _(
            "This platform fetches files by itself, and Tabard has no address that it can reach. Whoever "
            "runs Tabard must give it one that is https and open to the internet."
        )
        raise Refused(says, code="no_address")
    if mime not in ENDINGS:
        raise Refused(_("Files of the kind %(mime)s cannot be lent."), code="wrong_format", mime=mime)
    until = (clock.now().date() + timedelta(days=DAYS)).isoformat()
    kept = isinstance(body, Kept)
    made = body.sha256 if isinstance(body, Kept) else hashlib.sha256(body).hexdigest()
    path = f"{FOLDER}/{until}/{_name(made, until)}.{ENDINGS[mime]}"
    if not default_storage.exists(path + WORD * kept):
        _put(path, body)
    return f"{settings.PUBLIC_URL.rstrip('/')}/{path}"


def _put(path: str, body: bytes | Kept) -> None:
    if isinstance(body, Kept):
        Reading(body.file, body.sha256, body.size, body.name).verify()
        default_storage.save(path + WORD, ContentFile(body.file.encode()))
    else:
        default_storage.save(path, ContentFile(body))


def _name(digest: str, until: str) -> str:
    """What nobody finds out who does not have both the file and our key."""
    told = f"lent {until} {digest}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def lent(until: str, name: str) -> Lent | None:
    """What is behind an address; None if there is nothing, or its day is over."""
    day, known = _day(until), _NAME.fullmatch(name)
    if not known or not day or day < clock.now().date():
        return None
    path = f"{FOLDER}/{day.isoformat()}/{name}"
    try:
        if not default_storage.exists(path):
            with default_storage.open(path + WORD) as word:
                path = word.read().decode()
        return Lent(path, MIMES[known[1]], default_storage.size(path))
    except FileNotFoundError:
        return None


def clear() -> int:
    """Take away what is no longer lent; gives how many files that were."""
    try:
        days, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    over = [each for each in days if (day := _day(each)) and day < clock.now().date()]
    return sum(map(_emptied, over))


def _emptied(day: str) -> int:
    _folders, files = default_storage.listdir(f"{FOLDER}/{day}")
    for file in files:
        default_storage.delete(f"{FOLDER}/{day}/{file}")
    default_storage.delete(f"{FOLDER}/{day}")  # an empty folder is taken away as a file is
    return len(files)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None
