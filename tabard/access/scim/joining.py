"""PATCH of a group that only lets some in and others out: done without reading who else is in it."""

from __future__ import annotations

import re
from typing import Any

from scim2_models import InvalidValueException, PatchOp, ResourceType
from scim2_server.conditions import Conditions
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from tabard.access.scim.storage import Storage
from tabard.kernel import text

_ONE = re.compile(r'^members\[value eq "([0-9]{1,18})"\]$', re.I)


class Handler(ScimHandler):
    """The library's, with one short way."""

    storage: Storage
    # Whether the answer shall have attributes: then all of the group is read after all.
    answers = False

    def patch(self, request: ScimRequest) -> ScimResponse:
        self.answers = bool({"attributes", "excludedAttributes"} & set(request.query))
        return super().patch(request)

    def patch_resource(
        self, resource_type: ResourceType, resource_id: str, patch_op: PatchOp[Any], conditions: Conditions
    ) -> Any:
        asked = None
        free = not (self.answers or conditions.if_match or conditions.if_none_match)
        if resource_type.name == "Group" and free:
            asked = only_members(patch_op.operations or [])
        if asked is None:
            return super().patch_resource(resource_type, resource_id, patch_op, conditions)
        return self.storage.let(resource_id, *asked)


def only_members(operations: list[Any]) -> tuple[dict[int, str], list[int]] | None:
    """Who comes, and who goes; None where anything else is asked for, or in another way."""
    come: dict[int, str] = {}
    go: list[int] = []
    for each in operations:
        op, path, value = each.op.value, str(each.path or ""), each.value
        if op == "add" and not path and isinstance(value, dict) and list(value) == ["members"]:
            path, value = "members", value["members"]
        if (one := _ONE.match(path)) and op == "remove" and value is None:
            path, value = "members", [{"value": one[1]}]
        plain = isinstance(value, list) and value and all(isinstance(m, dict) for m in value)
        if path.lower() != "members" or op not in {"add", "remove"} or not plain:
            return None
        for member in value:
            pk = _number(member)
            if op == "add":
                come[pk] = str(member.get("display") or "")[:200]
                go = [other for other in go if other != pk]
            else:
                come.pop(pk, None)
                go.append(pk)
    return come, go


def _number(member: dict[str, Any]) -> int:
    found = text.number(member.get("value"))
    if found is None:
        raise InvalidValueException(detail=f"There is no person {str(member.get('value'))[:40]!r} here")
    return found
