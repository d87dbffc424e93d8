"""The versioned API and one page, in a box. Texts are read as little text: what is not escaped cuts them off.

Its own switches: SLOW (no file is ever ready), BAD (none can be used), BLIND (files may not be looked at),
BREAKS_OFF (the second part of a film is lost), ENDED_URL (its address has ended), DUPLICATE (the same text is
refused), NAMELESS (people's names may not be read), NARROW (a scope was left out), NO_ROLE (the person lost
their role).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from tabard.connectors.base import Access, Media
from tabard.connectors.platforms.linkedin.client import VERSION
from tabard.connectors.platforms.linkedin.tests.shapes import (
    APP,
    Body,
    document,
    files_of,
    images,
    listed,
    little,
    message_in,
    ms,
    refused,
    returned,
    signed,
)
from tabard.connectors.stage import EXPIRED, LIMITED, REVOKED, Shown, Stage, film, payload, picture

FOLDER = Path(__file__).parent.parent
API, SITE = "api.linkedin.com", "www.linkedin.com"
NUMBER = "2414183"
PAGE = f"urn:li:organization:{NUMBER}"
SLOW, BAD, BLIND, BREAKS_OFF, ENDED_URL = "slow", "bad", "blind", "breaks_off", "ended_url"
DUPLICATE, NAMELESS, NARROW, NO_ROLE = "duplicate", "nameless", "narrow", "no_role"
PART = 40_000  # bytes of a film's part; 4 MB there


@dataclass
class LinkedInStage(Stage):
    """The page of the town of Tabard."""

    kinds: ClassVar[tuple[str, str]] = ("reply", "reply")

    posts: dict[str, Body] = field(default_factory=dict)
    comments: dict[str, Body] = field(default_factory=dict)
    notes: list[Body] = field(default_factory=list)
    files: dict[str, list[bytes]] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    likes: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)
    roles: list[Body] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    looks: int = 0
    next_id: int = 7094637247487995904

    def access(self) -> Access:
        given = payload(FOLDER, "authorises")["token"]
        session = {
            "token": given["access_token"],
            "refresh": given["refresh_token"],
            "ends": (self.now + timedelta(days=59)).isoformat(),
            "scopes": given["scope"].split(","),
        }
        return Access("linkedin", f"https://{API}", NUMBER, "tabard-town", session=session, app=APP)

    def fields(self) -> Mapping[str, str]:
        return {}

    def app(self) -> Mapping[str, str]:
        return APP

    def file(self, placement: str) -> Media:
        return {"video": film(size=100_000), "document": document()}.get(placement, picture())

    def options(self, placement: str) -> Mapping[str, Any]:
        poll = {"question": "Which soup?", "choice_1": "Leek", "choice_2": "Pea"}
        return {"document": {"title": "Programme"}, "poll": poll}.get(placement, {})

    def allow(self, url: str) -> Mapping[str, str]:
        asked = parse_qs(urlsplit(url).query)
        assert asked["client_id"] == [APP["client_id"]]
        assert "rw_organization_admin" in asked["scope"][0].split(" ")
        return {"code": "code-invented", "state": asked["state"][0]}

    def shown(self) -> list[Shown]:
        posts = [
            Shown(urn, little(post["commentary"])[0], tuple(one.get("altText", "") for one in images(post)))
            for urn, post in self.posts.items()
        ]
        ours = [each for each in self.comments.values() if each["actor"] == PAGE]
        said = [Shown(c["commentUrn"], c["message"]["text"], (), c["under"]) for c in ours]
        return posts + said

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.next_id += 1
        post = reply_to or "urn:li:share:7000000000000000001"
        urn = f"urn:li:comment:(urn:li:activity:{post.rpartition(':')[2]},{self.next_id})"
        self.noted(
            "COMMENT", {"comment": {"owner": "urn:li:person:aNaPetrov1", "text": text, "entity": urn}}, post
        )
        return urn

    def noted(self, action: str, made: Body, post: str = "") -> Body:
        """Something is noted of the page."""
        note: Body = payload(FOLDER, "converses")
        note |= {"action": action, "decoratedGeneratedActivity": made, "notificationId": len(self.notes) + 1}
        note |= {"lastModifiedAt": ms(self.now) + len(self.notes), "generatedActivity": ""}
        note["decoratedSourcePost"] |= {"entity": post}
        self.notes.append(note)
        return note

    def tell(self, text: str, *, ours: bool = False) -> tuple[Mapping[str, str], bytes]:
        self.say(text)
        if ours:
            self.notes[-1]["decoratedGeneratedActivity"]["comment"]["owner"] = PAGE
        return signed({**payload(FOLDER, "hears"), "notifications": [self.notes[-1]]})

    def acted(self, message: str) -> frozenset[str]:
        held = {"like"} if message in self.likes else set()
        return frozenset(held | ({"delete"} if message in self.gone else set()))

    def let_in(self, name: str, email: str) -> str:
        number = f"pErSoN{len(self.people)}"
        self.people[number] = name
        acl = payload(FOLDER, "lists_admins")["acl"]
        for role in ("ADMINISTRATOR", "CURATOR"):
            self.roles.append({**acl, "role": role, "roleAssignee": f"urn:li:person:{number}"})
        return number

    def shows(self, request: httpx.Request) -> bool:
        path = request.url.path
        made = request.method == "POST" and "x-restli-method" not in request.headers
        return made and (path == "/rest/posts" or path.endswith("/comments"))

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == SITE:
            return self._site(request)
        if LIMITED in self.on:
            said = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
            return refused(429, "TOO_MANY_REQUESTS", said, 101)
        token = request.headers["authorization"].removeprefix("Bearer ")
        first = token == payload(FOLDER, "authorises")["token"]["access_token"]
        if REVOKED in self.on or token in self.ended:
            return refused(401, "REVOKED_ACCESS_TOKEN", "Revoked", 65601)
        if first and EXPIRED in self.on:
            return refused(401, "EXPIRED_ACCESS_TOKEN", "Expired", 65602)
        if request.url.path.startswith("/rest/"):
            assert request.headers["linkedin-version"] == VERSION
            assert request.headers["x-restli-protocol-version"] == "2.0.0"
        return self._rest(request)

    # Signing in, and where files go

    def _site(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/dms-uploads/"):
            return self._took(request)
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if (sent["client_id"], sent["client_secret"]) != (APP["client_id"], APP["client_secret"]):
            return httpx.Response(401, json={"error": "invalid_client", "error_description": "No"})
        given = payload(FOLDER, "authorises")
        if request.url.path.endswith("/revoke"):
            if sent["token"] in self.ended:
                return httpx.Response(400, json={"error": "invalid_request", "error_description": "No"})
            self.ended |= {sent["token"], given["token"]["access_token"]}
            return httpx.Response(200)
        if request.url.path.endswith("/introspectToken"):
            found = given["introspected"]
            return httpx.Response(200, json={**found, "scope": self._scope(found["scope"])})
        return self._desk(sent, given["token"])

    def _desk(self, sent: Mapping[str, str], given: Body) -> httpx.Response:
        if sent["grant_type"] == "refresh_token":
            if REVOKED in self.on or sent["refresh_token"] in self.ended:
                body = {"error": "invalid_request", "error_description": "The provided token is invalid"}
                return httpx.Response(400, json=body)
            return httpx.Response(200, json=payload(FOLDER, "renews"))
        if sent["code"] != "code-invented":
            return httpx.Response(401, json={"error": "invalid_request", "error_description": "No"})
        return httpx.Response(200, json={**given, "scope": self._scope(given["scope"])})

    def _scope(self, scope: str) -> str:
        left = "w_organization_social" if NARROW in self.on else ""
        return ",".join(each for each in scope.split(",") if each != left)

    def _took(self, request: httpx.Request) -> httpx.Response:
        number, part = request.url.path.split("/")[2], int(request.url.params.get("part", 0))
        film = ":video:" in self._named(number)
        assert ("authorization" in request.headers) != film
        assert "linkedin-version" not in request.headers
        if film and part and BREAKS_OFF in self.on:
            raise httpx.ReadError("connection reset", request=request)
        if ENDED_URL in self.on:
            return httpx.Response(403, text="EXPIRED_UPLOAD_URL")
        self.files[self._named(number)].append(request.content)
        return httpx.Response(201, headers={"etag": f'"/ambry-video/signedId/{part}"'})

    def _named(self, number: str) -> str:
        return next(urn for urn in self.files if urn.endswith(f":{number}"))

    # The API

    def _rest(self, request: httpx.Request) -> httpx.Response:
        parts = [unquote(part) for part in request.url.raw_path.decode().partition("?")[0].split("/")[2:]]
        query = {
            name: unquote(value)
            for name, _is, value in (each.partition("=") for each in request.url.query.decode().split("&"))
        }
        body = json.loads(request.content) if request.content else {}
        ways: dict[str, Callable[..., httpx.Response]] = {
            "posts": self._posts,
            "socialActions": self._social,
            "reactions": self._reactions,
            "organizationAcls": self._acls,
            "organizations": self._organization,
            "people": self._person,
            "images": self._media,
            "documents": self._media,
            "videos": self._media,
            "organizationalEntityNotifications": self._notes,
        }
        return ways.get(parts[0], self._figures)(request, parts, query, body)

    def _posts(self, request: httpx.Request, parts: list[str], query: Body, body: Body) -> httpx.Response:
        if len(parts) == 1 and request.method == "GET":
            assert query["q"] == "author"
            assert query["author"] == PAGE
            posts = sorted(self.posts.values(), key=lambda post: -post["lastModifiedAt"])
            return listed([returned(post) for post in posts])
        if len(parts) == 1:
            return self._made(body)
        if parts[1] not in self.posts:
            missing = request.method == "DELETE"
            return httpx.Response(204) if missing else refused(404, "NOT_FOUND", "Could not find entity")
        if request.method == "DELETE":
            del self.posts[parts[1]]
            return httpx.Response(204)
        if request.method == "POST":
            assert request.headers["x-restli-method"] == "PARTIAL_UPDATE"
            self.posts[parts[1]] |= body["patch"]["$set"]
            return httpx.Response(204)
        return httpx.Response(200, json=returned(self.posts[parts[1]]))

    def _made(self, body: Body) -> httpx.Response:
        assert (body["author"], body["lifecycleState"], body["visibility"]) == (PAGE, "PUBLISHED", "PUBLIC")
        assert len(body["commentary"]) <= 3000
        if waits := {urn for urn in files_of(body) if urn not in self.finished}:
            return refused(400, "MEDIA_ASSET_WAITING_UPLOAD", str(waits))
        for urn, post in self.posts.items():
            if DUPLICATE in self.on and post["commentary"] == body["commentary"]:
                return refused(422, "DUPLICATE_POST", f"Content is a duplicate of {urn}")
        self.next_id += 1
        kind = "ugcPost" if any(":video:" in urn for urn in files_of(body)) else "share"
        urn, at = f"urn:li:{kind}:{self.next_id}", ms(self.now)
        times = {"createdAt": at, "lastModifiedAt": at, "publishedAt": at}
        self.posts[urn] = {**payload(FOLDER, "publishes")["post"], "content": {}, **body, **times, "id": urn}
        return httpx.Response(201, headers={"x-restli-id": urn})

    def _social(self, request: httpx.Request, parts: list[str], query: Body, body: Body) -> httpx.Response:
        if len(parts) == 4:
            return self._comment(request, f"urn:li:comment:({parts[1]},{parts[3]})", query, body)
        if request.method == "GET":
            return listed([each for each in self.comments.values() if each["under"] == parts[1]])
        self.next_id += 1
        post = body["object"].rpartition(":")[2]
        made: Body = {**payload(FOLDER, "publishes")["comment"], **body, "id": str(self.next_id)}
        made |= {"object": f"urn:li:activity:{post}", "under": parts[1]}
        made["commentUrn"] = f"urn:li:comment:({made['object']},{made['id']})"
        made["created"] = {"actor": body["actor"], "time": ms(self.now)}
        self.comments[made["commentUrn"]] = made
        return httpx.Response(201, json=made, headers={"x-restli-id": made["id"]})

    def _comment(self, request: httpx.Request, urn: str, query: Body, body: Body) -> httpx.Response:
        assert query["actor"] == PAGE
        if urn not in self.comments and not any(message_in(note) == urn for note in self.notes):
            return refused(404, "NOT_FOUND", "Could not find entity")
        if request.method == "DELETE":
            self.comments.pop(urn, None)
            self.gone.add(urn)
            return httpx.Response(204)
        self.comments[urn]["message"] |= body["patch"]["message"]["$set"]
        return httpx.Response(200)

    def _reactions(self, request: httpx.Request, parts: list[str], query: Body, body: Body) -> httpx.Response:
        if request.method == "POST":
            assert query["actor"] == PAGE
            assert body["reactionType"] == "LIKE"
            if body["root"] in self.likes:
                return refused(409, "CONFLICT", "There already")
            self.likes.add(body["root"])
            return httpx.Response(201)
        urn = parts[1].removeprefix(f"(actor:{PAGE},entity:").removesuffix(")")
        if urn not in self.likes:
            return refused(404, "NOT_FOUND")
        self.likes.discard(urn)
        return httpx.Response(204)

    def _acls(self, request: httpx.Request, parts: list[str], query: Body, body: Body) -> httpx.Response:
        assert query["state"] == "APPROVED"
        if query["q"] == "organization":
            assert query["organization"] == PAGE
            return listed(self.roles)
        return listed([] if NO_ROLE in self.on else payload(FOLDER, "authorises")["acls"])

    def _organization(self, request: httpx.Request, parts: list[str], *more: Any) -> httpx.Response:
        if parts[1] != NUMBER:
            return refused(403, "ACCESS_DENIED", "Not an administrator", 100)
        return httpx.Response(200, json=payload(FOLDER, "authorises")["organization"])

    def _person(self, request: httpx.Request, parts: list[str], *more: Any) -> httpx.Response:
        number = parts[1].removeprefix("(id:").removesuffix(")")
        if NAMELESS in self.on:
            return refused(403, "ACCESS_DENIED", "Not enough permissions to access: GET /people", 100)
        first, _space, last = self.people[number].partition(" ")
        person = payload(FOLDER, "lists_admins")["person"]
        return httpx.Response(
            200, json={**person, "id": number, "localizedFirstName": first, "localizedLastName": last}
        )

    def _media(self, request: httpx.Request, parts: list[str], query: Body, body: Body) -> httpx.Response:
        kind = parts[0].removesuffix("s")
        if query.get("action") == "initializeUpload":
            return self._begun(kind, body["initializeUploadRequest"])
        if query.get("action") == "finalizeUpload":
            asked = body["finalizeUploadRequest"]
            count = len(self.files[asked["video"]])
            assert asked["uploadedPartIds"] == [f"/ambry-video/signedId/{n}" for n in range(count)]
            self.finished.add(asked["video"])
            return httpx.Response(200)
        if BLIND in self.on:
            return refused(403, "ACCESS_DENIED", "Not enough permissions to access: images.GET", 100)
        self.looks += 1
        status = "PROCESSING" if SLOW in self.on or self.looks % 2 else "AVAILABLE"
        status = status if self.files[parts[1]] else "WAITING_UPLOAD"
        return httpx.Response(
            200,
            json={"id": parts[1], "owner": PAGE, "status": "PROCESSING_FAILED" if BAD in self.on else status},
        )

    def _begun(self, kind: str, asked: Body) -> httpx.Response:
        assert asked["owner"] == PAGE
        found: Body = payload(FOLDER, "publishes")[kind]
        value, number = found["value"], f"{found['value'][kind].rpartition(':')[2]}{len(self.files)}"
        value[kind] = urn = f"urn:li:{kind}:{number}"
        self.files[urn] = []
        url = f"https://{SITE}/dms-uploads/{number}/uploaded/0"
        if kind == "video":
            value["uploadUrlsExpireAt"] = ms(self.now + timedelta(days=1))
            value["uploadInstructions"] = [
                {"uploadUrl": f"{url}?part={n}", "firstByte": first, "lastByte": min(first + PART, size) - 1}
                for size in (asked["fileSizeBytes"],)
                for n, first in enumerate(range(0, size, PART))
            ]
        else:
            self.finished.add(urn)
            value["uploadUrl"] = url
        return httpx.Response(200, json=found)

    def _notes(self, request: httpx.Request, parts: list[str], query: Body, body: Body) -> httpx.Response:
        assert query["q"] == "criteria"
        assert query["organizationalEntity"] == PAGE
        wanted = query["actions"].removeprefix("List(").removesuffix(")").split(",")
        start, end = map(int, re.findall(r"\d+", query["timeRange"]))
        found = [n for n in self.notes if n["action"] in wanted and start <= n["lastModifiedAt"] < end]
        at, count = int(query["start"]), int(query["count"])
        return listed(found[::-1][at : at + count])

    def _figures(self, request: httpx.Request, parts: list[str], query: Body, body: Body) -> httpx.Response:
        if parts[0] == "networkSizes":
            assert query["edgeType"] == "COMPANY_FOLLOWED_BY_MEMBER"
            return httpx.Response(200, json=payload(FOLDER, "counts")["network"])
        assert PAGE in {query.get("organizationalEntity"), query.get("organization")}
        known = payload(FOLDER, "counts").get(parts[0]) or payload(FOLDER, "measures")
        for name, kind in (("shares", "share"), ("ugcPosts", "ugcPost")):
            if name in query:
                asked = query[name].removeprefix("List(").removesuffix(")").split(",")
                return listed([{**known, kind: urn} for urn in asked if urn in self.posts])
        start, end = map(int, re.findall(r"\d+", query["timeIntervals"]))
        day = 86_400_000
        assert start % day == end % day == 0
        assert "timeGranularityType:DAY" in query["timeIntervals"]
        last = ms(self.now) - 2 * day  # the last two days come late
        return listed(
            [
                {**known, "timeRange": {"start": at, "end": at + day}}
                for at in range(start, end, day)
                if at <= last
            ]
        )
