"""The APIs of Business Profiles with two locations, in a box.

Accounts, locations and figures are held against Google's descriptions; posts and reviews are in version 4,
of which none is published. Its own switches: SLOW (a post is never decided), REJECTS (all are rejected).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tabard.connectors.base import Access, Media
from tabard.connectors.families.tests import discovery
from tabard.connectors.platforms.google.card import ACCOUNTS, FIGURES, LOCATIONS, POSTS
from tabard.connectors.stage import EXPIRED, LIMITED, REVOKED, Shown, Stage, payload

FOLDER = Path(__file__).parent.parent
APP = {"client_id": "1-invented.apps.googleusercontent.com", "client_secret": "GOCSPX-invented-secret"}
PLACE = "5512345678901234567"
SLOW, REJECTS = "slow", "rejects"
DESCRIBED = {
    ACCOUNTS: "mybusinessaccountmanagement.v1",
    LOCATIONS: "mybusinessbusinessinformation.v1",
    FIGURES: "businessprofileperformance.v1",
}

Body = dict[str, Any]


def refused(code: int, status: str, message: str = "No", **headers: str) -> httpx.Response:
    body = {"error": {"code": code, "message": message, "status": status}}
    return httpx.Response(code, json=body, headers=headers)


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class GoogleStage(Stage):
    """The town hall and the library."""

    kinds = ("review", "review")

    posts: dict[str, Body] = field(default_factory=dict)
    reviews: list[Body] = field(default_factory=list)
    people: list[Body] = field(default_factory=list)
    lent: dict[str, bytes] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    next_id: int = 7700000000000000000

    def access(self) -> Access:
        given = payload(FOLDER, "authorises")["token"]
        session = {
            "token": given["access_token"],
            "refresh": given["refresh_token"],
            "ends": (self.now + timedelta(minutes=50)).isoformat(),
            "scopes": given["scope"].split(),
            "account": "accounts/110001",
        }
        handle = "10281119596374313554"
        return Access("google", f"https://{POSTS}", PLACE, handle, session=session, app=APP, lend=self.lend)

    async def lend(self, body: bytes | Media, mime: str) -> str:
        body = await body.load() if isinstance(body, Media) else body
        address = f"https://tabard.example/lent/{len(body)}.jpg"
        self.lent[address] = body
        return address

    def fields(self) -> Mapping[str, str]:
        return {}

    def app(self) -> Mapping[str, str]:
        return APP

    def allow(self, url: str) -> Mapping[str, str]:
        asked = parse_qs(urlsplit(url).query)
        assert asked["access_type"] == ["offline"]
        return {"code": "code-invented", "state": asked["state"][0], "scope": asked["scope"][0]}

    def shown(self) -> list[Shown]:
        return [
            Shown(number, post["summary"], ("",) * len(post.get("media", ())))
            for number, post in self.posts.items()
        ]

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=40)
        one: Body = payload(FOLDER, "converses")
        number, at = f"AbFv{len(self.reviews)}", written(self.now)
        self.reviews.append({**one, "reviewId": number, "comment": text, "createTime": at, "updateTime": at})
        return number

    def let_in(self, name: str, email: str) -> str:
        number = str(100001 + len(self.people))
        self.people.append({"name": f"locations/{PLACE}/admins/{number}", "admin": name, "role": "MANAGER"})
        return number

    def shows(self, request: httpx.Request) -> bool:
        return request.method == "POST" and request.url.path.endswith("/localPosts")

    async def route(self, request: httpx.Request) -> httpx.Response:
        host, path = request.url.host, request.url.path
        if host == "oauth2.googleapis.com":
            return self._desk(request, path)
        if host in DESCRIBED:
            discovery.validate(DESCRIBED[host], request)
        if LIMITED in self.on:
            return refused(429, "RESOURCE_EXHAUSTED", **{"Retry-After": "60"})
        token = request.headers["authorization"].removeprefix("Bearer ")
        first = token == payload(FOLDER, "authorises")["token"]["access_token"]
        if REVOKED in self.on or token in self.ended or (first and EXPIRED in self.on):
            return refused(401, "UNAUTHENTICATED")
        if host == POSTS:
            return self._version_4(request, path)
        return httpx.Response(200, json=self._known(host, path, request))

    def _desk(self, request: httpx.Request, path: str) -> httpx.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        given = payload(FOLDER, "authorises")["token"]
        if path == "/revoke":
            gone = sent["token"] in self.ended
            self.ended |= {given["access_token"], sent["token"]}
            return (
                httpx.Response(400, json={"error": "invalid_token"}) if gone else httpx.Response(200, json={})
            )
        if sent["client_secret"] != APP["client_secret"]:
            return httpx.Response(401, json={"error": "invalid_client"})
        if sent["grant_type"] == "refresh_token":
            if REVOKED in self.on or sent["refresh_token"] in self.ended:
                return httpx.Response(400, json={"error": "invalid_grant"})
            return httpx.Response(200, json=payload(FOLDER, "renews"))
        if sent["code"] != "code-invented" or not sent.get("code_verifier"):
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json=given)

    def _known(self, host: str, path: str, request: httpx.Request) -> Body:
        known = payload(FOLDER, "authorises")
        if host == FIGURES:
            return dict(payload(FOLDER, "counts"))
        if path.endswith("/admins"):
            return {"admins": self.people}
        if path == "/v1/accounts":
            return {"accounts": known["accounts"]}
        if path.endswith("/locations"):
            # The group has the library only; the person's own account has both, on two pages.
            if "110002" in path:
                return {"locations": known["locations"][1:]}
            second = request.url.params.get("pageToken") == "more"
            return {"locations": known["locations"][1:]} if second else {
                "locations": known["locations"][:1], "nextPageToken": "more"
            }  # fmt: skip
        return dict(known["locations"][0])

    def _version_4(self, request: httpx.Request, path: str) -> httpx.Response:
        _home, _slash, rest = path.partition(f"/v4/accounts/110001/locations/{PLACE}/")
        kind, *more = rest.split("/")
        if kind == "reviews":
            return self._review(request, more)
        if request.method == "POST":
            return httpx.Response(200, json=self._made(json.loads(request.content)))
        if not more:
            newest = sorted(self.posts.values(), key=lambda post: post["createTime"], reverse=True)
            return httpx.Response(200, json={"localPosts": newest} if newest else {})
        return self._post(request, more[0])

    def _made(self, body: Body) -> Body:
        self.next_id += 1
        number = str(self.next_id)
        name = f"accounts/110001/locations/{PLACE}/localPosts/{number}"
        state = "PROCESSING" if {SLOW, REJECTS} & self.on else "LIVE"
        post = {**payload(FOLDER, "publishes"), **body, "name": name, "createTime": written(self.now)}
        self.posts[number] = {**post, "state": state}
        return self.posts[number]

    def _post(self, request: httpx.Request, number: str) -> httpx.Response:
        if number not in self.posts:
            return refused(404, "NOT_FOUND")
        if request.method == "DELETE":
            del self.posts[number]
            return httpx.Response(200, json={})
        if request.method == "PATCH":
            sent, mask = json.loads(request.content), request.url.params["updateMask"].split(",")
            self.posts[number] |= {name: sent[name] for name in mask}
        if REJECTS in self.on:
            self.posts[number]["state"] = "REJECTED"
        return httpx.Response(200, json=self.posts[number])

    def _review(self, request: httpx.Request, more: list[str]) -> httpx.Response:
        if not more:
            newest = sorted(self.reviews, key=lambda one: str(one["updateTime"]), reverse=True)
            start = int(request.url.params.get("pageToken", "0"))
            size = int(request.url.params["pageSize"])
            found: Body = {"reviews": newest[start : start + size]}
            if start + size < len(newest):
                found["nextPageToken"] = str(start + size)
            return httpx.Response(200, json=found)
        review = next((one for one in self.reviews if one["reviewId"] == more[0]), None)
        if review is None:
            return refused(404, "NOT_FOUND")
        if request.method == "PUT":
            review["reviewReply"] = {**json.loads(request.content), "updateTime": written(self.now)}
            return httpx.Response(200, json=review["reviewReply"])
        return httpx.Response(200, json=review)
