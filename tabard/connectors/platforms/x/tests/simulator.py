"""X in a box: one channel, and every request held against the API's contract.

Its own switches: DUPLICATES (the same words twice are refused), SLOW (a video takes a while), BAD_FILE.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from werkzeug.formparser import parse_form_data

from tabard.connectors.base import Access
from tabard.connectors.stage import EXPIRED, LIMITED, NOW, REVOKED, Shown, Stage, payload
from tabard.connectors.tests.openapi import validate

FOLDER = Path(__file__).parent.parent
ME, NAME = "2244994945", "tabard_town"
APP = {
    "client_id": "client-of-tabard",
    "client_secret": "client-secret-invented",
    "api_secret": "secret-of-the-api-key-invented",
    "bearer": "bearer-of-the-app-invented",
    "webhook_id": "1980000000000000001",
}
DEAF = "deaf"  # the bearer token of the app is not taken
FEW = "few"  # lists go on after one item
DUPLICATES, SLOW, BAD_FILE = "duplicates", "slow", "bad_file"
LINK = re.compile(r"https?://\S+")


def said(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


def problem(status: int, detail: str, **headers: str) -> httpx.Response:
    body = {"title": "Problem", "type": "about:blank", "status": status, "detail": detail}
    return said(body, status, **headers)


def signed(event: Any, secret: str = APP["api_secret"]) -> tuple[dict[str, str], bytes]:
    """An event as it comes: its headers, and its body as bytes."""
    body = json.dumps(event).encode()
    made = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {"x-twitter-webhooks-signature": f"sha256={made}", "content-type": "application/json"}, body


@dataclass
class Post:
    """A post of the channel or of somebody else."""

    text: str
    at: datetime
    files: tuple[str, ...] = ()
    reply_to: str = ""
    author: str = ME
    hidden: bool = False


@dataclass
class XStage(Stage):
    """The channel @tabard_town."""

    posts: dict[str, Post] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    number: int = 1990000000000000000
    waiting: dict[str, dict[str, str]] = field(default_factory=dict)  # code: what was asked
    token: str = "access-token-invented"
    refresh: str = "refresh-token-invented"
    ends: datetime = NOW + timedelta(hours=2)
    dead: bool = False
    given: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)  # what the app asked to be told

    def access(self) -> Access:
        session = {"token": self.token, "refresh": self.refresh, "ends": self.ends.isoformat(), "scopes": []}
        return Access("x", "https://api.x.com", ME, NAME, {}, session, app=dict(APP))

    def fields(self) -> Mapping[str, str]:
        return {}

    def app(self) -> Mapping[str, str]:
        return APP

    def switch(self, name: str, on: bool = True) -> None:
        super().switch(name, on)
        if name == EXPIRED and on:
            self.now += timedelta(hours=3)  # it ends by the clock alone

    def shown(self) -> list[Shown]:
        return [
            Shown(number, post.text, tuple(self.media[n].get("alt", "") for n in post.files), post.reply_to)
            for number, post in self.posts.items()
            if post.author == ME
        ]

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=1)
        return self._made(Post(text, self.now, reply_to=reply_to, author="77"))

    def tell(self, text: str, *, ours: bool = False) -> tuple[Mapping[str, str], bytes]:
        event = payload(FOLDER, "hears")
        event["data"]["payload"] |= {"text": html.escape(text, quote=False)} | (
            {"author_id": ME} if ours else {}
        )
        return signed(event)

    def tells(self) -> bool:
        return bool([each for each in self.told if each["filter"] == {"user_id": ME}])

    def acted(self, message: str) -> frozenset[str]:
        return frozenset({"hide"} if self.posts[message].hidden else ())

    def allow(self, url: str) -> Mapping[str, str]:
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (parts.netloc, parts.path) == ("x.com", "/i/oauth2/authorize")
        assert asked["client_id"] == APP["client_id"]
        assert "offline.access" in asked["scope"].split()
        self.waiting["code-invented"] = asked
        return {"code": "code-invented", "state": asked["state"]}

    def shows(self, request: httpx.Request) -> bool:
        return (request.method, request.url.path) == ("POST", "/2/tweets")

    async def route(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        assert request.url.host == "api.x.com"
        if path.startswith("/2/oauth2/"):
            return self._door(path, dict(parse_qsl(request.content.decode())), request.headers)
        validate("x", request)
        if LIMITED in self.on:
            reset = str(int(self.now.timestamp()) + 900)
            return problem(429, "Too Many Requests", **{"x-rate-limit-reset": reset})
        bearer = request.headers["authorization"].removeprefix("Bearer ")
        if path.startswith("/2/activity/"):
            return self._activity(bearer, request)
        ended = self.now >= self.ends
        if bearer != self.token or REVOKED in self.on or self.dead or ended:
            return problem(401, "Unauthorized")
        return self._answer(request.method, path.removeprefix("/2"), request)

    def _activity(self, bearer: str, request: httpx.Request) -> httpx.Response:
        """What the app asked to be told. A channel's own access is not enough."""
        if bearer != APP["bearer"] or DEAF in self.on:
            return problem(401, "Unauthorized")
        if request.method == "POST":
            number = str(1970000000000000000 + len(self.requests))
            self.told.append({**json.loads(request.content), "subscription_id": number})
            return said({"data": {"subscription": self.told[-1]}})
        if request.method == "DELETE":
            number = request.url.path.rpartition("/")[2]
            self.told = [each for each in self.told if each["subscription_id"] != number]
            return said({"data": {"deleted": True}})
        start = int(request.url.params.get("pagination_token", "0"), 32)
        size = 1 if FEW in self.on else 100
        onward = {"next_token": f"{start + size:016d}"} if start + size < len(self.told) else {}
        return said({"data": self.told[start : start + size], "meta": onward})

    def _door(self, path: str, body: dict[str, str], headers: httpx.Headers) -> httpx.Response:
        pair = base64.b64encode(f"{APP['client_id']}:{APP['client_secret']}".encode()).decode()
        if headers["authorization"] != f"Basic {pair}":
            return said({"error": "invalid_client", "error_description": "Invalid client"}, 401)
        if path.endswith("revoke"):
            self.dead = self.dead or body["token"] in {self.token, self.refresh}
            return said(payload(FOLDER, "revokes"))
        if body["grant_type"] == "authorization_code":
            asked = self.waiting.pop(body["code"], {})
            digest = hashlib.sha256(body["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked.get("code_challenge") != proof or asked["redirect_uri"] != body["redirect_uri"]:
                return said({"error": "invalid_request"}, 400)
        elif body["refresh_token"] != self.refresh or REVOKED in self.on or self.dead:
            return said({"error": "invalid_request", "error_description": "Value passed was invalid."}, 400)
        self.given += 1
        self.token, self.refresh = f"access-token-{self.given}-new", f"refresh-token-{self.given}-new"
        self.ends = self.now + timedelta(hours=2)
        found = payload(FOLDER, "authorises")["token"]
        return said({**found, "access_token": self.token, "refresh_token": self.refresh})

    def _answer(self, method: str, path: str, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if path == "/users/me":
            return said(payload(FOLDER, "authorises")["me"])
        if path.startswith("/media"):
            return self._file(path, request)
        if path == f"/users/{ME}/tweets":
            return said({"data": [self._own(n) for n, p in reversed(self.posts.items()) if p.author == ME]})
        if path == f"/users/{ME}/mentions":
            return self._mentions(query)
        if (method, path) == ("POST", "/tweets"):
            return self._publish(json.loads(request.content))
        if method == "GET":
            there = [n for n in query["ids"].split(",") if n in self.posts]
            counts = payload(FOLDER, "measures")["data"][0]
            return said({"data": [{**counts, "id": n} for n in there]})
        number = path.split("/")[2]
        if number not in self.posts:
            return problem(404, "Could not find tweet.")
        if method == "PUT":
            self.posts[number].hidden = json.loads(request.content)["hidden"]
            return said({"data": {"hidden": self.posts[number].hidden}})
        del self.posts[number]
        return said(payload(FOLDER, "deletes"))

    def _publish(self, body: dict[str, Any]) -> httpx.Response:
        own = [post for post in self.posts.values() if post.author == ME]
        if DUPLICATES in self.on and any(post.text == body["text"] for post in own):
            return problem(403, "You are not allowed to create a Tweet with duplicate content.")
        files = tuple((body.get("media") or {}).get("media_ids", ()))
        if any(not self.media.get(n, {}).get("ready") for n in files):
            return problem(400, "Your media IDs are invalid.")
        answered = (body.get("reply") or {}).get("in_reply_to_tweet_id", "")
        made = self._made(Post(body["text"], self.now, files, answered))
        return said({"data": {**payload(FOLDER, "publishes")["data"], "id": made, "text": body["text"]}}, 201)

    def _made(self, post: Post) -> str:
        self.number += 1
        self.posts[str(self.number)] = post
        return str(self.number)

    def _own(self, number: str) -> dict[str, Any]:
        """As X gives it: addresses shortened, three letters escaped, an address of the files at the end."""
        post, urls = self.posts[number], []
        text = post.text
        for n, link in enumerate(LINK.findall(text)):
            urls.append({"url": f"https://t.co/link{n}", "expanded_url": link, "start": 0, "end": 1})
            text = text.replace(link, f"https://t.co/link{n}", 1)
        found: dict[str, Any] = {"id": number, "created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z"}
        if post.files:
            text += " https://t.co/files"
            urls.append({"url": "https://t.co/files", "expanded_url": "x", "media_key": f"3_{post.files[0]}"})
            found["attachments"] = {"media_keys": [f"3_{n}" for n in post.files]}
        return {**found, "text": html.escape(text, quote=False), "entities": {"urls": urls}}

    def _mentions(self, query: httpx.QueryParams) -> httpx.Response:
        after, size = int(query.get("since_id") or 0), int(query["max_results"])
        rows = [n for n, p in self.posts.items() if p.author != ME and int(n) > after]
        rows.reverse()
        start = int(query.get("pagination_token") or 0)
        page, onward = rows[start : start + size], start + size
        meta = {"result_count": len(page)} | ({"next_token": str(onward)} if onward < len(rows) else {})
        whole = payload(FOLDER, "converses")
        return said({"data": [self._told(n) for n in page], "includes": whole["includes"], "meta": meta})

    def _told(self, number: str) -> dict[str, Any]:
        post = self.posts[number]
        found = {"id": number, "text": html.escape(post.text, quote=False), "author_id": post.author}
        found |= {"created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z", "lang": "en"}
        if post.reply_to:
            around = [{"type": "replied_to", "id": post.reply_to}]
            return {**found, "in_reply_to_user_id": ME, "referenced_posts": around}
        return found

    def _file(self, path: str, request: httpx.Request) -> httpx.Response:
        if path == "/media/upload/initialize":
            number, body = str(len(self.media) + 500), json.loads(request.content)
            self.media[number] = {"parts": {}, **body, "looks": 2 if SLOW in self.on else 0}
            return said({"data": {"id": number, "media_key": f"3_{number}", "expires_after_secs": 86400}})
        if path == "/media/metadata":
            body = json.loads(request.content)
            self.media[body["id"]]["alt"] = body["metadata"]["alt_text"]["text"]
            return said({"data": {"id": body["id"]}})
        if path == "/media/upload":
            return self._state(request.url.params["media_id"])
        _nothing, _media, _upload, number, what = path.split("/")
        if what == "append":
            index, part = _part(request)
            self.media[number]["parts"][index] = part
            return said({"data": {"expires_at": 1}})
        return self._state(number)

    def _state(self, number: str) -> httpx.Response:
        file = self.media[number]
        assert sum(map(len, file["parts"].values())) == file["total_bytes"]
        found: dict[str, Any] = {"id": number, "media_key": f"3_{number}"}
        if BAD_FILE in self.on:
            found["processing_info"] = {"state": "failed", "error": {"message": "unsupported codec"}}
        elif file["looks"]:
            file["looks"] -= 1
            found["processing_info"] = {"state": "in_progress", "check_after_secs": 1}
        else:
            file["ready"] = True
        return said({"data": found})


def _part(request: httpx.Request) -> tuple[int, bytes]:
    around = {
        "wsgi.input": io.BytesIO(request.content),
        "CONTENT_LENGTH": str(len(request.content)),
        "CONTENT_TYPE": request.headers["content-type"],
        "REQUEST_METHOD": "POST",
    }
    _stream, form, files = parse_form_data(around)
    part = files["media"].read()
    files["media"].close()
    return int(form["segment_index"]), part
