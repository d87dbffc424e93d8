"""Pictures: taken in, measured, kept, given out."""

from __future__ import annotations

import io
import sqlite3
import warnings

from PIL import Image, UnidentifiedImageError

from .network import Network
from .problems import Problem, invalid, missing

LARGEST = 8_000_000  # bytes
MOST_PIXELS = 50_000_000
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


def measured(body: bytes) -> tuple[str, int, int]:
    """Kind, width and height of a picture, from its own bytes. Problem if it is none we take."""
    if len(body) > LARGEST:
        raise Problem(413, "too_large", f"A picture has at most {LARGEST:,} bytes.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is judged below
            with Image.open(io.BytesIO(body), formats=list(KINDS)) as image:
                kind, width, height = KINDS[image.format or ""], image.width, image.height
                image.verify()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        KeyError,
        Image.DecompressionBombError,
    ) as error:
        raise invalid("body", "This is no PNG, JPEG, WebP or GIF that can be read.", "unreadable") from error
    if width * height > MOST_PIXELS:
        raise invalid("body", f"A picture has at most {MOST_PIXELS:,} pixels.", "too_many_pixels")
    return kind, width, height


async def keep(net: Network, channel: str, body: bytes, alt: str) -> sqlite3.Row:
    """Store a picture of a channel; its row."""
    kind, width, height = measured(body)
    values = (channel, kind, width, height, body, alt, net.clock())
    sql = (
        "INSERT INTO media (channel, mime, width, height, body, alt, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    number = await net.store.write(lambda db: db.execute(sql, values).lastrowid)
    return get(net, int(number or 0))


def get(net: Network, number: int) -> sqlite3.Row:
    found = net.store.row("SELECT * FROM media WHERE id = ?", number)
    if found is None:
        raise missing("picture")
    return found
