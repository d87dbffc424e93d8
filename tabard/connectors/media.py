"""Makes a picture fit a platform: turned upright, without hidden data, small enough in pixels and bytes.

Runs in a thread; Pillow is only loaded when it is needed.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tabard.connectors.card import MediaRule
from tabard.connectors.errors import Refused
from tabard.connectors.strip import bare
from tabard.connectors.words import _

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITIES = (90, 82, 74, 66)
SHRINK = 0.8  # of each side, when quality alone does not do
SMALLEST = 200  # pixels; below this a picture is no use
MOST_PIXELS = 200_000_000  # a file that claims more is taken for an attack
KEPT = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MIMES = {**KEPT, "GIF": "image/gif"}
ORIENTATION = 0x0112  # the EXIF field that says which way up


@dataclass(frozen=True)
class Picture:
    """A picture ready to upload; `width` and `height` in pixels, as it is shown."""

    body: bytes
    mime: str
    width: int
    height: int


async def fit(body: bytes, rule: MediaRule, *, side: int = 4096) -> Picture:
    """`body` as `rule` wants it, its longer side at most `side` pixels. Refused if it is no picture.

    A picture that fits already keeps every pixel as it is, and loses what is hidden in the file. Of a moving
    one that does not fit, the first frame is left.
    """
    return await asyncio.to_thread(_fit, body, rule, side)


def _fit(body: bytes, rule: MediaRule, side: int) -> Picture:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(body)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused(_("The picture is too large to be opened."), code="too_large")
            form = opened.format or "JPEG"
            if kept := _as_it_is(body, opened, rule, side):
                return kept
            opened.draft("RGB", (side, side))
            image = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(_("The file is no picture that can be read."), code="unreadable_picture") from error
    image.thumbnail(_bounds(image, rule, side))
    return _smaller(image, _format(form, image, rule), rule)


def _as_it_is(body: bytes, opened: Image, rule: MediaRule, side: int) -> Picture | None:
    """The same picture without hidden data, if it is upright and fits; None if it must be written anew."""
    form = opened.format or ""
    mime, (width, height) = MIMES.get(form, ""), opened.size
    moving = getattr(opened, "is_animated", False)
    upright = opened.getexif().get(ORIENTATION, 1) in {0, 1}
    fits = width * height <= (rule.pixels or width * height) and max(width, height) <= side
    if mime not in rule.mimes or not upright or not (fits or moving) or opened.mode == "CMYK":
        return None
    opened.load()  # a file that is cut off shows itself here
    clean = body if form == "GIF" else bare(body, form)
    return Picture(clean, mime, width, height) if clean and len(clean) <= rule.size else None


def _bounds(image: Image, rule: MediaRule, side: int) -> tuple[int, int]:
    pixels = image.width * image.height
    scale = min(1.0, side / max(image.size), ((rule.pixels or pixels) / pixels) ** 0.5)
    return int(image.width * scale), int(image.height * scale)


def _format(form: str, image: Image, rule: MediaRule) -> str:
    """The format to write: its own if that is kept and taken; PNG where it can be seen through."""
    if form in KEPT and KEPT[form] in rule.mimes:
        return form
    clear = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    return "PNG" if clear and "image/png" in rule.mimes else "JPEG"


def _smaller(image: Image, form: str, rule: MediaRule) -> Picture:
    """Write it, and lower quality, then size, until it is small enough."""
    while max(image.size) >= min(SMALLEST, max(image.size)):
        for quality in QUALITIES:
            body = _write(image, form, quality)
            if len(body) <= rule.size:
                return Picture(body, KEPT[form], image.width, image.height)
            if form == "PNG":
                break
        if form == "PNG" and len(body) > 4 * rule.size and image.mode != "RGBA":
            form = "JPEG"  # a photograph saved as PNG: shrinking it would ruin it
            continue
        if max(image.size) * SHRINK < SMALLEST:
            break
        image = image.resize((int(image.width * SHRINK) or 1, int(image.height * SHRINK) or 1))
    raise Refused(_("The picture cannot be made small enough."), code="too_big")


def _write(image: Image, form: str, quality: int) -> bytes:
    out = io.BytesIO()
    profile = image.info.get("icc_profile")
    if form == "JPEG":
        image = _on_white(image)
        image.save(out, form, quality=quality, optimize=True, icc_profile=profile)
    elif form == "WEBP":
        image.save(out, form, quality=quality, icc_profile=profile)
    else:
        image.save(out, form, optimize=True, icc_profile=profile)
    return out.getvalue()


def _on_white(image: Image) -> Image:
    from PIL import Image as images

    if image.mode == "RGB":
        return image
    if image.mode in {"L", "CMYK", "I;16"}:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = images.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white
