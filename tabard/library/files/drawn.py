"""Small pictures for what has none: drawn here, plain, so that every file has one to be recognised by."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

SIZE = (480, 360)
GROUND, MARK, PAPER = (58, 64, 78), (236, 238, 242), (250, 250, 252)


def film(width: int, height: int) -> bytes:
    """A triangle that means playing, on a ground of the film's own shape."""
    image = Image.new("RGB", _within(width, height), GROUND)
    (x, y), r = (image.width / 2, image.height / 2), min(image.size) / 5
    ImageDraw.Draw(image).polygon([(x - r * 0.8, y - r), (x - r * 0.8, y + r), (x + r, y)], fill=MARK)
    return _jpeg(image)


def document(width: int, height: int) -> bytes:
    """A sheet with lines."""
    image = Image.new("RGB", SIZE, GROUND)
    sheet_width, sheet_height = _within(width, height, (SIZE[0] - 80, SIZE[1] - 60))
    left, above = (SIZE[0] - sheet_width) / 2, (SIZE[1] - sheet_height) / 2
    draw = ImageDraw.Draw(image)
    draw.rectangle([left, above, left + sheet_width, above + sheet_height], fill=PAPER)
    for n in range(2, 9):
        y = above + sheet_height * n / 10
        draw.line([left + sheet_width * 0.15, y, left + sheet_width * 0.85, y], fill=GROUND, width=3)
    return _jpeg(image)


def _within(width: int, height: int, most: tuple[int, int] = SIZE) -> tuple[int, int]:
    scale = min(most[0] / max(width, 1), most[1] / max(height, 1))
    return max(24, min(most[0], round(width * scale))), max(24, min(most[1], round(height * scale)))


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
