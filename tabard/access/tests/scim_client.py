"""A directory for tests: it speaks SCIM to our own application, with a token of its own."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tabard.access.actions import add_directory, make_directory_token
from tabard.access.models import Directory
from tabard.kernel.actor import command_line
from tabard.org.models import Person, Unit

PERSON = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


class Speaker:
    """What Entra, Okta and others do, as far as tests need it."""

    def __init__(self, unit: Unit, **said: Any) -> None:
        self.directory: Directory = add_directory(command_line(), unit, **{"name": "Entra", **said})
        self.key = make_directory_token(command_line(), self.directory).key
        self.client = Client(headers={"Authorization": f"Bearer {self.key}"})

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = body if isinstance(body, (str, bytes)) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, f"/scim/v2{path}", data, content_type="application/scim+json", headers=headers
        )

    def add(self, user_name: str, **more: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/Users", {"schemas": [PERSON], "userName": user_name, **more})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def group(self, name: str, *members: str) -> dict[str, Any]:
        body = {"schemas": [GROUP], "displayName": name, "members": [{"value": m} for m in members]}
        answer = self.ask("POST", "/Groups", body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def patch(self, path: str, *operations: dict[str, Any], status: int | None = None) -> Any:
        answer = self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})
        assert answer.status_code == status if status else answer.status_code < 300, answer.text
        return answer

    def find(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.client.get(f"/scim/v2{path}", query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def person(self, known: dict[str, Any]) -> Person:
        return Person.objects.select_related("unit").get(members__pk=int(known["id"]))
