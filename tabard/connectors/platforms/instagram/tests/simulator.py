"""Instagram in a box: one profile, the page it is tied to, and where films are given.

There is no contract of it that a machine could read: what each address takes stands in TAKES, from the
documentation (read 2026-09), and anything else fails. Its switches are those of `families/tests/graph.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tabard.connectors.base import Access, Media
from tabard.connectors.families.meta import proof
from tabard.connectors.families.tests.graph import (
    APP,
    FULL,
    TOKEN,
    GraphStage,
    gone,
    read,
    refused,
    signed,
)
from tabard.connectors.stage import Shown, film, payload, picture

FOLDER = Path(__file__).parent.parent
ME, PAGE, NAME = "17841400000000001", "104000000000001", "tabard_town"
PERSON = "token-of-the-person-invented"
NARROW = "narrow"  # the person left out the right to publish
BREAKS_OFF = "breaks_off"  # an upload ends after 400 bytes
NO_PROFILE = "no_profile"  # no profile is tied to any page
TAKES = {
    "POST media": {
        "media_type",
        "image_url",
        "caption",
        "alt_text",
        "children",
        "is_carousel_item",
        "share_to_feed",
        "upload_type",
    },
    "POST media_publish": {"creation_id"},
    "POST comments": {"message"},
    "POST replies": {"message"},
    "POST": {"hide"},
    "DELETE": set(),
    "GET": {"fields"},
    "GET media": {"fields", "limit"},
    "GET stories": {"fields", "limit"},
    "GET tags": {"fields", "limit"},
    "GET comments": {"fields", "limit"},
    "GET replies": {"fields", "limit"},
    "GET insights": {"metric", "period", "since", "until"},
    "GET content_publishing_limit": {"fields"},
    "GET accounts": {"fields", "limit"},
    "GET businesses": {"fields", "limit"},
    "GET owned_pages": {"fields", "limit"},
    "GET client_pages": {"fields", "limit"},
    "GET permissions": set(),
    "GET subscribed_apps": set(),
    "POST subscribed_apps": {"subscribed_fields"},
    "DELETE subscribed_apps": set(),
}


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


@dataclass
class Post:
    """A post, a story or a comment of the profile's own."""

    text: str
    at: datetime
    kind: str
    alts: tuple[str, ...] = ()
    reply_to: str = ""
    story: bool = False


