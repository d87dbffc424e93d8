"""Holds what we send against the Bot API's own list of methods and fields, where that is at hand.

The list is a copy of core.telegram.org/bots/api; `TABARD_REFERENCE_DATA` says where it lies.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_MANY = "Array of "
UPLOADED = object()  # a file that came with the request


class Outside(AssertionError):
    """Something that is not in the list."""


@cache
def known() -> dict[str, Any] | None:
    """Its methods and types; None where it is not at hand."""
    folder = os.environ.get("TABARD_REFERENCE_DATA")
    path = Path(folder) / "contracts" / "telegram" / "api.json" if folder else None
    found: dict[str, Any] | None = json.loads(path.read_text()) if path and path.exists() else None
    return found


def validate(method: str, sent: Mapping[str, Any]) -> None:
    """Raise Outside unless `method` is there and takes just this."""
    if (spec := known()) is None:
        return
    if method not in spec["methods"]:
        raise Outside(f"there is no method {method}")
    _fields(spec, method, spec["methods"][method].get("fields", []), sent)


def _fields(spec: Mapping[str, Any], where: str, fields: list[Any], sent: Mapping[str, Any]) -> None:
    by_name = {field["name"]: field for field in fields}
    if strange := sorted(set(sent) - set(by_name)):
        raise Outside(f"{where} takes no {', '.join(strange)}")
    for name, field in by_name.items():
        if name in sent:
            if not _is_any(spec, f"{where}.{name}", field["types"], sent[name]):
                raise Outside(f"{where}.{name} is none of {field['types']}: {sent[name]!r}"[:300])
        elif field["required"]:
            raise Outside(f"{where} needs {name}")


def _is_any(spec: Mapping[str, Any], where: str, kinds: list[str], value: Any) -> bool:
    """Whether a value is of one of these kinds; each part of a list may be of another."""
    if isinstance(value, list):
        parts = [kind.removeprefix(_MANY) for kind in kinds if kind.startswith(_MANY)]
        return all(_is_any(spec, where, parts, each) for each in value)
    return any(_is(spec, where, kind, value) for kind in kinds)


def _is(spec: Mapping[str, Any], where: str, kind: str, value: Any) -> bool:
    if kind == "InputFile":
        return value is UPLOADED
    plain = {"Integer": int, "String": str, "Boolean": bool, "True": bool, "Float": float}.get(kind)
    if plain:
        return isinstance(value, plain) and (plain is bool or not isinstance(value, bool))
    if not isinstance(value, dict):
        return False
    try:
        _fields(spec, f"{where}({kind})", spec["types"][kind].get("fields", []), value)
    except Outside:
        return False
    return value.get("type") in (None, kind.removeprefix("InputMedia").lower())
