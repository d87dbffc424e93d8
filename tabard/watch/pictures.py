"""Pictures by what they show: PDQ for photographs, and the shape of a flat logo.

PDQ (Meta, ThreatExchange, `pdq/README.md`) gives 256 bits and a quality; two pictures match at up to 31
bits, and a quality of 49 or less says nothing. Turned and mirrored pictures are found by the eight hashes
of a square.
A logo in one colour has too little in it for PDQ: there the outline decides, whatever its colours.
"""

from __future__ import annotations

import io
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

MATCH = 31  # bits of 256
GOOD = 50  # the least quality at which PDQ says something
GRID = 64
KEPT = 16
OUTLINE = 24  # cells of an outline's side
ALIKE = 0.9  # of the cells that either outline fills, how many both fill
MOST_PIXELS = 40_000_000
# More says nothing about likeness, and 40 kB of file would take a gigabyte of memory.
ENOUGH = 2_000_000
PLAIN = {"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"}  # of which cells can be put together as they are
# Pillow knows dozens of formats, and opens some of them with other programs (EPS with Ghostscript).
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")
BITS = KEPT * KEPT

_HASH, _SHAPE = BITS // 4, OUTLINE * OUTLINE // 4  # hexadecimal digits

Rows = list[list[float]]


@dataclass(frozen=True)
class Picture:
    """`turns`: PDQ of the picture as it is, then turned and mirrored. `outline`: the cells of a flat logo
    that are not background; 0 for anything else.
    """

    turns: tuple[int, ...]
    quality: int
    outline: int = 0


def look(file: Path) -> Picture | None:
    """What a picture shows; None where the file is no picture, or too large to be one."""
    return _looked(file)


def read(data: bytes) -> Picture | None:
    """What the picture in these bytes shows; None where they are none."""
    return _looked(io.BytesIO(data))


