"""A small server that speaks Mastodon's API in its own way: what it has not, and what it says otherwise.

Ids are addresses, errors are plain text or pages, limits stand in the old document only, uploads have the old
address only and take no description, nothing keeps Idempotency-Key, rights are coarse, links are cut short.
Its own switches: NO_EDITS, LATE_FILES (files appear on a post only later), DEAF (pages cannot be turned),
SHORT (a few notifications at a time, the newest whatever is asked for).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any
from urllib.parse import quote, unquote

import httpx

from tabard.connectors.base import Access
from tabard.connectors.platforms.mastodon.tests import simulator as sim
from tabard.connectors.platforms.mastodon.tests.simulator import TOKEN, Body, MastodonStage, made
from tabard.connectors.stage import LIMITED, REVOKED

HOST = "plain.example:8443"
ME = "https://plain.example:8443/people/tabard_town"
NO_EDITS, LATE_FILES, DEAF = "no_edits", "late_files", "deaf"
SHORT = "short"
MOST, FEW = 20, 7


def said(status: int, text: str) -> httpx.Response:
    return httpx.Response(status, text=text, headers={"content-type": "text/plain; charset=utf-8"})


def page(status: int, title: str) -> httpx.Response:
    body = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return httpx.Response(status, text=body, headers={"content-type": "text/html"})


def shown(text: str) -> str:
    """A text as one paragraph without its tags closed; addresses lose their scheme and their end."""
    out = escape(text).replace("\n", "<br>")
    out = re.sub(
        r"https?://(\S{1,18})(\S*)",
        lambda m: f'<a href="{quote(m[0], safe=":/?&=;#")}">{m[1]}{"…" if m[2] else ""}</a>',
        out,
    )
    return f"<p>{out}"


@dataclass
class PlainStage(MastodonStage):
    """The same channel on plain.example."""

    next_id: int = 100

    def __post_init__(self) -> None:
        self.switch(sim.NO_KEY)
        self.switch(sim.COARSE_SCOPES)

    def access(self) -> Access:
        return replace(
            super().access(),
            base_url=f"https://{HOST}",
            remote_id=ME,
            handle=f"tabard_town@{HOST}",
        )

    def fields(self) -> Mapping[str, str]:
        return {"server": f"https://{HOST}/@tabard_town", "token": f"Bearer {TOKEN}"}

    def say(self, text: str, *, reply_to: str = "") -> str:
        key = super().say(text, reply_to=reply_to)
        if reply_to:
            self.notifications[-1]["status"]["in_reply_to_account_id"] = ME
        return key

    def _id(self) -> str:
        self.next_id += 1
        return f"https://{HOST}/objects/01JDPLAIN{self.next_id:08d}"

    async def route(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        public = path in {"/api/v1/apps", "/oauth/token", "/api/v1/instance"}
        if LIMITED in self.on:
            return httpx.Response(429, headers={"retry-after": "180"}, text="slow down")
        if path.startswith("/api/v") and not public:
            mine = request.headers.get("authorization") in {
                f"Bearer {TOKEN}",
                "Bearer token-by-oauth-invented",
            }
            if not mine or REVOKED in self.on:
                return said(401, "unauthorized")
        return self._answer(request, path)

    def _answer(self, request: httpx.Request, path: str) -> httpx.Response:
        place = re.sub(r"/https%3A[^/]+", "/:id", path)
        known = {
            "POST /api/v1/apps": self._app,
            "POST /oauth/token": self._token,
            "GET /api/v1/accounts/verify_credentials": lambda r, b: made(200, self._me()),
            "GET /api/v1/instance": lambda r, b: made(200, INSTANCE),
            "POST /api/v1/media": self._upload,
            "PUT /api/v1/media/:id": self._describe,
            "POST /api/v1/statuses": self._post,
            "GET /api/v1/statuses/:id": self._one,
            "PUT /api/v1/statuses/:id": self._edit,
            "DELETE /api/v1/statuses/:id": self._delete,
            "GET /api/v1/accounts/:id/statuses": self._list,
            "GET /api/v1/notifications": self._notifications,
            "GET /.well-known/webfinger": self._finger,
        }
        if NO_EDITS in self.on:
            del known["PUT /api/v1/statuses/:id"]
        found = known.get(f"{request.method} {place}")
        if found is None:  # its pages answer for every address it does not know, some of them with a yes
            return page(200, "Plain") if request.method == "GET" else page(404, "Nothing here")
        return found(request, sim.read(request))

    def _me(self) -> dict[str, Any]:
        return {"id": ME, "username": "tabard_town", "url": "/@tabard_town", "avatar": "/a.png", "note": ""}

    def _app(self, request: httpx.Request, body: Body) -> httpx.Response:
        if ":" in body["scopes"]:
            return page(400, "Bad request")
        return made(200, {"client_id": "c", "client_secret": "s", "redirect_uri": [body["redirect_uris"]]})

    def _upload(self, request: httpx.Request, body: Body) -> httpx.Response:
        key = self._id()
        self.media[key] = {"id": key, "type": "image", "url": f"/files/{self.next_id}", "description": None}
        return made(200, self.media[key])

    def _describe(self, request: httpx.Request, body: Body) -> httpx.Response:
        self.media[_named(request)]["description"] = body["description"]
        return made(200, self.media[_named(request)])

    def _post(self, request: httpx.Request, body: Body) -> httpx.Response:
        if "content_type" in body:
            return said(400, "unsupported content type")
        answer = super()._post(request, body)
        if answer.status_code != 200:
            return said(422, "cannot be posted")
        status = self.statuses[next(reversed(self.statuses))]
        for name in ("reblog", "language", "spoiler_text", "favourites_count"):
            status.pop(name, None)
        status.update(
            content=shown(body.get("status") or ""),
            url=f"/@tabard_town/{self.next_id}",
            created_at=self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            visibility="somebody",
        )
        for name in ("replies_count", "reblogs_count", "favourites_count"):
            status[name] = 0
        return made(200, {"id": status["id"], "url": status["url"]})

    def _one(self, request: httpx.Request, body: Body) -> httpx.Response:
        status = self.statuses.get(_named(request))
        return made(200, status) if status else page(404, "Nothing here")

    def _edit(self, request: httpx.Request, body: Body) -> httpx.Response:
        status = self.statuses[_named(request)]
        kept = {str(item) for item in body.get("media_ids") or ()}
        status["media_attachments"] = [item for item in status["media_attachments"] if item["id"] in kept]
        status["content"], self.texts[status["id"]] = shown(body["status"]), body["status"]
        return made(200, {})

    def _delete(self, request: httpx.Request, body: Body) -> httpx.Response:
        gone = self.statuses.pop(_named(request), None)
        return made(200, {}) if gone else page(404, "Nothing here")

    def _list(self, request: httpx.Request, body: Body) -> httpx.Response:
        if int(request.url.params.get("limit", MOST)) > MOST:
            return said(422, "limit is too large")
        below = request.url.params.get("max_id", "~") if DEAF not in self.on else "~"
        found = [status for key, status in self.statuses.items() if key < below]
        if LATE_FILES in self.on:
            found = [{**status, "media_attachments": []} for status in found]
        return made(200, found[::-1][:MOST])

    def _notifications(self, request: httpx.Request, body: Body) -> httpx.Response:
        if "quote" in request.url.params.get_list("types[]"):
            return said(400, "unknown variant `quote`")
        if SHORT not in self.on:
            return made(200, self.notifications[::-1])
        below = int(request.url.params.get("max_id") or 10**12)
        older = [item for item in self.notifications if int(item["id"]) < below]
        return made(200, older[::-1][:FEW])

    def _finger(self, request: httpx.Request, body: Body) -> httpx.Response:
        return made(200, {"subject": "acct:tabard_town@somebody-else.example"})


def _named(request: httpx.Request) -> str:
    """The id in the path, which is an address itself."""
    return unquote(request.url.raw_path.decode().rpartition("/")[2])


INSTANCE = {
    "uri": HOST,
    "title": "Plain",
    "version": "2.7.2 (compatible; Plain 0.1)",
    "max_toot_chars": "500",
    "configuration": {"media_attachments": {"supported_mime_types": ["*"], "image_size_limit": -1}},
}
