"""API v5 and one account, in a box; every request is held against Pinterest's own OpenAPI document.

Its own switches: SLOW_VIDEO (a video is never ready), BAD_VIDEO (none can be used), PERSONAL (the account is
no business).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tabard.connectors.base import Access
from tabard.connectors.platforms.pinterest.tests.spec import validate
from tabard.connectors.stage import EXPIRED, LIMITED, REVOKED, Shown, Stage, payload

FOLDER = Path(__file__).parent.parent
HOST = "api.pinterest.com"
UPLOADS = "pinterest-media-upload.s3-accelerate.amazonaws.com"
APP = {"client_id": "1499999", "client_secret": "invented-secret-of-the-app"}
BOARD = "549755885175"
SLOW_VIDEO, BAD_VIDEO, PERSONAL = "slow_video", "bad_video", "personal"

Body = dict[str, Any]


def refused(status: int, code: int, message: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message}, headers=headers)


@dataclass
class PinterestStage(Stage):
    """The account tabard_town with two boards."""

    pins: dict[str, Body] = field(default_factory=dict)
    files: list[bytes] = field(default_factory=list)
    people: list[Body] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    looks: int = 0
    next_id: int = 813744226420795884

    def access(self) -> Access:
        given = payload(FOLDER, "authorises")["token"]
        session = {
            "token": given["access_token"],
            "refresh": given["refresh_token"],
            "ends": (self.now + timedelta(days=29)).isoformat(),
            "scopes": given["scope"].split(","),
        }
        account = payload(FOLDER, "authorises")["account"]
        base = f"https://{HOST}"
        return Access("pinterest", base, account["id"], account["username"], session=session, app=APP)

    def fields(self) -> Mapping[str, str]:
        return {}

    def app(self) -> Mapping[str, str]:
        return APP

    def options(self, placement: str) -> Mapping[str, Any]:
        return {"board": "Soups"}

    def allow(self, url: str) -> Mapping[str, str]:
        asked = parse_qs(urlsplit(url).query)
        assert asked["client_id"] == [APP["client_id"]]
        return {"code": "code-invented", "state": asked["state"][0]}

    def shown(self) -> list[Shown]:
        return [Shown(n, p["description"] or "", (p["alt_text"] or "",)) for n, p in self.pins.items()]

    def let_in(self, name: str, email: str) -> str:
        one = payload(FOLDER, "lists_admins")["items"][0]
        number = str(383791336903426391 + len(self.people))
        self.people.append({**one, "id": number, "user": {"id": number, "username": name, "email": email}})
        return number

    def shows(self, request: httpx.Request) -> bool:
        return (request.method, request.url.path) == ("POST", "/v5/pins")

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == UPLOADS:
            assert "authorization" not in request.headers
            self.files.append(request.content)
            return httpx.Response(204)
        validate(request)
        path = request.url.path.removeprefix("/v5")
        if path.startswith("/oauth/"):
            return self._desk(request, path)
        if LIMITED in self.on:
            return refused(429, 8, "This request exceeded a rate limit.", **{"X-RateLimit-Reset": "30"})
        token = request.headers["authorization"].removeprefix("Bearer ")
        first = token == payload(FOLDER, "authorises")["token"]["access_token"]
        if REVOKED in self.on or token in self.ended or (first and EXPIRED in self.on):
            return refused(401, 2, "Authentication failed.")
        return self._answer(request, path)

    def _desk(self, request: httpx.Request, path: str) -> httpx.Response:
        pair = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if pair != f"{APP['client_id']}:{APP['client_secret']}":
            return httpx.Response(401, json={"error": "invalid_client", "code": 2, "message": "No"})
        given = payload(FOLDER, "authorises")["token"]
        if path.endswith("/revoke"):
            self.ended |= {given["access_token"], sent["token"]}
            return httpx.Response(200, json={})
        if sent["grant_type"] == "refresh_token":
            if REVOKED in self.on or sent["refresh_token"] in self.ended:
                return httpx.Response(400, json={"error": "invalid_grant", "code": 283, "message": "No"})
            self.ended.add(sent["refresh_token"])
            return httpx.Response(200, json=payload(FOLDER, "renews"))
        if sent["code"] != "code-invented":
            return httpx.Response(400, json={"error": "invalid_grant", "code": 283, "message": "No"})
        return httpx.Response(200, json=given)

    def _answer(self, request: httpx.Request, path: str) -> httpx.Response:
        method, (kind, *rest) = request.method, path.strip("/").split("/")
        if kind == "pins" and rest and rest[0] != "analytics":
            return self._pin(request, rest[0])
        if kind == "boards" and rest:
            return self._board(rest[0])
        body = json.loads(request.content) if request.content else {}
        answers: dict[tuple[str, str], Any] = {
            ("GET", "/user_account"): self._account,
            ("GET", "/boards"): lambda: {"items": payload(FOLDER, "publishes")["boards"], "bookmark": None},
            ("POST", "/pins"): lambda: self._made(body),
            ("POST", "/media"): lambda: payload(FOLDER, "publishes")["media"],
            ("GET", "/pins/analytics"): lambda: self._measured(request),
            ("GET", "/user_account/analytics"): lambda: payload(FOLDER, "counts"),
        }
        if kind == "media" and rest:
            return httpx.Response(200, json=self._media(rest[0]))
        if kind == "businesses":
            return httpx.Response(200, json={"items": self.people, "bookmark": None})
        return httpx.Response(201 if method == "POST" else 200, json=answers[method, path]())

    def _account(self) -> Body:
        account: Body = payload(FOLDER, "authorises")["account"]
        return {**account, "account_type": "PINNER"} if PERSONAL in self.on else account

    def _made(self, body: Body) -> Body:
        self.next_id += 1
        pin: Body = payload(FOLDER, "publishes")["pin"]
        said = {n: body.get(n) for n in ("title", "description", "link", "alt_text", "board_id")}
        made = {**pin, **said, "id": str(self.next_id), "created_at": _written(self.now)}
        self.pins[made["id"]] = made
        return made

    def _pin(self, request: httpx.Request, number: str) -> httpx.Response:
        if number not in self.pins:
            return refused(404, 50, "Pin not found.")
        if request.method == "DELETE":
            del self.pins[number]
            return httpx.Response(204)
        if request.method == "PATCH":
            self.pins[number] |= json.loads(request.content)
        return httpx.Response(200, json=self.pins[number])

    def _board(self, number: str) -> httpx.Response:
        newest = sorted(self.pins.values(), key=lambda pin: pin["created_at"], reverse=True)
        return httpx.Response(
            200, json={"items": [p for p in newest if p["board_id"] == number], "bookmark": None}
        )

    def _media(self, number: str) -> Body:
        self.looks += 1
        status = "failed" if BAD_VIDEO in self.on else "succeeded" if self.looks > 2 else "processing"
        return {
            "media_id": number,
            "media_type": "video",
            "status": "processing" if SLOW_VIDEO in self.on else status,
        }

    def _measured(self, request: httpx.Request) -> Body:
        asked = request.url.params.get_list("pin_ids")
        return {number: payload(FOLDER, "measures") for number in asked if number in self.pins}


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")