@dataclass
class InstagramStage(GraphStage):
    """The profile @tabard_town."""

    tokens: set[str] = field(default_factory=lambda: {TOKEN, PERSON})
    posts: dict[str, Post] = field(default_factory=dict)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: dict[str, set[str]] = field(default_factory=dict)
    bytes_: dict[str, bytes] = field(default_factory=dict)

    def access(self) -> Access:
        session = {"token": TOKEN, "page": PAGE, "scopes": []}
        return Access(
            "instagram", "https://graph.facebook.com", ME, NAME, session=session, app=APP, lend=self.lend
        )

    def file(self, placement: str) -> Media:
        return film() if placement == "reel" else picture(alt="")

    def shown(self) -> list[Shown]:
        return [Shown(number, p.text, p.alts, p.reply_to) for number, p in self.posts.items()]

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=40)
        number = self.number()
        item = {**payload(FOLDER, "converses")["comment" if reply_to else "tag"], "id": number}
        item["text" if reply_to else "caption"] = text
        self.said[number] = {**item, "timestamp": written(self.now), "under": reply_to}
        return number

    def tell(self, text: str, *, ours: bool = False) -> tuple[Mapping[str, str], bytes]:
        event = payload(FOLDER, "hears")
        event["entry"][0]["changes"][0]["value"] |= {"text": text}
        if ours:
            event["entry"][0]["changes"][0]["value"]["from"] = {"id": ME, "username": NAME}
        return signed(event)

    def acted(self, message: str) -> frozenset[str]:
        return frozenset(self.acts.get(message, ()))

    def shows(self, request: httpx.Request) -> bool:
        last = request.url.path.rpartition("/")[2]
        return request.method == "POST" and last in {"media_publish", "comments", "replies"}

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "rupload.facebook.com":
            return self._upload(request)
        sent, path = read(request), request.url.path.removeprefix("/v25.0").strip("/")
        if path == "oauth/access_token":
            return self._code(sent)
        if path == "debug_token":
            return self._debug(sent)
        if stop := self.stopped(sent):
            return stop
        token = sent.pop("access_token")
        assert sent.pop("appsecret_proof") == proof(token, APP["client_secret"])
        first, _slash, edge = path.partition("/")
        where = f"{request.method} {edge}".strip()
        strange = set(sent) - TAKES[where]
        assert not strange, f"{where} takes no {strange}"
        if token == PERSON:
            return httpx.Response(200, json=self._of_person(edge))
        return self._answer(request.method, first, edge, sent)

    def _code(self, sent: Mapping[str, str]) -> httpx.Response:
        known = payload(FOLDER, "authorises")
        if sent["client_secret"] != APP["client_secret"]:
            return refused(1, 0, "Error validating client secret.")
        if sent.get("grant_type") == "fb_exchange_token":
            return httpx.Response(200, json={**known["long"], "access_token": PERSON})
        if sent["code"] != "code-invented":
            return refused(100, 36007, "Invalid verification code format.")
        return httpx.Response(200, json=known["short"])

    def _debug(self, sent: Mapping[str, str]) -> httpx.Response:
        assert sent["access_token"] == f"{APP['client_id']}|{APP['client_secret']}"
        granted = [each["permission"] for each in payload(FOLDER, "authorises")["permissions"]["data"]]
        if NARROW in self.on:
            granted = granted[2:]
        return httpx.Response(200, json={"data": {"is_valid": True, "scopes": granted}})

    def _of_person(self, edge: str) -> Any:
        found = payload(FOLDER, "authorises")
        if edge == "permissions" and NARROW in self.on:
            found["permissions"]["data"][1]["status"] = "declined"
        if NO_PROFILE in self.on:
            found["accounts"]["data"] = found["accounts"]["data"][1:]
            found["owned_pages"]["data"] = []
        return found[edge]

    def _answer(self, method: str, first: str, edge: str, sent: Mapping[str, str]) -> httpx.Response:
        answers: dict[tuple[str, str], Any] = {
            ("GET", "content_publishing_limit"): self._quota,
            ("GET", "media"): lambda: self._posts(story=False),
            ("GET", "stories"): lambda: self._posts(story=True),
            ("GET", "tags"): lambda: {"data": [i for i in self._newest() if not i["under"]]},
            ("GET", "comments"): lambda: self._under(first),
            ("GET", "replies"): lambda: self._under(first),
        }
        if (method, edge) in answers:
            return httpx.Response(200, json=answers[method, edge]())
        if (method, edge) == ("POST", "media"):
            return self._container(sent)
        if edge == "subscribed_apps":
            assert first == PAGE
            return self.subscribed(method, sent)
        if edge == "media_publish":
            return self._publish(sent["creation_id"])
        if edge == "insights":
            return self._insights(first, sent["metric"])
        if method == "POST" and edge:
            return self._comment(first, edge, sent["message"])
        return self._thing(method, first, sent)

    def _container(self, sent: Mapping[str, str]) -> httpx.Response:
        answer = self.make(sent, ("image_url",))
        if sent.get("upload_type") != "resumable":
            return answer
        number = answer.json()["id"]
        self.made[number].status, self.bytes_[number] = "IN_PROGRESS", b""
        address = f"https://rupload.facebook.com/ig-api-upload/v25.0/{number}"
        return httpx.Response(200, json={"id": number, "uri": address})

    def _upload(self, request: httpx.Request) -> httpx.Response:
        number = request.url.path.rpartition("/")[2]
        assert request.headers["authorization"] == f"OAuth {TOKEN}"
        assert int(request.headers["offset"]) == len(self.bytes_[number])
        if BREAKS_OFF in self.on:
            self.bytes_[number] += request.content[:400]
            raise httpx.ReadError("broken off", request=request)
        self.bytes_[number] += request.content
        assert len(self.bytes_[number]) == int(request.headers["file_size"])
        self.made[number].status = "FINISHED"
        return httpx.Response(200, json={"success": True, "message": "Upload successful."})

    def _publish(self, number: str) -> httpx.Response:
        made = self.made.get(number)
        if made is None:
            return refused(24, 2207008, "The media could not be published", error_user_msg="Not found")
        if made.status == "PUBLISHED":
            return refused(4, 2207051, "Application request limit reached", 403)
        if made.status != "FINISHED":
            return refused(9007, 2207027, "Media ID is not available")
        made.status, post = "PUBLISHED", self.number()
        parts = [self.made[each].fields for each in made.fields.get("children", "").split(",") if each]
        kind = "CAROUSEL_ALBUM" if parts else ("IMAGE" if "image_url" in made.fields else "VIDEO")
        story = made.fields.get("media_type") == "STORIES"
        alts = tuple(each.get("alt_text", "") for each in parts or [made.fields])
        self.posts[post] = Post(made.fields.get("caption", ""), self.now, kind, alts, story=story)
        return httpx.Response(200, json={"id": post})

    def _comment(self, first: str, edge: str, text: str) -> httpx.Response:
        if edge == ("replies" if first in self.posts else "comments"):
            return refused(100, 33, "Unsupported post request.")
        number = self.number()
        self.posts[number] = Post(text, self.now, "COMMENT", reply_to=first)
        return httpx.Response(200, json={"id": number})

    def _insights(self, first: str, metric: str) -> httpx.Response:
        if first == ME:
            return httpx.Response(200, json=payload(FOLDER, "counts")["insights"])
        if first not in self.posts:
            return gone()
        if self.posts[first].story and "likes" in metric:
            return refused(100, 0, "(#100) metric[2] must be one of the following values: views, reach")
        items = payload(FOLDER, "measures")["data"]
        return httpx.Response(200, json={"data": [i for i in items if i["name"] in metric.split(",")]})

    def _thing(self, method: str, first: str, sent: Mapping[str, str]) -> httpx.Response:
        if first == ME:
            return httpx.Response(200, json=payload(FOLDER, "authorises")["profile"])
        if method == "GET" and (found := self._post_of(first, sent["fields"])):
            return found
        if first in self.posts and method == "DELETE":
            self.posts.pop(first)
            return httpx.Response(200, json=payload(FOLDER, "deletes"))
        if first in self.said and method in {"POST", "DELETE"}:
            return self._act(method, first, sent)
        if re.fullmatch(r"\d+", first) and method == "GET":
            return self._container_of(first)
        return gone()

    def _post_of(self, first: str, fields: str) -> httpx.Response | None:
        if first in self.posts:
            return httpx.Response(200, json=self._item(first))
        if first in self.said and "media_product_type" in fields:
            return refused(100, 0, "(#100) Tried accessing nonexisting field (media_product_type)")
        return None

    def _container_of(self, first: str) -> httpx.Response:
        answer = self.look(first, "status_code", "status")
        if first in self.bytes_ and answer.status_code == 200:
            phase = {"uploading_phase": {"bytes_transferred": len(self.bytes_[first])}}
            return httpx.Response(200, json={**answer.json(), "video_status": phase})
        return answer

    def _act(self, method: str, message: str, sent: Mapping[str, str]) -> httpx.Response:
        held = self.acts.setdefault(message, set())
        if method == "DELETE":
            if "delete" in held:
                return gone()
            held.add("delete")
        else:
            (held.add if sent["hide"] == "true" else held.discard)("hide")
        return httpx.Response(200, json=payload(FOLDER, "moderates"))

    def _quota(self) -> Any:
        used = 50 if FULL in self.on else len(self.posts)
        found = payload(FOLDER, "publishes")["quota"]
        found["data"][0] |= {"quota_usage": used}
        return found

    def _item(self, number: str) -> dict[str, Any]:
        post = self.posts[number]
        item = {**payload(FOLDER, "publishes")["post"], "id": number, "media_type": post.kind}
        heard = sum(each["under"] == number for each in self.said.values())
        more = {} if post.story else {"caption": post.text}
        return item | more | {"timestamp": written(post.at), "comments_count": heard}

    def _posts(self, *, story: bool) -> Any:
        found = [n for n, post in self.posts.items() if post.story == story and post.kind != "COMMENT"]
        return {"data": [self._item(number) for number in reversed(found)], "paging": {}}

    def _newest(self) -> list[dict[str, Any]]:
        return list(self.said.values())[::-1]

    def _under(self, post: str) -> Any:
        theirs = [each for each in self._newest() if each["under"] == post]
        ours = [
            {"id": n, "text": p.text, "timestamp": written(p.at), "username": NAME}
            for n, p in self.posts.items()
            if p.reply_to == post
        ]
        return json.loads(json.dumps({"data": theirs + ours, "paging": {}}))
