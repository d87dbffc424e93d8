"""The Data API, one account and two communities, in a box. Every call must say whose app it is.

Its own switch: FLAIR (the community wants a flair).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tabard.connectors.base import Access
from tabard.connectors.platforms.reddit.card import API
from tabard.connectors.stage import EXPIRED, LIMITED, REVOKED, Shown, Stage, payload

FOLDER = Path(__file__).parent.parent
APP = {"client_id": "invented_app_id", "client_secret": "invented-secret-of-app", "owner": "tabard_town"}
FLAIR = "flair"
COMMUNITIES = {"tabardtown": "TabardTown", "walks": "walks"}

Body = dict[str, Any]


def listing(kind: str, items: list[Body]) -> Body:
    return {"kind": "Listing", "data": {"children": [{"kind": kind, "data": each} for each in items]}}


def wrong(code: str, said: str) -> httpx.Response:
    return httpx.Response(200, json={"json": {"errors": [[code, said, ""]]}})


@dataclass
class RedditStage(Stage):
    """The account tabard_town."""

    posts: dict[str, Body] = field(default_factory=dict)
    comments: dict[str, Body] = field(default_factory=dict)
    inbox: list[Body] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    forms: list[Body] = field(default_factory=list)
    next_id: int = 100

    def access(self) -> Access:
        given, me = payload(FOLDER, "authorises")["token"], payload(FOLDER, "authorises")["me"]
        session = {
            "token": given["access_token"],
            "refresh": given["refresh_token"],
            "ends": (self.now + timedelta(hours=23)).isoformat(),
            "scopes": given["scope"].split(),
        }
        return Access("reddit", API, me["id"], me["name"], session=session, app=APP)

    def fields(self) -> Mapping[str, str]:
        return {}

    def app(self) -> Mapping[str, str]:
        return APP

    def options(self, placement: str) -> Mapping[str, Any]:
        return {} if placement == "comment" else {"subreddit": "TabardTown", "title": "Winter"}

    def allow(self, url: str) -> Mapping[str, str]:
        asked = parse_qs(urlsplit(url).query)
        assert asked["duration"] == ["permanent"]
        return {"code": "code-invented", "state": asked["state"][0]}

    def shown(self) -> list[Shown]:
        every = [Shown(n, p["selftext"]) for n, p in self.posts.items()]
        return every + [Shown(n, c["body"], reply_to=c["parent_id"]) for n, c in self.comments.items()]

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=40)
        one = payload(FOLDER, "converses")["reply" if reply_to else "mention"]
        self.next_id += 1
        name = f"t1_k{self.next_id}"
        at = {"name": name, "body": text, "created_utc": self.now.timestamp()}
        parent = {"parent_id": reply_to} if reply_to else {}
        self.inbox.append({"kind": one["kind"], "data": {**one["data"], **at, **parent}})
        return name

    def shows(self, request: httpx.Request) -> bool:
        return request.url.path in {"/api/submit", "/api/comment"}

    async def route(self, request: httpx.Request) -> httpx.Response:
        if "(by /u/tabard_town)" not in request.headers["user-agent"]:
            return httpx.Response(429, json={"message": "Too Many Requests", "error": 429})
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if request.url.host == "www.reddit.com":
            return self._desk(request, sent)
        if LIMITED in self.on:
            return httpx.Response(429, json={"message": "Too Many"}, headers={"x-ratelimit-reset": "240"})
        token = request.headers["authorization"].removeprefix("Bearer ")
        first = token == payload(FOLDER, "authorises")["token"]["access_token"]
        if REVOKED in self.on or token in self.ended or (first and EXPIRED in self.on):
            return httpx.Response(401, json={"message": "Unauthorized", "error": 401})
        return self._answer(request, sent)

    def _desk(self, request: httpx.Request, sent: Mapping[str, str]) -> httpx.Response:
        pair = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        if pair != f"{APP['client_id']}:{APP['client_secret']}":
            return httpx.Response(401, json={"message": "Unauthorized", "error": 401})
        given = payload(FOLDER, "authorises")["token"]
        if request.url.path.endswith("/revoke_token"):
            self.ended |= {given["access_token"], sent["token"]}
            return httpx.Response(200, json={})
        if sent["grant_type"] == "refresh_token":
            dead = REVOKED in self.on or sent["refresh_token"] in self.ended
            return httpx.Response(400 if dead else 200, json={} if dead else payload(FOLDER, "renews"))
        if sent["code"] != "code-invented":
            return httpx.Response(200, json={"error": "invalid_grant"})
        return httpx.Response(200, json=given)

    def _answer(self, request: httpx.Request, sent: Mapping[str, str]) -> httpx.Response:
        path = request.url.path
        if path == "/api/v1/me":
            return httpx.Response(200, json=payload(FOLDER, "authorises")["me"])
        if path == "/message/inbox":
            return httpx.Response(200, json=self._inbox(request))
        if path.startswith("/user/tabard_town/"):
            there = self.comments if path.endswith("comments") else self.posts
            newest = sorted(there.values(), key=lambda each: -each["created_utc"])
            return httpx.Response(200, json=listing("t1" if path.endswith("comments") else "t3", newest))
        if path == "/api/info":
            names = request.url.params["id"].split(",")
            return httpx.Response(200, json=listing("t3", [self.posts[n] for n in names if n in self.posts]))
        self.forms.append(dict(sent))
        return self._changed(path, sent)

    def _changed(self, path: str, sent: Mapping[str, str]) -> httpx.Response:
        if path == "/api/submit":
            return self._submit(sent)
        if path == "/api/comment":
            self.next_id += 1
            name = f"t1_{self.next_id}"
            made = {"name": name, "body": sent["text"], "parent_id": sent["thing_id"], "permalink": "/r/x/c/"}
            self.comments[name] = {**made, "created_utc": self.now.timestamp()}
            return httpx.Response(200, json={"json": {"errors": [], "data": {"things": [{"data": made}]}}})
        if path == "/api/editusertext":
            self.posts[sent["thing_id"]]["selftext"] = sent["text"]
            return httpx.Response(200, json=payload(FOLDER, "edits"))
        assert path == "/api/del"
        self.posts.pop(sent["id"], None)
        return httpx.Response(200, json={})

    def _submit(self, sent: Mapping[str, str]) -> httpx.Response:
        where = COMMUNITIES.get(sent["sr"].casefold())
        if where is None:
            return wrong("SUBREDDIT_NOEXIST", "Hmm, that community doesn't exist.")
        if FLAIR in self.on and "flair_id" not in sent:
            return wrong("SUBMIT_VALIDATION_FLAIR_REQUIRED", "Your post must contain post flair.")
        self.next_id += 1
        known, name = payload(FOLDER, "publishes"), f"t3_{self.next_id}"
        said = {"title": sent["title"], "selftext": sent.get("text", ""), "subreddit": where}
        url = sent.get("url") or f"https://www.reddit.com/r/{where}/comments/{self.next_id}/"
        at = {"name": name, "url": url, "created_utc": self.now.timestamp()}
        self.posts[name] = {
            **known["post"],
            **said,
            **at,
            "permalink": f"/r/{where}/comments/{self.next_id}/",
        }
        answer = known["answer"]
        answer["json"]["data"] |= {"name": name, "id": str(self.next_id), "url": url}
        return httpx.Response(200, json=answer)

    def _inbox(self, request: httpx.Request) -> Body:
        newest = sorted(self.inbox, key=lambda each: -each["data"]["created_utc"])
        names = [each["data"]["name"] for each in newest]
        start = names.index(request.url.params["after"]) + 1 if "after" in request.url.params else 0
        return {"kind": "Listing", "data": {"children": newest[start : start + 100]}}
