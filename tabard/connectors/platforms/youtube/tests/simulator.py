"""A channel at YouTube in a box: uploads, videos, comments and reports.

Every request to an address that Google describes is held against its description; what goes to the address of
an upload, of which there is none, is held here. Its own switches are below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tabard.connectors.base import Access, Media
from tabard.connectors.families.tests import discovery
from tabard.connectors.platforms.youtube.card import FIGURES, HOST, UPLOADS
from tabard.connectors.platforms.youtube.tests.talk import (
    CHANNEL,
    FOLDER,
    PERSON,
    Body,
    Talk,
    refused,
    written,
)
from tabard.connectors.stage import EXPIRED, LIMITED, REVOKED, Shown, film, payload

APP = {"client_id": "1-invented.apps.googleusercontent.com", "client_secret": "GOCSPX-invented-secret"}
LIST = "UUinventedChannelTabard1"

SLOW = "slow"  # a video is worked on without end
SPOILT = "spoilt"  # the file is no good
REJECTS = "rejects"  # the same file is there already
LOCKS = "locks"  # whatever is made public stays private
ENDS = "ends"  # addresses of uploads are known no longer
SIPS = "sips"  # only 262,144 bytes of each piece are taken
CHOKES = "chokes"  # a long piece gives a 503, and a part of it has arrived
UNVERIFIED = "unverified"  # no pictures of one's own
ELSEWHERE = "elsewhere"  # an upload is sent to a stranger's host

FINE = 262_144


@dataclass
class Sending:
    """An upload: what it shall become, and what has arrived."""

    video: Body
    size: int
    body: bytes = b""
    number: str = ""


@dataclass
class YoutubeStage(Talk):
    """The channel of Tabard Town."""

    kinds = ("reply", "reply")

    videos: dict[str, Body] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    covers: dict[str, bytes] = field(default_factory=dict)
    sendings: dict[str, Sending] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    # What the contract asks

    def access(self) -> Access:
        given = payload(FOLDER, "authorises")["token"]
        session = {
            "token": given["access_token"],
            "refresh": given["refresh_token"],
            "ends": (self.now + timedelta(minutes=50)).isoformat(),
            "scopes": given["scope"].split(),
            "uploads": LIST,
        }
        return Access("youtube", f"https://{HOST}", CHANNEL, "tabardtown", session=session, app=APP)

    def fields(self) -> Mapping[str, str]:
        return {}

    def app(self) -> Mapping[str, str]:
        return APP

    def file(self, placement: str) -> Media:
        return film()

    def options(self, placement: str) -> Mapping[str, Any]:
        return {} if placement == "comment" else {"title": "A walk through town"}

    def allow(self, url: str) -> Mapping[str, str]:
        asked = parse_qs(urlsplit(url).query)
        assert asked["access_type"] == ["offline"]
        return {"code": "code-invented", "state": asked["state"][0], "scope": asked["scope"][0]}

    def shown(self) -> list[Shown]:
        videos = [
            Shown(number, video["snippet"]["description"], ("",) * (number in self.covers))
            for number, video in self.videos.items()
            if video["status"]["privacyStatus"] == "public"
        ]
        own = [each for each in self.comments.values() if self.author(each) == CHANNEL]
        return videos + [Shown(each["id"], self.text(each), reply_to=self.above(each)) for each in own]

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=40)
        number = f"UgxInventedComment{len(self.comments):04}"
        if reply_to.startswith("Ugx"):
            number = f"{reply_to.partition('.')[0]}.9{len(self.comments):04}"
        self._said(number, text, reply_to or next(iter(self.videos), "Tabard00001"), PERSON, "@bo-lind")
        return number

    def acted(self, message: str) -> frozenset[str]:
        state = self.states.get(message, "published")
        acts = {"heldForReview": {"hide"}, "rejected": {"delete"}}.get(state, set())
        gone = {"delete"} if message not in self.comments else set()
        return frozenset(acts | gone | ({"block"} if PERSON in self.banned else set()))

    def shows(self, request: httpx.Request) -> bool:
        path = request.url.path
        if request.method == "POST":
            return path.endswith(("/comments", "/commentThreads"))
        return request.method == "PUT" and path.endswith("/videos") and "/upload/" not in path

    # Its parts

    async def route(self, request: httpx.Request) -> httpx.Response:
        host, path = request.url.host, request.url.path
        if host == "oauth2.googleapis.com":
            return self._desk(request, path)
        assert host in {HOST, UPLOADS, FIGURES}, host
        token = request.headers["authorization"].removeprefix("Bearer ")
        first = token == payload(FOLDER, "authorises")["token"]["access_token"]
        sending = request.method == "PUT" and path.startswith("/upload/")
        if not sending:
            discovery.validate("youtubeAnalytics.v2" if host == FIGURES else "youtube.v3", request)
        if LIMITED in self.on:
            return refused(403, "quotaExceeded")
        if REVOKED in self.on or token in self.ended or (first and EXPIRED in self.on):
            return refused(401, "authError")
        if sending:
            return self._piece(request)
        if host == FIGURES:
            return self._report(request)
        return self._known(request, path)

    def _desk(self, request: httpx.Request, path: str) -> httpx.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        given = payload(FOLDER, "authorises")["token"]
        if path == "/revoke":
            gone = sent["token"] in self.ended
            self.ended |= {given["access_token"], sent["token"]}
            return httpx.Response(400 if gone else 200, json={"error": "invalid_token"} if gone else {})
        if sent["client_secret"] != APP["client_secret"]:
            return httpx.Response(401, json={"error": "invalid_client"})
        if sent["grant_type"] == "refresh_token":
            if REVOKED in self.on or sent["refresh_token"] in self.ended:
                return httpx.Response(400, json={"error": "invalid_grant"})
            return httpx.Response(200, json=payload(FOLDER, "renews"))
        if sent["code"] != "code-invented" or not sent.get("code_verifier"):
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json=given)

    def _known(self, request: httpx.Request, path: str) -> httpx.Response:
        asked, method = request.url.params, request.method
        kind = path.rpartition("/v3/")[2]
        if path.startswith("/upload/"):
            return self._begun(request) if kind == "videos" else self._cover(request)
        if kind == "channels":
            return httpx.Response(200, json=payload(FOLDER, "authorises")["channels"])
        if kind == "playlistItems":
            assert asked["playlistId"] == LIST
            if not self.videos:
                return refused(404, "playlistNotFound")
            newest = list(self.videos)[::-1][: int(asked["maxResults"])]
            items = [{"contentDetails": {"videoId": number}} for number in newest]
            return httpx.Response(200, json={"items": items})
        if kind == "videos":
            return {"GET": self._list, "PUT": self._written, "DELETE": self._deleted}[method](request)
        if kind == "comments/setModerationStatus":
            return self._moderated(asked)
        return self._comments(request, kind)

    # Uploads

    def _begun(self, request: httpx.Request) -> httpx.Response:
        assert request.url.params["uploadType"] == "resumable"
        number = f"Tabard{len(self.sendings) + 1:05}"
        self.sendings[number] = Sending(
            json.loads(request.content), int(request.headers["x-upload-content-length"]), number=number
        )
        where = "evil.example" if ELSEWHERE in self.on else UPLOADS
        location = f"https://{where}/upload/youtube/v3/videos?uploadType=resumable&upload_id={number}"
        return httpx.Response(200, headers={"Location": location})

    def _piece(self, request: httpx.Request) -> httpx.Response:
        one = self.sendings.get(request.url.params["upload_id"])
        if one is None or ENDS in self.on:
            return httpx.Response(404, text="Not Found")
        said = request.headers["content-range"]
        found = re.fullmatch(rf"bytes (?:(\d+)-(\d+)|\*)/{one.size}", said)
        assert found, said
        piece = request.content
        if found.group(1):
            start, end = int(found.group(1)), int(found.group(2))
            assert start == len(one.body), "a piece that does not follow what is there"
            assert len(piece) == end - start + 1 > 0
            assert end + 1 == one.size or len(piece) % FINE == 0, "pieces are multiples of 262,144"
            chokes = CHOKES in self.on and len(piece) > FINE
            one.body += piece[:FINE] if SIPS in self.on or chokes else piece
            if chokes:
                return httpx.Response(503, text="Service Unavailable")
        else:
            assert not piece
        if len(one.body) < one.size:
            headers = {"Range": f"bytes=0-{len(one.body) - 1}"} if one.body else {}
            return httpx.Response(308, headers=headers)
        return self._whole(one)

    def _whole(self, one: Sending) -> httpx.Response:
        if one.number in self.videos:
            return httpx.Response(200, json=self.videos[one.number])
        video: Body = payload(FOLDER, "publishes")
        video["id"] = one.number
        video["snippet"] |= {**one.video["snippet"], "publishedAt": written(self.now)}
        video["status"] |= {**one.video["status"], **self._worked()}
        self.videos[one.number], self.files[one.number] = video, one.body
        return httpx.Response(201, json=video)

    def _worked(self) -> Body:
        if SPOILT in self.on:
            return {"uploadStatus": "failed", "failureReason": "codec"}
        if REJECTS in self.on:
            return {"uploadStatus": "rejected", "rejectionReason": "duplicate"}
        return {"uploadStatus": "uploaded" if SLOW in self.on else "processed"}

    def _cover(self, request: httpx.Request) -> httpx.Response:
        if UNVERIFIED in self.on:
            return refused(403, "forbidden", "The authenticated user may not set custom thumbnails.")
        number = request.url.params["videoId"]
        assert self.videos[number]["status"]["uploadStatus"] == "processed"
        assert request.headers["content-type"] in {"image/jpeg", "image/png"}
        self.covers[number] = request.content
        return httpx.Response(200, json={"kind": "youtube#thumbnailSetResponse", "items": [{}]})

    # Videos

    def _list(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        assert set(asked["part"].split(",")) <= {"snippet", "status", "processingDetails", "statistics"}
        found = [self.videos[number] for number in asked["id"].split(",") if number in self.videos]
        counts = {"statistics": payload(FOLDER, "measures")["statistics"]}
        return httpx.Response(200, json={"items": [{**video, **counts} for video in found]})

    def _written(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        if sent["id"] not in self.videos:
            return refused(404, "videoNotFound")
        video = self.videos[sent["id"]]
        assert request.url.params["part"] == "snippet,status"
        assert sent["snippet"]["title"]
        assert sent["snippet"]["categoryId"]
        video["snippet"] = {
            **{name: video["snippet"][name] for name in ("publishedAt", "channelId", "channelTitle")},
            **sent["snippet"],
        }
        kept = {name: value for name, value in video["status"].items() if name.endswith("Status")}
        video["status"] = {**kept, "privacyStatus": "public", **sent["status"]}
        if LOCKS in self.on:
            video["status"]["privacyStatus"] = "private"
        return httpx.Response(200, json=video)

    def _deleted(self, request: httpx.Request) -> httpx.Response:
        if self.videos.pop(request.url.params["id"], None) is None:
            return refused(404, "videoNotFound")
        return httpx.Response(204)

    # Reports

    def _report(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        assert asked["ids"] == f"channel=={CHANNEL}"
        if asked["dimensions"] == "day":
            return httpx.Response(200, json=payload(FOLDER, "counts"))
        videos = asked["filters"].removeprefix("video==").split(",")
        report = payload(FOLDER, "measures")["report"]
        rows = [[video, *report["rows"][0][1:]] for video in videos if video in self.videos]
        return httpx.Response(200, json={**report, "rows": rows})
