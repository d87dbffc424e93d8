"""Bodies that fit the document of the API, made from it: with ids of things that are there."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

from tabard.kernel import clock

# What stands behind a name that is not that of an address.
MEANS = {
    "target_id": "unit_id",
    "parent_id": "unit_id",
    "attachment_id": "picture_id",
    "end": "grant_id",
    "person": "person_id",
    "thing": "channel_id",
    "channel": "channel_id",
    "into_id": "channel_id",
    "answers_id": "message_id",
    "beside": "person_id",
}
SOMEBODY = {"to_id", "lead_id", "second_id", "owner_id"}
# Words that a field takes, where any word will not do.
WORDS = {
    "address": "https://sink.meridian.example/",
    "as_master": "link",
    "attribute": "department",
    "choice": "keep",
    "codes": "A" * 32,
    "deputy": "",
    "due_time": "12:00",
    "domain": "meridian.example",
    "email": "new@meridian.example",
    "handle": "soups@social.meridian.example",
    "issuer": "https://id.meridian.example",
    "kind": "district",
    "language": "en",
    "languages": "en",
    "link": "https://meridian.example/",
    "matter": "holds.grace_hours",
    "owner": "",
    "permission": "posts.see",
    "placement": "post",
    "profile": "https://x.com/not_us",
    "recovery_owner": "",
    "recovery_email": "desk@meridian.example",
    "second_factor": "on",
    "shown": "yes",
    "since": "2026-01-01",
    "sheet": "",
    "site": "github",
    "state": "active",
    "theme": "dark",
    "until": "2026-12-01",
    "url": "https://meridian.example/",
    "zone": "Europe/Oslo",
}
# What "kind" means, by the end of the address.
KINDS = {"disowned-profiles": "not_ours", "reviews": "access", "reorganisations": "close", "sources": "oidc"}


class Bodies:
    """Makes one valid body for each operation. `ids` by name in addresses; `somebody` else who is here."""

    def __init__(self, document: dict[str, Any], ids: dict[str, int], somebody: int) -> None:
        self.document, self.ids, self.somebody = document, ids, somebody

    def of(self, method: str, path: str) -> tuple[Any, str]:
        """The body, and its type."""
        for kind, said in self._operation(method, path).get("requestBody", {}).get("content", {}).items():
            body = self.value(said["schema"], "")
            if isinstance(body, dict) and "profile" in body:
                body["platform"] = ""  # it is in the link
            if isinstance(body, dict) and "kind" in body:
                body["kind"] = KINDS.get(path.rpartition("/")[2], body["kind"])
            return body, kind
        return None, "application/json"

    def query(self, method: str, path: str) -> dict[str, Any]:
        """What an operation must have in its address."""
        return {
            each["name"]: self.value(each["schema"], each["name"])
            for each in self._operation(method, path).get("parameters", ())
            if each["in"] == "query" and each.get("required")
        }

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.document["paths"]["/api/v1" + re.sub(r"{\w+:", "{", path)]
        return dict(found[method.lower()])

    def value(self, schema: dict[str, Any], name: str) -> Any:
        """Something that fits."""
        if "$ref" in schema:
            return self.value(self.document["components"]["schemas"][schema["$ref"].split("/")[-1]], name)
        for way in ("anyOf", "oneOf", "allOf"):
            if way in schema:
                return self.value(next(s for s in schema[way] if s.get("type") != "null"), name)
        if "const" in schema or schema.get("enum"):
            return schema.get("const", schema.get("enum", [None])[0])
        kind = schema.get("type")
        if kind == "object":
            wanted = schema.get("properties", {})
            return {each: self.value(said, each) for each, said in wanted.items() if each != "was"}
        if kind == "array":
            return [self.value(schema.get("items", {}), name.removesuffix("s"))]
        return self._plain(kind, schema, name)

    def _plain(self, kind: Any, schema: dict[str, Any], name: str) -> Any:
        if kind == "boolean":
            return False
        if kind in {"integer", "number"}:
            if name in SOMEBODY:
                return self.somebody
            known = self.ids.get(name) or self.ids.get(MEANS.get(name, "")) or self.ids.get(f"{name}_id")
            return known or max(schema.get("minimum", 1), 12 if name == "months" else 1)
        soon = clock.now() + timedelta(hours=2 if name.startswith(("start", "open")) else 4)
        shaped = {"date-time": soon.isoformat(), "date": f"{soon + timedelta(days=1):%Y-%m-%d}"}
        shaped |= {"uuid": str(uuid.uuid4())}
        word = "x" * max(1, schema.get("minLength", 1))
        return shaped.get(schema.get("format", ""), WORDS.get(name, WORDS.get(name + "s", word)))
