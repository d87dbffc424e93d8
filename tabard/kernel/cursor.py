"""Places in an order, as the address of a page names them: the keys of the row before or after it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid

M = TypeVar("M", bound=Model)


def turned(keys: Sequence[str]) -> tuple[str, ...]:
    """The same order from its end."""
    return tuple(k[1:] if k.startswith("-") else "-" + k for k in keys)


def after(rows: QuerySet[M], keys: Sequence[str], cursor: str) -> QuerySet[M]:
    """The rows after a place; one of another order is refused as any damaged one."""
    values = _read(cursor, len(keys))
    try:
        return rows.filter(_beyond(keys, values))
    except (TypeError, ValueError, ValidationError) as error:
        raise _damaged() from error


def _beyond(keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after the one with `values` in the order of `keys`."""
    found, same = Q(), Q()
    for position, (key, value) in enumerate(zip(keys, values, strict=True)):
        name = key.lstrip("-")
        step = Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value})
        found |= same & step
        if position == 0:
            # Lets the database start in the index at the right place.
            first = Q(**{f"{name}__{'lte' if key.startswith('-') else 'gte'}": value})
        same &= Q(**{name: value})
    return first & found


def write(place: Mapping[str, Any], keys: Sequence[str]) -> str:
    """The place of a row in the order, as the address of a page says it."""
    values = [place[key.lstrip("-")] for key in keys]
    # To the microsecond: rows of the same millisecond are else passed over, or come again and again.
    values = [{"t": v.isoformat()} if isinstance(v, (datetime, date)) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != length:
            raise ValueError(cursor)
        return [_value(v) for v in values]
    except (ValueError, TypeError) as error:
        raise _damaged() from error


def _damaged() -> Invalid:
    return Invalid({"after": [_("This page address is damaged. Start again from the first page.")]})


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        text = value.get("t")
        if not isinstance(text, str):
            raise TypeError(value)
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if not isinstance(value, (str, int, float, bool)) or (isinstance(value, str) and "\x00" in value):
        raise TypeError(value)
    return value
