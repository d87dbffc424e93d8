"""Holds requests against Google's own descriptions of its APIs, which come with its client library."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx

Found = Mapping[str, Any]


class Outside(AssertionError):
    """A request that the description does not have."""


def folder() -> Path | None:
    """Where the descriptions lie, or None where the library is not installed."""
    found = importlib.util.find_spec("googleapiclient")
    home = Path(found.origin).parent if found and found.origin else None
    return home / "discovery_cache" / "documents" if home else None


@cache
def document(name: str) -> Found | None:
    """The description called `name`, as `youtube.v3`."""
    there = folder()
    return json.loads((there / f"{name}.json").read_text()) if there else None


def validate(name: str, request: httpx.Request) -> None:
    """Raise `Outside` if `request` is none of the description's: path, method, parameters and body."""
    described = document(name)
    if described is None:
        return
    path = request.url.path.removeprefix("/")
    for method in _methods(described):
        if method["httpMethod"] == request.method and _is_at(method, described, path):
            _parameters(method, described, request)
            if request.content and "request" in method and _is_json(request):
                _body(
                    described,
                    described["schemas"][method["request"]["$ref"]],
                    json.loads(request.content),
                    "",
                )
            return
    raise Outside(f"{request.method} {request.url.path} is not in {name}")


def _is_json(request: httpx.Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")


def _methods(found: Found) -> Iterator[Found]:
    yield from found.get("methods", {}).values()
    for resource in found.get("resources", {}).values():
        yield from _methods(resource)


def _is_at(method: Found, described: Found, path: str) -> bool:
    """Whether the method stands at `path`, of which `{…}` in the description is any part."""
    known = [described.get("servicePath", "") + (method.get("flatPath") or method["path"])]
    # Where a file can be sent along, it is sent to an address of its own.
    sends = method.get("mediaUpload", {}).get("protocols", {}).get("simple", {}).get("path")
    known += [sends.removeprefix("/")] if sends else []
    given = path.split("/")
    return any(
        len(each.split("/")) == len(given) and all(map(_like, each.split("/"), given)) for each in known
    )


def _like(part: str, given: str) -> bool:
    before, open_, rest = part.partition("{")
    after = rest.partition("}")[2]
    if not open_:
        return part == given
    within = given.removeprefix(before).removesuffix(after)
    return given == f"{before}{within}{after}" and bool(within) and ":" not in within


def _parameters(method: Found, described: Found, request: httpx.Request) -> None:
    known = {**described.get("parameters", {}), **method.get("parameters", {})}
    given = request.url.params
    for name in given:
        if name not in known or known[name].get("location") != "query":
            raise Outside(f"{method['id']}: no parameter {name}")
        for value in given.get_list(name):
            _value(known[name], value, name)
        if len(given.get_list(name)) > 1 and not known[name].get("repeated"):
            raise Outside(f"{method['id']}: {name} stands there twice")
    for name, one in method.get("parameters", {}).items():
        needed = one.get("required") or one.get("description", "").startswith("Required.")
        if needed and one.get("location") == "query" and not any(n.startswith(name) for n in given):
            raise Outside(f"{method['id']}: {name} is missing")


def _value(one: Found, value: Any, name: str) -> None:
    if "enum" in one and value not in one["enum"]:
        raise Outside(f"{name}: {value} is none of {one['enum']}")
    if one.get("type") == "integer" and not re.fullmatch(r"-?\d+", str(value)):
        raise Outside(f"{name}: {value} is no number")


def _body(described: Found, schema: Found, value: Any, at: str) -> None:
    if "$ref" in schema:
        schema = described["schemas"][schema["$ref"]]
    kinds: dict[str, Any] = {
        "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
    }  # fmt: skip
    if not isinstance(value, kinds.get(schema.get("type", ""), object)):
        raise Outside(f"{at}: {value!r} is no {schema['type']}")
    if isinstance(value, list):
        for each in value:
            _body(described, schema["items"], each, f"{at}[]")
    elif isinstance(value, dict):
        _fields(described, schema, value, at)
    else:
        _value(schema, value, at)


def _fields(described: Found, schema: Found, value: Found, at: str) -> None:
    known = schema.get("properties", {})
    for name, each in value.items():
        if name not in known and "additionalProperties" not in schema:
            raise Outside(f"{at}.{name} is not known")
        _body(described, known.get(name) or schema["additionalProperties"], each, f"{at}.{name}")
