"""Holds what our connectors send against a platform's own OpenAPI document, where that is at hand."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict


class AsSeen:
    """A request in the shape openapi-core reads."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(request.url.query.decode())),
            header=Headers(list(request.headers.items())),
            cookie=ImmutableMultiDict(),
        )
        self.host_url = f"https://{request.url.netloc.decode()}"
        self.path = request.url.path
        self.method = request.method.lower()
        self.body: bytes | None = request.content or None
        self.content_type = request.headers.get("content-type", "")
        if self.content_type.startswith("application/x-www-form-urlencoded"):
            self.body, self.content_type = _as_json(request.content), "application/json"


def _as_json(form: bytes) -> bytes:
    """A form as the JSON it stands for: `name[]` is a list, true and false are what they say."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(form.decode(), keep_blank_values=True):
        if name.endswith("[]"):
            found.setdefault(name[:-2], []).append(value)
        else:
            found[name] = {"true": True, "false": False}.get(value, value)
    return json.dumps(found).encode()


def _body_of(contract: dict[str, Any], path: str) -> dict[str, Any]:
    """The schema of what is posted to `path`."""
    (content,) = contract["paths"][path]["post"]["requestBody"]["content"].values()
    schema: dict[str, Any] = content["schema"]
    return schema


def _mastodon(contract: dict[str, Any]) -> None:
    """A post may have text and files; an app's addresses may be one string; a file is bytes."""
    status = _body_of(contract, "/api/v1/statuses")
    status["anyOf"] = status.pop("oneOf")
    app = _body_of(contract, "/api/v1/apps")["properties"]
    app["redirect_uris"] = {"anyOf": [app["redirect_uris"], {"type": "string"}]}
    for path in ("/api/v1/media", "/api/v2/media"):
        _body_of(contract, path)["properties"]["file"] = {}


def _pinterest(contract: dict[str, Any]) -> None:
    """Forms are read as the JSON they stand for; a figure of pins may be one of videos as well."""
    for path in ("/oauth/token", "/oauth/token/revoke"):
        asked = contract["paths"][path]["post"]["requestBody"]["content"]
        asked["application/json"] = asked.pop("application/x-www-form-urlencoded")
    for named in contract["paths"]["/pins/analytics"]["get"]["parameters"]:
        if named.get("name") == "metric_types":
            named["schema"]["items"]["anyOf"] = named["schema"]["items"].pop("oneOf")


def _x(contract: dict[str, Any]) -> None:
    """A part of a file goes as a form: its number is written as text, its bytes are bytes."""
    content = contract["paths"]["/2/media/upload/{id}/append"]["post"]["requestBody"]["content"]
    content["multipart/form-data"]["schema"] = {
        "type": "object",
        "required": ["media", "segment_index"],
        "properties": {"media": {}, "segment_index": {"type": "string", "pattern": "^[0-9]{1,3}$"}},
        "additionalProperties": False,
    }


OVERRULED: dict[str, Callable[[dict[str, Any]], None]] = {
    "mastodon": _mastodon,
    "pinterest": _pinterest,
    "x": _x,
}


@cache
def document(name: str) -> OpenAPI | None:
    """The contract `contracts/<name>/openapi.json`, or None where TABARD_REFERENCE_DATA is not set.

    `OVERRULED` holds what the platform's own documentation says otherwise than the generated contract.
    """
    folder = os.environ.get("TABARD_REFERENCE_DATA")
    if not folder:
        return None
    found = json.loads((Path(folder) / "contracts" / name / "openapi.json").read_text())
    OVERRULED.get(name, lambda whole: None)(found)
    return OpenAPI.from_dict(found, config=Config(spec_validator_cls=None))


def validate(name: str, request: httpx.Request) -> None:
    """Raise if `request` is not as the contract wants it."""
    if contract := document(name):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # OAuth 2 is for the simulators to check
            try:
                contract.validate_request(AsSeen(request))
            except OpenAPIError as error:
                said = f"{error} {error.__cause__!r}"[:400]
                raise AssertionError(f"{request.method} {request.url.path}: {said}") from None
