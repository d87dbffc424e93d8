"""JSON in its one canonical form (RFC 8785), so that a signature holds however a file was written again."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

EXACT = 2**53 - 1  # whole numbers beyond it are not the same number everywhere


def canonical(value: Any) -> bytes:
    """`value` as bytes. ValueError for what JSON has no one form for."""
    return _written(value).encode("utf-8")


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > EXACT:
            raise ValueError(f"{value} is too large a number for JSON")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(each) for each in value) + "]"
    raise ValueError(f"JSON has no {type(value).__name__}")


def _number(value: float) -> str:
    """As ECMAScript writes numbers: the shortest digits that read back as the same."""
    if not math.isfinite(value):
        raise ValueError(f"JSON has no {value}")
    if value == 0:
        return "0"
    shortest = Decimal(repr(abs(value))).normalize().as_tuple()
    digits, sign = "".join(map(str, shortest.digits)), "-" if value < 0 else ""
    point = int(shortest.exponent) + len(digits)
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    whole = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{sign}{whole}e{'+' if power >= 0 else '-'}{abs(power)}"
