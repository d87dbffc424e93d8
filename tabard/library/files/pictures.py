"""Pictures, still and moving: hostile until they have been read as what they say they are."""

from __future__ import annotations

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tabard.kernel.errors import Invalid
from tabard.library.files.found import Found

LARGEST = 25_000_000  # bytes
PIXELS = 60_000_000
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
THUMBNAIL = (480, 480)


def read_picture(data: bytes) -> Found:
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
        said = _("This cannot be read as a picture (JPEG, PNG, WebP, GIF), video (MP4, MOV, WebM) or PDF.")
        raise Invalid({"file": [said]}) from error


def _read(opened: Image.Image, data: bytes) -> Found:
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
    with Image.open(io.BytesIO(data), formats=list(FORMATS)) as whole:
        width, height = whole.size[::-1] if turned else whole.size
        moves = mime == "image/gif" and getattr(whole, "is_animated", False)
    kind = "animation" if moves else "image"
    return Found(kind, mime, ENDINGS[mime], width, height, thumbnail=out.getvalue())