def _looked(file: Path | io.BytesIO) -> Picture | None:
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            return see(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def see(image: Image.Image) -> Picture:
    """What an opened picture shows. See-through parts count as white."""
    upright = ImageOps.exif_transpose(_handy(image)).convert("RGBA")
    plain = Image.new("RGBA", upright.size, "white")
    plain.alpha_composite(upright)
    grid = _grid(plain.convert("RGB").convert("L").convert("F"))
    return Picture(_turns(_waves(grid)), _quality(grid), _outline(plain.convert("RGB")))


def _handy(image: Image.Image) -> Image.Image:
    """The picture itself, or of a large one as much as likeness needs."""
    factor = int(math.sqrt(image.width * image.height / ENOUGH))
    if factor < 2:
        return image
    return (image if image.mode in PLAIN else image.convert("RGBA")).reduce(factor)


def kept(picture: Picture) -> str:
    """What a picture shows as hexadecimal digits: its PDQ, how much that says, and the outline."""
    return f"{picture.turns[0]:0{_HASH}x}{picture.quality:02x}{picture.outline:0{_SHAPE}x}"


def written(text: str) -> Picture | None:
    """A picture known by what `kept` wrote of it, or by its PDQ alone, as 64 hexadecimal digits."""
    if len(text) not in {_HASH, _HASH + 2 + _SHAPE}:
        return None
    try:
        turn = int(text[:_HASH], 16)
        if len(text) == _HASH:
            return Picture((turn,), 100)
        return Picture((turn,), int(text[_HASH : _HASH + 2], 16), int(text[_HASH + 2 :], 16))
    except ValueError:
        return None


def alike(one: Picture, other: Picture) -> str:
    """How two pictures are the same: `copy`, `turned`, `outline`; empty if they are not."""
    if one.quality >= GOOD and other.quality >= GOOD:
        first = one.turns[0]
        if (first ^ other.turns[0]).bit_count() <= MATCH:
            return "copy"
        if any((first ^ turn).bit_count() <= MATCH for turn in other.turns[1:]):
            return "turned"
        if other.turns and any((turn ^ other.turns[0]).bit_count() <= MATCH for turn in one.turns[1:]):
            return "turned"
    if one.outline and other.outline:
        both = (one.outline & other.outline).bit_count()
        if both >= ALIKE * (one.outline | other.outline).bit_count():
            return "outline"
    return ""


def _grid(grey: Image.Image) -> Rows:
    """64 by 64 samples of the picture, smoothed by a tent as PDQ's two passes of a box make it: cells of half
    the distance, of which every second is taken.
    """
    width, height = grey.size
    side = 2 * GRID - 1
    box = (width / 4 / GRID, height / 4 / GRID, width - width / 4 / GRID, height - height / 4 / GRID)
    small = grey.resize((side, side), Image.Resampling.BILINEAR, box=box)
    values = array("f", small.tobytes())
    return [[values[2 * y * side + 2 * x] for x in range(GRID)] for y in range(GRID)]


def _quality(grid: Rows) -> int:
    """How much there is to see, 0 to 100: the sum of steps between neighbours."""
    steps = 0
    for y in range(GRID - 1):
        steps += sum(abs(int((grid[y][x] - grid[y + 1][x]) * 100 / 255)) for x in range(GRID))
    for row in grid:
        steps += sum(abs(int((row[x] - row[x + 1]) * 100 / 255)) for x in range(GRID - 1))
    return min(100, steps // 90)


@cache
def _cosines() -> Rows:
    scale = math.sqrt(2 / GRID)
    return [
        [scale * math.cos(math.pi / 2 / GRID * (k + 1) * (2 * j + 1)) for j in range(GRID)]
        for k in range(KEPT)
    ]


def _waves(grid: Rows) -> Rows:
    """The 16 by 16 lowest waves of the picture, without the flat one."""
    cosines = _cosines()
    half = [[_dot(wave, column) for column in zip(*grid, strict=True)] for wave in cosines]
    return [[_dot(wave, row) for wave in cosines] for row in half]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(float.__mul__, one, other))


def _turns(waves: Rows) -> tuple[int, ...]:
    """The hashes of the picture and its seven turned and mirrored forms; turning only changes signs."""
    across = [list(column) for column in zip(*waves, strict=True)]
    found = []
    for table in (waves, across):
        for flip_y, flip_x in ((0, 0), (0, 1), (1, 0), (1, 1)):
            found.append(
                _bits([[v * _sign(y * flip_y + x * flip_x + flip_y + flip_x) for x, v in enumerate(row)]
                       for y, row in enumerate(table)])
            )  # fmt: skip
    return tuple(found)


def _sign(times: int) -> int:
    return -1 if times % 2 else 1


def _bits(waves: Rows) -> int:
    flat = [value for row in waves for value in row]
    middle = sorted(flat)[len(flat) // 2 - 1]
    return sum(1 << place for place, value in enumerate(flat) if value > middle)


def _outline(image: Image.Image) -> int:
    """The cells that are not background, of what is left when even margins are cut off."""
    ground = image.getpixel((0, 0))
    corners = [(image.width - 1, 0), (0, image.height - 1), (image.width - 1, image.height - 1)]
    if any(_apart(ground, image.getpixel(corner)) > 24 for corner in corners):
        return 0
    apart = ImageChops.difference(image, Image.new("RGB", image.size, ground)).convert("L")
    mask = apart.point(lambda v: 255 if v > 40 else 0)
    box = mask.getbbox()
    if box is None or _colours(image) > 6:
        return 0
    inner = ImageOps.pad(mask.crop(box), (OUTLINE * 4, OUTLINE * 4), color=0).resize(
        (OUTLINE, OUTLINE), Image.Resampling.BOX
    )
    return sum(1 << place for place, value in enumerate(inner.tobytes()) if value > 127)


def _apart(one: object, other: object) -> int:
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return int(max(abs(a - b) for a, b in zip(one, other, strict=True)))


def _colours(image: Image.Image) -> int:
    """How many colours cover more than one pixel in a hundred: few in a logo, many in a photograph."""
    small = image.resize((64, 64), Image.Resampling.BOX).quantize(16)
    return sum(count > 64 * 64 / 100 for count, _colour in small.getcolors() or ())
