"""A Mastodon in a box: state, faults on demand, and every request held against the API's contract.

Its own switches: NO_KEY (Idempotency-Key is ignored), KEY_FAULT (a repeated key gives a 500), NO_V2 (no
/api/v2), SLOW_MEDIA (files take a while), COARSE_SCOPES, MEDIA_LOST.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

from tabard.connectors.base import Access
from tabard.connectors.card import Limits
from tabard.connectors.stage import LIMITED, REVOKED, Shown, Stage, payload
from tabard.connectors.tests.openapi import validate

FOLDER = Path(__file__).parent.parent
HOST = "mastodon.example"
TOKEN = "token-for-tests-invented"
NO_KEY, KEY_FAULT, NO_V2, SLOW_MEDIA = "no_key", "key_fault", "no_v2", "slow_media"
COARSE_SCOPES, MEDIA_LOST = "coarse_scopes", "media_lost"

Body = Mapping[str, Any]


def made(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, json=body)


def refused(status: int, said: str) -> httpx.Response:
    return made(status, {"error": said})


def html(text: str) -> str:
    """A text as Mastodon shows it: paragraphs, breaks, links in three parts, far mentions cut short."""
    out = escape(text, quote=False)
    out = re.sub(
        r"(https?://)(\S{1,20})(\S*)",
        r'<a href="\1\2\3" rel="nofollow"><span class="invisible">\1</span>'
        r'<span class="ellipsis">\2</span><span class="invisible">\3</span></a>',
        out,
    )
    out = re.sub(
        r"@(\w+)@[\w.]+", r'<span class="h-card"><a href="#" class="mention">@<span>\1</span></a></span>', out
    )
    return "".join(f"<p>{part.replace(chr(10), '<br />')}</p>" for part in out.split("\n\n"))


@dataclass
class MastodonStage(Stage):
    """One channel, @tabard_town, on mastodon.example."""

    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0
    next_id: int = 115603214480120001
    instance: str = "instance_v2"

    def access(self) -> Access:
        limits = Limits(text=500)
        return Access(
            "mastodon", f"https://{HOST}", "109300100", f"tabard_town@{HOST}", {"token": TOKEN}, limits=limits
        )

    def fields(self) -> Mapping[str, str]:
        return {"server": HOST, "token": TOKEN}

    def allow(self, url: str) -> Mapping[str, str]:
        """The person says yes at the server's door."""
        return {"code": "code-invented", "state": parse_qs(urlsplit(url).query)["state"][0]}

    def shown(self) -> list[Shown]:
        return [
            Shown(
                key,
                self.texts[key],
                tuple(item["description"] or "" for item in status["media_attachments"]),
                status["in_reply_to_id"] or "",
            )
            for key, status in sorted(self.statuses.items())
        ]

    def say(self, text: str, *, reply_to: str = "") -> str:
        said = copy.deepcopy(payload(FOLDER, "converses"))
        said["id"] = str(34975861 + len(self.notifications))
        said["status"].update(id=self._id(), content=html(text), in_reply_to_id=reply_to or None)
        said["status"]["in_reply_to_account_id"] = "109300100" if reply_to else None
        self.notifications.append(said)
        return str(said["status"]["id"])

    def _id(self) -> str:
        self.next_id += 1
        return str(self.next_id)

    def shows(self, request: httpx.Request) -> bool:
        return request.method == "POST" and request.url.path == "/api/v1/statuses"

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/webfinger":
            return made(200, {"subject": request.url.params["resource"]})
        validate("mastodon", request)
        public = request.url.path.startswith(
            ("/api/v1/apps", "/oauth/", "/api/v1/instance", "/api/v2/instance")
        )
        if not public:
            if request.headers.get("authorization") not in {
                f"Bearer {TOKEN}",
                "Bearer token-by-oauth-invented",
            }:
                return refused(401, "The access token is invalid")
            if REVOKED in self.on:
                return refused(401, "The access token was revoked")
        if LIMITED in self.on:
            reset = (self.now + timedelta(minutes=3)).isoformat().replace("+00:00", "Z")
            return httpx.Response(
                429, headers={"X-RateLimit-Reset": reset}, json={"error": "Too many requests"}
            )
        response = self._find(request)(request, read(request))
        response.headers["date"] = format_datetime(self.now, usegmt=True)
        return response

    def _find(self, request: httpx.Request) -> Callable[[httpx.Request, Body], httpx.Response]:
        place = f"{request.method} {re.sub(r'/[0-9]+', '/:id', request.url.path)}"
        routes = {
            "POST /api/v1/apps": self._app,
            "POST /oauth/token": self._token,
            "GET /api/v1/accounts/verify_credentials": lambda r, b: made(200, payload(FOLDER, "connects")),
            "GET /api/v2/instance": self._instance,
            "GET /api/v1/instance": lambda r, b: made(200, payload(FOLDER, "instance_pleroma")),
            "POST /api/v2/media": self._upload,
            "POST /api/v1/media": self._upload,
            "GET /api/v1/media/:id": self._look,
            "POST /api/v1/statuses": self._post,
            "GET /api/v1/statuses/:id": self._one,
            "PUT /api/v1/statuses/:id": self._edit,
            "DELETE /api/v1/statuses/:id": self._delete,
            "GET /api/v1/accounts/:id/statuses": self._list,
            "GET /api/v1/notifications": self._notifications,
        }
        if NO_V2 in self.on and "/api/v2/" in place:
            return lambda r, b: refused(404, "Record not found")
        return routes.get(place, lambda r, b: refused(404, "Record not found"))

    def _app(self, request: httpx.Request, body: Body) -> httpx.Response:
        if not (body.get("client_name") and body.get("redirect_uris")):
            return refused(422, "Validation failed: Redirect URI can't be blank")
        if COARSE_SCOPES in self.on and ":" in body["scopes"]:
            return refused(422, "Validation failed: Scopes doesn't match configured on the server.")
        return made(200, payload(FOLDER, "authorises")["app"])

    def _token(self, request: httpx.Request, body: Body) -> httpx.Response:
        if body.get("code") != "code-invented" or not body.get("code_verifier"):
            return made(400, {"error": "invalid_grant", "error_description": "The grant is invalid."})
        return made(200, payload(FOLDER, "authorises")["token"])

    def _instance(self, request: httpx.Request, body: Body) -> httpx.Response:
        return made(200, payload(FOLDER, self.instance))

    def _upload(self, request: httpx.Request, body: Body) -> httpx.Response:
        found = re.search(rb'name="description"\r\n\r\n(.*?)\r\n--', request.content, re.S)
        key = self._id()
        url = None if SLOW_MEDIA in self.on else f"https://files.{HOST}/{key}.jpeg"
        item = {"id": key, "type": "image", "url": url, "preview_url": f"https://files.{HOST}/{key}s.jpeg"}
        self.media[key] = {**item, "description": found.group(1).decode() if found else None}
        return made(200 if url else 202, self.media[key])

    def _look(self, request: httpx.Request, body: Body) -> httpx.Response:
        item = self.media.get(request.url.path.rpartition("/")[2])
        if item is None or MEDIA_LOST in self.on:
            self.on.discard(MEDIA_LOST)
            return refused(404, "Record not found")
        self.looks += 1
        if item["url"] is None and self.looks < 3:
            return made(206, item)
        item["url"] = item["preview_url"]
        return made(200, item)

    def _post(self, request: httpx.Request, body: Body) -> httpx.Response:
        key = request.headers.get("idempotency-key", "")
        if key in self.keys and NO_KEY not in self.on:
            if KEY_FAULT in self.on:
                return httpx.Response(500, text="fault")
            return made(200, self.statuses[self.keys[key]])
        media = [self.media[str(one)] for one in body.get("media_ids") or ()]
        if not (body.get("status") or media):
            return refused(422, "Validation failed: Text can't be blank")
        if any(item["url"] is None for item in media):
            return refused(
                422, "Cannot attach files that have not finished processing. Try again in a moment!"
            )
        status = copy.deepcopy(payload(FOLDER, "publishes"))
        status.update(
            id=self._id(),
            created_at=self.now.isoformat().replace("+00:00", "Z"),
            content=html(body.get("status") or ""),
            media_attachments=media,
            in_reply_to_id=body.get("in_reply_to_id"),
            visibility=body.get("visibility", "public"),
            spoiler_text=body.get("spoiler_text", ""),
            language=body.get("language"),
        )
        status["url"] = f"https://{HOST}/@tabard_town/{status['id']}"
        self.statuses[status["id"]] = status
        self.texts[status["id"]] = body.get("status") or ""
        self.keys[key] = status["id"]
        return made(200, status)

    def _one(self, request: httpx.Request, body: Body) -> httpx.Response:
        status = self.statuses.get(request.url.path.rpartition("/")[2])
        return made(200, status) if status else refused(404, "Record not found")

    def _edit(self, request: httpx.Request, body: Body) -> httpx.Response:
        key = request.url.path.rpartition("/")[2]
        status = self.statuses[key]
        kept = {str(item) for item in body.get("media_ids") or ()}
        status["media_attachments"] = [item for item in status["media_attachments"] if item["id"] in kept]
        status["content"], self.texts[key] = html(body["status"]), body["status"]
        return made(200, status)

    def _delete(self, request: httpx.Request, body: Body) -> httpx.Response:
        gone = self.statuses.pop(request.url.path.rpartition("/")[2], None)
        return made(200, gone) if gone else refused(404, "Record not found")

    def _list(self, request: httpx.Request, body: Body) -> httpx.Response:
        below = int(request.url.params.get("max_id", "9" * 30))
        found = sorted((s for k, s in self.statuses.items() if int(k) < below), key=lambda s: -int(s["id"]))
        return made(200, found[: int(request.url.params.get("limit", "20"))])

    def _notifications(self, request: httpx.Request, body: Body) -> httpx.Response:
        above = int(request.url.params.get("min_id") or 0)
        return made(200, [item for item in reversed(self.notifications) if int(item["id"]) > above])


def read(request: httpx.Request) -> Body:
    """The form of a request, lists as lists; JSON is not read here, as on smaller servers."""
    form: dict[str, Any] = {}
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        for name, value in parse_qsl(request.content.decode()):
            if name.endswith("[]"):
                form.setdefault(name[:-2], []).append(value)
            else:
                form[name] = value
    return form
