"""Looking into an uploaded picture: hostile until it has been read as what it says it is."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tabard.kernel.errors import Invalid

LARGEST = 25_000_000  # bytes
PIXELS = 60_000_000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
THUMBNAIL = (480, 480)


@dataclass(frozen=True)
class Picture:
    """What a picture is: upright size in pixels, its kind by its own bytes, and a small copy as JPEG."""

    mime: str
    width: int
    height: int
    sha256: str
    thumbnail: bytes


def read_picture(data: bytes) -> Picture:
    """Read `data` as a picture. `Invalid` where it is none, too large, or made to be slow to open."""
    if not data:
        raise Invalid({"file": [_("The file is empty.")]})
    if len(data) > LARGEST:
        raise Invalid({"file": [_("The file is larger than %(mb)s MB.") % {"mb": LARGEST // 1_000_000}]})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(FORMATS)) as opened:
                return _read(opened, data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid({"file": [_("The picture has too many pixels.")]}) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Invalid({"file": [_("This cannot be read as a JPEG, PNG, WebP or GIF picture.")]}) from error


def _read(opened: Image.Image, data: bytes) -> Picture:
    if opened.width * opened.height > PIXELS:
        raise Invalid({"file": [_("The picture has too many pixels.")]})
    mime = FORMATS[opened.format or ""]
    opened.draft("RGB", THUMBNAIL)
    upright = ImageOps.exif_transpose(opened)
    turned = upright.size != opened.size and upright.size == opened.size[::-1]
    small = upright.convert("RGB")
    small.thumbnail(THUMBNAIL)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    with Image.open(io.BytesIO(data)) as whole:
        width, height = whole.size[::-1] if turned else whole.size
    return Picture(mime, width, height, hashlib.sha256(data).hexdigest(), out.getvalue())
