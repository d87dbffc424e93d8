"""Files that a platform fetches by itself: put for a day where whoever knows the address can have them.

The address is the secret: nobody guesses it, it names neither post nor channel, and what is behind it is gone
the day after. What lies there was made for being public: a picture as it is about to be posted.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from datetime import date, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tabard.connectors.errors import Refused
from tabard.connectors.words import _
from tabard.kernel import clock

FOLDER = "lent"
DAYS = 1  # beside the day on which it is asked for
MIMES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
}
ENDINGS = {mime: ending for ending, mime in MIMES.items()}
_NAME = re.compile(r"[A-Za-z0-9_-]{43}\.(jpg|png|webp|gif|mp4|mov)")


async def lend(body: bytes, mime: str) -> str:
    """Put `body` there, and give its address; the same for the same file on the same day."""
    return await asyncio.to_thread(_lend, body, mime)


def _lend(body: bytes, mime: str) -> str:
    if not settings.PUBLIC_URL.startswith("https://"):
        says = _(
            "This platform fetches files by itself, and Tabard has no address that it can reach. Whoever "
            "runs Tabard must give it one that is https and open to the internet."
        )
        raise Refused(says, code="no_address")
    if mime not in ENDINGS:
        raise Refused(_("Files of the kind %(mime)s cannot be lent."), code="wrong_format", mime=mime)
    until = (clock.now().date() + timedelta(days=DAYS)).isoformat()
    path = f"{FOLDER}/{until}/{_name(body, until)}.{ENDINGS[mime]}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(body))
    return f"{settings.PUBLIC_URL.rstrip('/')}/{path}"


def _name(body: bytes, until: str) -> str:
    """What nobody finds out who does not have both the file and our key."""
    told = f"lent {until} {hashlib.sha256(body).hexdigest()}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def lent(until: str, name: str) -> tuple[IO[Any], str] | None:
    """The file behind an address, and its type; None if there is none, or its day is over."""
    day, known = _day(until), _NAME.fullmatch(name)
    if known and day and day >= clock.now().date():
        try:
            return default_storage.open(f"{FOLDER}/{day.isoformat()}/{name}"), MIMES[known[1]]
        except FileNotFoundError:
            return None
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
