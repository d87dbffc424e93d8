"""The Threads API and one profile, in a box; every request is held against the collection of requests.

Its switches are those of `families/tests/graph.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tabard.connectors.base import Access
from tabard.connectors.families.tests.graph import (
    APP,
    FORGETS,
    FRESH,
    FULL,
    NOT_VISIBLE,
    TOKEN,
    GraphStage,
    gone,
    read,
    refused,
    signed,
)
from tabard.connectors.platforms.threads.tests.spec import validate
from tabard.connectors.stage import Shown, payload

FOLDER = Path(__file__).parent.parent
ME, NAME = "26000000000000001", "tabard_town"
MEDIA = {"IMAGE": "IMAGE", "VIDEO": "VIDEO", "CAROUSEL": "CAROUSEL_ALBUM", "TEXT": "TEXT_POST"}
NARROW = "narrow"  # the person left out the right to publish


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


@dataclass
class Post:
    """A post of the profile's own."""

    text: str
    at: datetime
    kind: str
    alts: tuple[str, ...] = ()
    reply_to: str = ""


@dataclass
class ThreadsStage(GraphStage):
    """The profile @tabard_town."""

    posts: dict[str, Post] = field(default_factory=dict)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden_: set[str] = field(default_factory=set)

    def access(self) -> Access:
        session = {
            "token": TOKEN,
            "ends": (self.now + timedelta(days=50)).isoformat(),
            "since": (self.now - timedelta(days=10)).isoformat(),
            "scopes": payload(FOLDER, "authorises")["debug"]["data"]["scopes"],
        }
        return Access(
            "threads", "https://graph.threads.net", ME, NAME, session=session, app=APP, lend=self.lend
        )

    def shown(self) -> list[Shown]:
        return [Shown(number, p.text, p.alts, p.reply_to) for number, p in self.posts.items()]

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=40)
        number = self.number()
        item = {**payload(FOLDER, "converses"), "id": number, "text": text, "timestamp": written(self.now)}
        if reply_to:
            item |= {"is_reply": True, "replied_to": {"id": reply_to}, "root_post": {"id": reply_to}}
        self.said[number] = item
        return number

    def acted(self, message: str) -> frozenset[str]:
        return frozenset({"hide"} if message in self.hidden_ else ())

    def tell(self, text: str, *, ours: bool = False) -> tuple[Mapping[str, str], bytes]:
        event = payload(FOLDER, "hears")
        event["values"]["value"] |= {"text": text, "timestamp": written(self.now)}
        event["values"]["value"]["root_post"]["owner_id"] = ME
        if ours:
            event["values"]["value"]["username"] = NAME
        return signed(event)

    def shows(self, request: httpx.Request) -> bool:
        return request.url.path.endswith("/threads_publish")

    async def route(self, request: httpx.Request) -> httpx.Response:
        sent, path = read(request), request.url.path.removeprefix("/v1.0").strip("/")
        validate(request.method, path, sent)
        if path == "oauth/access_token":
            return self._code(sent)
        if path == "access_token":
            return httpx.Response(200, json={**payload(FOLDER, "authorises")["long"], "access_token": TOKEN})
        if stop := self.stopped(sent):
            return stop
        if path == "refresh_access_token":
            self.tokens.add(FRESH)
            return httpx.Response(200, json={**payload(FOLDER, "renews"), "access_token": FRESH})
        return self._answer(request.method, path, sent)

    def _code(self, sent: Mapping[str, str]) -> httpx.Response:
        right = (sent["code"], sent["client_secret"]) == ("code-invented", APP["client_secret"])
        if not right:
            return httpx.Response(
                400, json={"error_type": "OAuthException", "code": 400, "error_message": "No"}
            )
        return httpx.Response(200, json=payload(FOLDER, "authorises")["short"])

    def _answer(self, method: str, path: str, sent: Mapping[str, str]) -> httpx.Response:
        first, _slash, edge = path.partition("/")
        answers: dict[tuple[str, str], Any] = {
            ("GET", "me"): lambda: {**payload(FOLDER, "authorises")["me"], "id": ME, "username": NAME},
            ("GET", "debug_token"): self._debug,
            ("GET", "me/threads_publishing_limit"): self._quota,
            ("GET", "me/threads"): lambda: self._posts(replies=False),
            ("GET", "me/replies"): lambda: self._posts(replies=True),
            ("GET", "me/mentions"): lambda: self._heard(""),
            ("GET", "me/threads_insights"): lambda: self._counts(sent["metric"]),
            ("GET", "conversation"): lambda: self._heard(first),
        }
        found = answers.get((method, path)) or answers.get((method, edge))
        if found is not None:
            return httpx.Response(200, json=found())
        return self._thing(method, first, edge, sent)

    def _thing(self, method: str, first: str, edge: str, sent: Mapping[str, str]) -> httpx.Response:
        if (first, edge) == ("me", "threads"):
            return self.make(sent, ("image_url", "video_url"))
        if edge == "threads_publish":
            return self._publish(sent["creation_id"])
        if edge == "manage_reply":
            (self.hidden_.add if sent["hide"] == "true" else self.hidden_.discard)(first)
            return httpx.Response(200, json=payload(FOLDER, "moderates"))
        if first not in self.posts:
            return self.look(first, "status", "error_message") if method == "GET" else gone()
        if method == "DELETE":
            self.posts.pop(first)
            return httpx.Response(200, json={**payload(FOLDER, "deletes"), "deleted_id": first})
        if edge == "insights":
            return httpx.Response(200, json=payload(FOLDER, "measures"))
        return httpx.Response(200, json=self._post(first))

    def _publish(self, number: str) -> httpx.Response:
        made = self.made.get(number)
        if made is None or NOT_VISIBLE in self.on:
            return refused(24, 4279009, "The requested resource does not exist")
        if made.status == "PUBLISHED":
            return refused(100, 0, "The container was published before")
        if made.status != "FINISHED":
            return refused(100, 0, "The container is not finished")
        made.status, post = "PUBLISHED", self.number()
        if FORGETS in self.on:
            made.status = "PUBLISHED"
        parts = [self.made[each].fields for each in made.fields.get("children", "").split(",") if each]
        files = parts or ([made.fields] if made.fields["media_type"] != "TEXT" else [])
        self.posts[post] = Post(
            made.fields.get("text", ""),
            self.now,
            MEDIA[made.fields["media_type"]],
            tuple(each.get("alt_text", "") for each in files),
            made.fields.get("reply_to_id", ""),
        )
        return httpx.Response(200, json={"id": post})

    def _debug(self) -> Any:
        found = payload(FOLDER, "authorises")["debug"]
        if NARROW in self.on:
            found["data"]["scopes"].remove("threads_content_publish")
        return found

    def _quota(self) -> Any:
        used = 250 if FULL in self.on else len(self.posts)
        found = payload(FOLDER, "publishes")["quota"]
        found["data"][0] |= {"quota_usage": used}
        return found

    def _post(self, number: str) -> dict[str, Any]:
        post = self.posts[number]
        item = {
            **payload(FOLDER, "publishes")["post"],
            "id": number,
            "text": post.text,
            "media_type": post.kind,
        }
        answered = any(each.get("replied_to", {}).get("id") == number for each in self.said.values())
        return item | {"timestamp": written(post.at), "has_replies": answered}

    def _posts(self, *, replies: bool) -> Any:
        numbers = [n for n, post in self.posts.items() if bool(post.reply_to) == replies]
        return {"data": [self._post(number) for number in reversed(numbers)], "paging": {}}

    def _heard(self, post: str) -> Any:
        items = [i for i in self.said.values() if i.get("replied_to", {}).get("id", "") == post]
        return {"data": items[::-1], "paging": {"cursors": {"before": "QQ"}}}

    def _counts(self, metric: str) -> Any:
        items = payload(FOLDER, "counts")["data"]
        return {"data": [each for each in items if each["name"] in metric.split(",")]}
