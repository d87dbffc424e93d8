"""The page that explains the API: drawn here from its own document, with nothing fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from tabard.kernel import endpoint
from tabard.kernel.matching import tag

REFUSED = "Refused"
WHY = (
    "What is wrong, as RFC 9457 has it: 400 unreadable, 401 no valid token, 403 not allowed, 404 not there or"
    " not yours to see, 409 somebody was faster, 412 it was changed after it was read"
    " (`If-Match`), 413 too large, 415 no JSON, 422 a field is wrong, 429 asked too much (`Retry-After`)."
)
SHAPES = "#/components/schemas/"


@dataclass(frozen=True)
class Field:
    """One value of a request or an answer. `shapes` are the names of what it is made of."""

    name: str
    kind: str
    must: bool
    said: str
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    name: str
    said: str
    fields: list[Field]


@dataclass(frozen=True)
class Called:
    """One operation as the page shows it. `media` is the content type of what is sent."""

    id: str
    method: str
    path: str
    said: str
    asked: list[Field]
    media: str = ""
    sent: list[Field] = field(default_factory=list)
    answers: list[tuple[str, Field | None]] = field(default_factory=list)


class Api(NinjaAPI):
    """The API, whose document also says how it refuses."""

    def create_response(self, request: HttpRequest, data: Any, **how: Any) -> HttpResponse:
        response: HttpResponse = super().create_response(request, data, **how)
        if request.method == "GET" and response.status_code == 200:
            response["ETag"] = tag(response.content, getattr(request, "shape", None))
        return response

    def get_openapi_schema(self, **how: Any) -> Any:
        found = super().get_openapi_schema(**how)
        parts = found["components"]
        parts["schemas"]["Problem"] = PROBLEM
        parts["responses"] = {
            REFUSED: {
                "description": WHY,
                "content": {"application/problem+json": {"schema": {"$ref": SHAPES + "Problem"}}},
            }
        }
        parts["headers"] = {"ETag": TAG}
        for path, operations in found["paths"].items():
            for method, operation in operations.items():
                operation["responses"]["4XX"] = {"$ref": f"#/components/responses/{REFUSED}"}
                _with_tags(path, method, operation)
        return found


def _with_tags(path: str, method: str, told: dict[str, Any]) -> None:
    """Say where a tag is got, and where it can be sent back."""
    plain = re.sub(r"{\w+:", "{", path)
    if method == "get":
        told["responses"].get(200, {})["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    elif _readable(plain):
        told["parameters"].append(SEEN)


@cache
def _readable(path: str) -> bool:
    plain = {re.sub(r"{\w+:", "{", each.path): each.path for each in endpoint.operations}
    ours = path[path.index("/v1") + 3 :]
    return bool(endpoint.readable(plain[ours])) if ours in plain else False


TAG: dict[str, Any] = {
    "schema": {"type": "string"},
    "description": "The tag of what was read, for `If-Match` of a change. What moves by itself (fields with"
    " `x-moves-by-itself`) changes its second part only, which `If-Match` does not ask about.",
}
SEEN: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag that the GET of this thing gave. If it reads otherwise by now: 412, with who"
    " changed it and when, and nothing is written. Without it the change is made whatever stands there.",
}


PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["status", "detail"],
    "properties": {
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for people."},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
            "description": "With 422: the sentences by field.",
        },
        "changed": {
            "type": "object",
            "description": "With 412: the last change: `by`, `at`, `action`, and `fields` by name.",
        },
        "theirs": {"type": "object", "description": "With 409: what stands now."},
    },
}


class Docs(DocsBase):
    """The page at /api/v1/docs, for whoever is signed in; the document itself is open."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return HttpResponseRedirect(
                f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
            )
        document = api.get_openapi_schema(path_params=kwargs)
        shown = {
            "groups": _groups(document["paths"]),
            "shapes": [
                _shape(name, each) for name, each in sorted(document["components"]["schemas"].items())
            ],
            "document": self.get_openapi_url(api, kwargs),
        }
        return render(request, "web/api.html", shown)


def _groups(paths: Mapping[str, Any]) -> dict[str, list[Called]]:
    found: dict[str, list[Called]] = {}
    for path, operations in paths.items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_called(method, path, operation))
    return dict(sorted(found.items()))


def _called(method: str, path: str, told: Mapping[str, Any]) -> Called:
    content: dict[str, Any] = told.get("requestBody", {}).get("content", {})
    media = next(iter(content), "")
    return Called(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        said=told.get("description", ""),
        asked=[_field(p["name"], p["schema"], p["required"]) for p in told["parameters"]],
        media=media,
        sent=_sent(content[media]["schema"] if media else {}),
        answers=[(str(code), _answer(each)) for code, each in told["responses"].items() if code != "4XX"],
    )


def _sent(schema: Mapping[str, Any]) -> list[Field]:
    if "properties" in schema:
        return _fields(schema)
    return [_field(_("The whole body"), schema, True)] if schema else []


def _answer(told: Mapping[str, Any]) -> Field | None:
    content = next(iter(told.get("content", {}).values()), None)
    return _field("", content["schema"], True) if content else None


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    return Shape(name, schema.get("description", ""), _fields(schema))


def _fields(schema: Mapping[str, Any]) -> list[Field]:
    must = set(schema.get("required", ()))
    return [_field(name, each, name in must) for name, each in schema.get("properties", {}).items()]


def _field(name: str, schema: Mapping[str, Any], must: bool) -> Field:
    kind, shapes = _kind(schema)
    return Field(name, kind, must, schema.get("description", ""), tuple(shapes))


def _kind(schema: Mapping[str, Any]) -> tuple[str, list[str]]:
    """What a value is, in words of JSON, and the shapes it names."""
    if ref := schema.get("$ref"):
        return "", [ref.removeprefix(SHAPES)]
    if several := schema.get("anyOf"):
        return _either(_kind(each) for each in several)
    if schema.get("type") == "array":
        kind, shapes = _kind(schema.get("items", {}))
        return f"[{kind}]", shapes
    return str(schema.get("format") or schema.get("type") or "any"), []


def _either(kinds: Iterable[tuple[str, list[str]]]) -> tuple[str, list[str]]:
    found = list(kinds)
    shapes = [shape for _kind, named in found for shape in named]
    return " | ".join(kind for kind, _named in found if kind), shapes
