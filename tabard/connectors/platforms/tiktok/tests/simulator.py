"""TikTok's API v2, its place for uploads, and one account, in a box. There is no machine-readable description
of it, so what is asked is held against its reference pages here: names, pieces, their order.

Its own switches: SLOW (nothing that was sent is ever finished), SILENT (bytes that arrived are not told),
PRIVATE (no post gets a number of its own), FORGETS (no number of an upload is known), OVER (the place for
uploads takes nothing more), NARROW (the person left out the right to publish). `fails`: why all that is sent
fails. `open_posts`: posts that the day still has.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tabard.connectors.base import Access, Media
from tabard.connectors.stage import EXPIRED, LIMITED, REVOKED, Shown, Stage, film, payload, picture

FOLDER = Path(__file__).parent.parent
HOST, UPLOADS = "open.tiktokapis.com", "open-upload.tiktokapis.com"
APP = {"client_id": "aw0invented0key", "client_secret": "invented-secret-of-the-app"}
ME, NAME = "-000invented0open0id0001", "tabard_town"
SLOW, SILENT, PRIVATE, FORGETS = "slow", "silent", "private", "forgets"
OVER, NARROW = "over", "narrow"
MEGA = 1024**2

Body = dict[str, Any]
VIDEO_INFO = {
    "title",
    "privacy_level",
    "disable_comment",
    "disable_duet",
    "disable_stitch",
    "video_cover_timestamp_ms",
    "brand_content_toggle",
    "brand_organic_toggle",
    "is_aigc",
}
PHOTO_INFO = {
    "title",
    "description",
    "privacy_level",
    "disable_comment",
    "auto_add_music",
    "brand_content_toggle",
    "brand_organic_toggle",
}
USER = {
    "user.info.basic": {"open_id", "union_id", "avatar_url", "display_name"},
    "user.info.profile": {"username", "bio_description", "profile_deep_link", "is_verified"},
    "user.info.stats": {"follower_count", "following_count", "likes_count", "video_count"},
}
VIDEO = {
    "id",
    "create_time",
    "title",
    "video_description",
    "share_url",
    *payload(FOLDER, "measures")["video"],
}


def refused(status: int, code: str, message: str = "", **headers: str) -> httpx.Response:
    error = {"code": code, "message": message or code, "log_id": "2026112209300000"}
    return httpx.Response(status, json={"data": {}, "error": error}, headers=headers)


def good(data: Body) -> httpx.Response:
    error = {"code": "ok", "message": "", "log_id": "2026112209300000"}
    return httpx.Response(200, json={"data": data, "error": error})


@dataclass
class Upload:
    """Something that was begun. `post`: the number of what came of it."""

    path: str
    info: Body
    size: int = 0
    piece: int = 0
    count: int = 0
    body: bytes = b""
    post: str = ""
    ends: float = 0.0
    failed: str = ""

    @property
    def whole(self) -> bool:
        return len(self.body) >= self.size

    @property
    def draft(self) -> bool:
        return "inbox" in self.path


@dataclass
class TikTokStage(Stage):
    """The account @tabard_town."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    posts: dict[str, Body] = field(default_factory=dict)
    lent: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    fails: str = ""
    open_posts: int = 15
    creator: Body = field(default_factory=lambda: dict(payload(FOLDER, "publishes")["creator"]["data"]))
    next_id: int = 7080213458555737985

    def access(self) -> Access:
        given = payload(FOLDER, "authorises")["token"]
        session = {
            "token": given["access_token"],
            "refresh": given["refresh_token"],
            "ends": (self.now + timedelta(hours=23)).isoformat(),
            "scopes": given["scope"].split(","),
        }
        return Access("tiktok", f"https://{HOST}", ME, NAME, session=session, app=APP, lend=self.lend)

    async def lend(self, body: bytes | Media, mime: str) -> str:
        body = await body.load() if isinstance(body, Media) else body
        name = hashlib.sha256(body).hexdigest()[:24]
        self.lent[name] = (body, mime)
        return f"https://tabard.example/lent/{name}.jpg"

    def fields(self) -> Mapping[str, str]:
        return {}

    def app(self) -> Mapping[str, str]:
        return APP

    def file(self, placement: str) -> Media:
        return film() if placement.startswith("video") else picture()

    def options(self, placement: str) -> Mapping[str, Any]:
        if placement.endswith("_draft"):
            return {}
        return {"privacy_level": "PUBLIC_TO_EVERYONE", "consent": True}

    def allow(self, url: str) -> Mapping[str, str]:
        asked = parse_qs(urlsplit(url).query)
        assert asked["client_key"] == [APP["client_id"]]
        assert "client_id" not in asked
        scopes = asked["scope"][0].split(",")
        return {"code": "code-invented", "state": asked["state"][0], "scopes": ",".join(scopes)}

    def shown(self) -> list[Shown]:
        return [Shown(number, each["video_description"], ("",)) for number, each in self.posts.items()]

    def shows(self, request: httpx.Request) -> bool:
        if request.url.host != UPLOADS:
            return request.url.path == "/v2/post/publish/content/init/"
        _start, end, size = _range(request)
        return end + 1 == size

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == UPLOADS:
            return self._put(request)
        assert request.url.host == HOST
        path = request.url.path.removeprefix("/v2")
        assert path.endswith("/")
        if path.startswith("/oauth/"):
            return self._desk(request, path)
        if LIMITED in self.on:
            return refused(429, "rate_limit_exceeded")
        token = request.headers["authorization"].removeprefix("Bearer ")
        first = token == payload(FOLDER, "authorises")["token"]["access_token"]
        if REVOKED in self.on or token in self.ended or (first and EXPIRED in self.on):
            return refused(401, "access_token_invalid")
        return self._answer(request, path)

    def _desk(self, request: httpx.Request, path: str) -> httpx.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if (sent["client_key"], sent["client_secret"]) != tuple(APP.values()):
            return httpx.Response(401, json={"error": "invalid_client", "error_description": "No"})
        given = payload(FOLDER, "authorises")["token"]
        no = httpx.Response(200, json=payload(FOLDER, "renews")["refused"])  # so it is there
        if path == "/oauth/revoke/":
            if REVOKED in self.on or sent["token"] in self.ended or sent["token"].startswith("rft."):
                return no
            self.ended |= {sent["token"], given["access_token"], given["refresh_token"]}
            return httpx.Response(200, json={})
        if sent["grant_type"] == "refresh_token":
            if REVOKED in self.on or sent["refresh_token"] in self.ended:
                return no
            self.ended.add(sent["refresh_token"])
            return httpx.Response(200, json=payload(FOLDER, "renews")["answer"])
        assert "code_verifier" not in sent
        if sent["code"] != "code-invented":
            return no
        scope = "user.info.basic,video.list" if NARROW in self.on else given["scope"]
        return httpx.Response(200, json={**given, "scope": scope})

    def _answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if request.method == "GET":
            assert path == "/user/info/"
            return self._user(request)
        body = json.loads(request.content)
        if path in {"/post/publish/video/init/", "/post/publish/inbox/video/init/"}:
            return self._begun(path, body)
        if path.startswith("/video/"):
            asked = set(request.url.params["fields"].split(","))
            assert asked <= VIDEO
            return self._videos(path, body, asked)
        answers: dict[str, Any] = {
            "/post/publish/creator_info/query/": self._creator,
            "/post/publish/content/init/": self._photos,
            "/post/publish/status/fetch/": self._status,
        }
        answer: httpx.Response = answers[path](body)
        return answer

    def _user(self, request: httpx.Request) -> httpx.Response:
        asked = set(request.url.params["fields"].split(","))
        scopes = {"user.info.basic"} if NARROW in self.on else set(USER)
        if not asked <= {name for scope in scopes for name in USER[scope]}:
            return refused(401, "scope_not_authorized")
        user = payload(FOLDER, "authorises")["user"]["data"]["user"]
        return good({"user": {name: user[name] for name in asked}})

    def _creator(self, body: Body) -> httpx.Response:
        if self.open_posts <= 0:
            return refused(403, "spam_risk_too_many_posts")
        return good(self.creator)

    def _begun(self, path: str, body: Body) -> httpx.Response:
        source, info = body["source_info"], body.get("post_info") or {}
        assert set(body) == ({"source_info"} if "inbox" in path else {"source_info", "post_info"})
        assert set(info) <= VIDEO_INFO
        if info and info["privacy_level"] not in self.creator["privacy_level_options"]:
            return refused(403, "privacy_level_option_mismatch")
        size, piece, count = source["video_size"], source["chunk_size"], source["total_chunk_count"]
        assert set(source) == {"source", "video_size", "chunk_size", "total_chunk_count"}
        if count != size // piece or not (piece == size <= 64 * MEGA or 5 * MEGA <= piece <= 64 * MEGA):
            return refused(400, "invalid_params", "The chunk size is invalid")
        number = f"v_{'inbox' if 'inbox' in path else 'pub'}_file~v2-1.{len(self.uploads) + 1}"
        ends = self.now.timestamp() + 3600
        self.uploads[number] = Upload(path, info, size, piece, count, ends=ends)
        url = f"https://{UPLOADS}/video/?upload_id={len(self.uploads)}&upload_token=Xza123invented"
        return good({"publish_id": number, "upload_url": url})

    def _put(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "PUT"
        assert "authorization" not in request.headers
        assert request.headers["content-type"] in {"video/mp4", "video/quicktime", "video/webm"}
        number = list(self.uploads)[int(request.url.params["upload_id"]) - 1]
        upload, (start, end, size) = self.uploads[number], _range(request)
        if LIMITED in self.on:
            return httpx.Response(429)
        if OVER in self.on or self.now.timestamp() > upload.ends:
            return httpx.Response(403)
        had = len(upload.body)
        if start != had or size != upload.size:
            return httpx.Response(416, headers={"Content-Range": f"bytes 0-{had}/{upload.size}"})
        last = end + 1 == size
        right = size - start < 128 * MEGA if last else end + 1 - start == upload.piece
        if len(request.content) != end + 1 - start or not right:
            return httpx.Response(400)
        upload.body += request.content
        if upload.whole:
            self._made(upload, upload.info.get("title", ""))
        return httpx.Response(201 if upload.whole else 206)

    def _made(self, upload: Upload, text: str) -> None:
        if self.fails or upload.draft:
            return
        self.next_id += 1
        upload.post = str(self.next_id)
        post = payload(FOLDER, "publishes")["post"]
        made = {"id": upload.post, "video_description": text, "create_time": int(self.now.timestamp())}
        self.posts[upload.post] = {**post, **made}

    def _photos(self, body: Body) -> httpx.Response:
        assert set(body) == {"media_type", "post_mode", "post_info", "source_info"}
        source, draft = body["source_info"], body["post_mode"] == "MEDIA_UPLOAD"
        assert set(body["post_info"]) <= ({"title", "description"} if draft else PHOTO_INFO)
        assert 0 <= source["photo_cover_index"] < len(source["photo_images"]) <= 35
        if not all(url.startswith("https://tabard.example/") for url in source["photo_images"]):
            return refused(403, "url_ownership_unverified")
        number = f"p_pub_url~v2.{len(self.uploads) + 1}"
        upload = Upload("inbox" if draft else "photo", body["post_info"])
        self.uploads[number] = upload
        self._made(upload, body["post_info"]["description"])
        return good({"publish_id": number})

    def _status(self, body: Body) -> httpx.Response:
        assert set(body) == {"publish_id"}
        upload = self.uploads.get(body["publish_id"])
        if upload is None or FORGETS in self.on:
            return refused(400, "invalid_publish_id")
        if failed := upload.failed or (upload.whole and self.fails):
            return good({"status": "FAILED", "fail_reason": failed})
        if not upload.whole or SLOW in self.on:
            told = {} if SILENT in self.on else {"uploaded_bytes": len(upload.body)}
            return good({"status": "PROCESSING_UPLOAD" if upload.size else "PROCESSING_DOWNLOAD", **told})
        if upload.draft:
            return good({"status": "SEND_TO_USER_INBOX"})
        post = {} if PRIVATE in self.on else {"publicaly_available_post_id": [int(upload.post)]}
        return good({"status": "PUBLISH_COMPLETE", **post})

    def _videos(self, path: str, body: Body, asked: set[str]) -> httpx.Response:
        if path == "/video/query/":
            wanted = body["filters"]["video_ids"]
            assert 0 < len(wanted) <= 20
            counts = payload(FOLDER, "measures")["video"]
            found = [{**counts, "id": n} for n in wanted if n in self.posts]
            return good({"videos": [{name: each[name] for name in asked} for each in found]})
        assert path == "/video/list/"
        newest = [] if PRIVATE in self.on else list(self.posts.values())[::-1][: body["max_count"]]
        videos = [{name: each[name] for name in asked} for each in newest]
        return good({"videos": videos, "cursor": 0, "has_more": False})


def _range(request: httpx.Request) -> tuple[int, int, int]:
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers["content-range"])
    assert found is not None
    return int(found[1]), int(found[2]), int(found[3])
