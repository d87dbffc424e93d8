"""How directories in the field write PATCH, brought into the form the RFC has.

The library reads capital operations, text for booleans, values without a path and Entra's way of removing.
Left for us (Microsoft: "Known issues and resolutions with SCIM 2.0 protocol compliance", and what Entra and
Okta send): paths as keys of a value without a path, and a manager given as a bare id.
"""

from __future__ import annotations

from typing import Any

from tabard.access.rules import ENTERPRISE

_MANAGER = f"{ENTERPRISE}:manager".lower()


def understood(body: Any) -> Any:
    """The body of a request, with what is meant in place of what was written."""
    if not isinstance(body, dict):
        return body
    body = _manager_whole(body)
    for name in [name for name in body if name.lower() == "operations"]:
        if isinstance(body[name], list):
            body[name] = [step for each in body[name] for step in _operations(each)]
    return body


def _operations(operation: Any) -> list[Any]:
    """One operation as one or more: `{"emails[type eq \"work\"].value": "x"}` is one for each such key."""
    if not isinstance(operation, dict):
        return [operation]
    if "method" in operation:  # of a bulk request: its data may be a PATCH or a person
        return [{**operation, "data": understood(operation["data"])} if "data" in operation else operation]
    if str(operation.get("path", "")).lower() == _MANAGER:
        return [operation | {"value": _as_manager(operation.get("value"))}]
    value = operation.get("value")
    if operation.get("path") or not isinstance(value, dict):
        return [operation]
    paths = {key: each for key, each in value.items() if "[" in key or key.lower() == _MANAGER}
    rest = {key: each for key, each in value.items() if key not in paths}
    alone = [{"op": operation.get("op"), "path": key, "value": each} for key, each in paths.items()]
    whole = [operation | {"value": _manager_whole(rest)}] if rest or not paths else []
    return whole + [step for each in alone for step in _operations(each)]


def _manager_whole(resource: dict[str, Any]) -> dict[str, Any]:
    extension = resource.get(ENTERPRISE)
    if isinstance(extension, dict) and "manager" in extension:
        return resource | {ENTERPRISE: extension | {"manager": _as_manager(extension["manager"])}}
    return dict(resource)


def _as_manager(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) and value else value or None
