"""Holds records and calls against the lexicons of the AT Protocol, where they are at hand."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tabard.connectors.card import CountedIn
from tabard.connectors.text import count

FORMATS = {
    "did": r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]",
    "handle": r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
    "at-uri": r"at://\S+",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "uri": r"[a-z][a-z.-]*:\S+",
    "record-key": r"[A-Za-z0-9._~:-]{1,512}",
    "language": r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*",
    "cid": r"[a-zA-Z0-9]{8,}",
    "nsid": r"[a-zA-Z0-9.-]+",
    "at-identifier": r"\S+",
}


@cache
def lexicon(name: str) -> dict[str, Any] | None:
    """The definitions of a lexicon, or None where TABARD_REFERENCE_DATA is not set."""
    folder = os.environ.get("TABARD_REFERENCE_DATA")
    if not folder:
        return None
    path = Path(folder) / "contracts/bluesky/lexicons" / f"{name.replace('.', '/')}.json"
    found: dict[str, Any] = json.loads(path.read_text())["defs"]
    return found


def check_record(record: dict[str, Any]) -> None:
    """Raise AssertionError if a record is not as its lexicon wants it."""
    if defs := lexicon(record["$type"]):
        _check(defs["main"]["record"], record, record["$type"], record["$type"])


def check_call(name: str, body: dict[str, Any]) -> None:
    """Raise AssertionError if the input of a procedure is not as its lexicon wants it."""
    if defs := lexicon(name):
        _check(defs["main"]["input"]["schema"], body, name, name)


def _check(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    kinds: dict[str, Callable[[dict[str, Any], Any, str, str], None]] = {
        "object": _object,
        "string": _string,
        "integer": _integer,
        "array": _array,
        "ref": _ref,
        "union": _union,
        "blob": _blob,
    }
    if check := kinds.get(schema["type"]):
        check(schema, value, where, home)


def _object(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    assert isinstance(value, dict), f"{where} is no object"
    missing = [name for name in schema.get("required", ()) if name not in value]
    assert not missing, f"{where} lacks {missing}"
    for name, part in value.items():
        known = schema.get("properties", {}).get(name)
        assert known or name == "$type", f"{where} has an unknown {name}"
        if known and not (part is None and name in schema.get("nullable", ())):
            _check(known, part, f"{where}.{name}", home)


def _string(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    assert isinstance(value, str), f"{where} is no text"
    assert len(value.encode()) <= schema.get("maxLength", 10**9), f"{where} is too long"
    assert count(value, CountedIn.GRAPHEMES) <= schema.get("maxGraphemes", 10**9), f"{where} is too long"
    wanted = FORMATS.get(schema.get("format", ""))
    assert not wanted or re.fullmatch(wanted, value), f"{where}: {value!r} is no {schema['format']}"


def _integer(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    assert isinstance(value, int), f"{where} is no number"
    assert value >= schema.get("minimum", value), f"{where} is too small"


def _array(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    assert isinstance(value, list), f"{where} is no list"
    assert len(value) <= schema.get("maxLength", 10**9), f"{where} has too many"
    for number, item in enumerate(value):
        _check(schema["items"], item, f"{where}[{number}]", home)


def _ref(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    file, _sep, name = schema["ref"].partition("#")
    defs = lexicon(file or home)
    assert defs is not None
    _check(defs[name or "main"], value, where, file or home)


def _union(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    named = {ref if not ref.startswith("#") else f"{home}{ref}": ref for ref in schema["refs"]}
    assert value.get("$type") in named, f"{where} is of the unknown type {value.get('$type')}"
    _ref({"ref": named[value["$type"]]}, value, where, home)


def _blob(schema: dict[str, Any], value: Any, where: str, home: str) -> None:
    assert value["$type"] == "blob", f"{where} is no blob"
    assert value["size"] <= schema.get("maxSize", 10**9), f"{where} is too big"
    accepted = [kind.partition("/")[0] for kind in schema.get("accept", ())]
    assert value["mimeType"].partition("/")[0] in accepted, f"{where} is {value['mimeType']}"
