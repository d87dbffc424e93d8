"""Draws a shield of `tabard.kernel.arms` as inline SVG, in three paths and without ids.

The part and the charge are one path filled by the even-odd rule: where they overlap the field shows
through, which is what heralds call counterchanged. Tinctures are classes, so light and dark are one
drawing.
"""

from __future__ import annotations

import math
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tabard.kernel.arms import Arms, parse

# Inside a box of 20 x 24.
OUTLINE = "M1 1H19V12C19 17.6 15.2 21.2 10 23C4.8 21.2 1 17.6 1 12Z"
INNER = "M4.8 4.8H15.2V12C15.2 15.4 13.2 17.8 10 19.1C6.8 17.8 4.8 15.4 4.8 12Z"

# What the second tincture covers, by division; ends on the outline.
PARTS = {
    "plain": "",
    "pale": "M10 1H19V12C19 17.6 15.2 21.2 10 23Z",
    "fess": "M1 11.5H19V12C19 17.6 15.2 21.2 10 23C4.8 21.2 1 17.6 1 12Z",
    "bend": "M1 1L16.4 19C14.8 20.8 12.6 22.1 10 23C4.8 21.2 1 17.6 1 12Z",
    "quarterly": "M10 1H19V11.5H10ZM10 11.5H1V12C1 17.6 4.8 21.2 10 23Z",
    "chevron": "M10 7.6L19 14.6C18.8 15.9 18.3 17.1 17.6 18.2L10 12L2.4 18.2C1.7 17.1 1.2 15.9 1 14.6Z",
    "cross": "M7.5 1H12.5V8.5H19V13.5H12.5V22Q11.3 22.6 10 23Q8.7 22.6 7.5 22V13.5H1V8.5H7.5Z",
    "saltire": "M1 1H4.4L10 7.6L15.6 1H19V3L12.8 11L17.9 17.2Q16.7 19.2 14.9 20.7L10 14.4"
    "L5.1 20.7Q3.3 19.2 2.1 17.2L7.2 11L1 3Z",
    "bordure": OUTLINE + INNER,
}
# How large the one charge is drawn and how high its middle lies.
PLACES = {"plain": (1.2, 11.4), "bordure": (0.76, 11.3), "chevron": (0.5, 0.0)}
SMALL_PLACES = ((5.2, 5.0), (14.8, 5.0), (10.0, 17.6))

MARKS = {
    "label": "M2 4H18V6.6H16.8V9.6H14V6.6H11.4V9.6H8.6V6.6H6V9.6H3.2V6.6H2Z",
    "canton": "M1 1H9V9H1Z",
    "base": "M2.4 16.4H17.6C16.1 19.6 13.4 21.8 10 23C6.6 21.8 3.9 19.6 2.4 16.4Z",
    "bordure": OUTLINE + INNER,
    "baton": "M15.6 3.2L18 5.4L5 20L2.7 17.8Z",
}


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-0.", "-.").removeprefix("0") or "0"


def _polygon(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points) + "Z"


def _disc(x: float, y: float, r: float) -> str:
    d, h = _number(2 * r), _number(r)
    return f"M{_number(x - r)} {_number(y)}a{h} {h} 0 1 0 {d} 0a{h} {h} 0 1 0 -{d} 0Z"


def _charge(kind: str, x: float, y: float, scale: float) -> str:
    """The path of a charge whose middle is at x, y."""
    if kind == "star":
        turns = [(5.1 if i % 2 == 0 else 2.1, math.radians(36 * i - 90)) for i in range(10)]
        return _polygon(
            [(x + scale * r * math.cos(a), y + scale * (r * math.sin(a) + 0.3)) for r, a in turns]
        )
    if kind == "crescent":
        outer, inner = _number(4.6 * scale), _number(3.7 * scale)
        x0, y0, dx, dy = x + 1.7 * scale, y - 4.3 * scale, 2.8 * scale, 5.9 * scale
        return (
            f"M{_number(x0)} {_number(y0)}A{outer} {outer} 0 1 0 {_number(x0 + dx)} {_number(y0 + dy)}"
            f"A{inner} {inner} 0 1 1 {_number(x0)} {_number(y0)}Z"
        )
    if kind == "roundel":
        return _disc(x, y, 4.1 * scale)
    if kind == "lozenge":
        w, h = 4 * scale, 5.6 * scale
        return _polygon([(x, y - h), (x + w, y), (x, y + h), (x - w, y)])
    if kind == "billet":
        w, h = 2.5 * scale, 4.6 * scale
        return _polygon([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)])
    if kind == "tree":
        dots = ((0, -2.7), (-2.7, 1.9), (2.7, 1.9))
        return "".join(_disc(x + scale * dx, y + scale * dy, 2.2 * scale) for dx, dy in dots)
    return ""


def _second(arms: Arms) -> str:
    """Everything in the second tincture: the part of the division and the charges."""
    scale, y = PLACES.get(arms.division, (1.0, 11.5))
    places = SMALL_PLACES if arms.division == "chevron" else ((10.0, y),)
    return PARTS[arms.division] + "".join(_charge(arms.charge, cx, cy, scale) for cx, cy in places)


@lru_cache(maxsize=4096)
def paths(text: str) -> str:
    """The filled paths of the shield written as `text`, without its frame."""
    arms = parse(text)
    drawn = f'<path class="{arms.field}" d="{OUTLINE}"/><path class="{arms.part}" d="{_second(arms)}"/>'
    if arms.mark:
        drawn += f'<path class="mark {arms.mark_colour}" d="{MARKS[arms.mark]}"/>'
    return drawn + f'<path class="edge" d="{OUTLINE}"/>'


@lru_cache(maxsize=8192)
def svg(text: str, height: int, label: str = "") -> SafeString:
    """The shield at a height in px; a `label` makes it speak, without one it is hidden from screen
    readers.
    """
    width = _number(height * 20 / 24)
    name = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    large = " large" if height >= 28 else ""
    frame = f'class="arms{large}" {name} width="{width}" height="{height}" viewBox="0 0 20 24"'
    return mark_safe(f"<svg {frame}>{paths(text)}</svg>")  # noqa: S308 - parsed, escaped, and ours
