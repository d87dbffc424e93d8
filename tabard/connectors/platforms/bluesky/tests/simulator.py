"""A personal data server, its directory and a view of the network in a box.

Records and calls are held against the lexicons where they are at hand. Its own switches: OLD_TOKEN (the
access token has ended), OLD_REFRESH (the refresh token too), NO_VIEW (a bare server: no profiles).
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from tabard.connectors.base import Access
from tabard.connectors.platforms.bluesky.connect import Calling
from tabard.connectors.platforms.bluesky.session import Sessions
from tabard.connectors.platforms.bluesky.tests.lexicon import check_call, check_record
from tabard.connectors.stage import LIMITED, REVOKED, Shown, Stage, payload

FOLDER = Path(__file__).parent.parent
DID = "did:plc:tabardtown2222222222invt"
ANA = "did:plc:anafromfar2222222222invt"
HANDLE = "tabard-town.test"
PASSWORD = "abcd-efgh-ijkl-mnop"
SERVER = "https://pds.example"
OLD_TOKEN, OLD_REFRESH, NO_VIEW = "old_token", "old_refresh", "no_view"
PUT = "com.atproto.repo.putRecord"

Body = Mapping[str, Any]


def said(name: str, message: str = "", status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": name, "message": message or name})


def token(name: str, until: float) -> str:
    claims = (
        base64.urlsafe_b64encode(json.dumps({"sub": name, "exp": int(until)}).encode()).decode().rstrip("=")
    )
    return f"eyJhbGciOiJIUzI1NiJ9.{claims}.c2lnbmF0dXJl"


@dataclass
class BlueskyStage(Stage):
    """One channel, tabard-town.test, on pds.example."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    logins: int = 0
    refreshes: int = 0
    number: int = 0
    kept: list[Mapping[str, Any]] = field(default_factory=list)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)  # likes and blocks

    def __post_init__(self) -> None:
        Calling.sessions = Sessions()
        self.live = self._tokens()

    def _tokens(self) -> dict[str, str]:
        self.number += 1
        now = self.now.timestamp()
        return {
            "accessJwt": token(f"access-{self.number}", now + 7200),
            "refreshJwt": token(f"refresh-{self.number}", now + 5_000_000),
        }

    def access(self) -> Access:
        async def keep(session: Mapping[str, Any]) -> None:
            self.kept.append(session)

        return Access(
            "bluesky",
            SERVER,
            DID,
            HANDLE,
            {"password": PASSWORD},
            {**self.live, "handle": HANDLE},
            servers={"plc": "https://plc.example"},
            keep=keep,
        )

    def fields(self) -> Mapping[str, str]:
        return {
            "handle": f"@{HANDLE.title()}",
            "password": PASSWORD,
            "service": "https://entry.example",
            "directory": "https://plc.example",
        }

    def shown(self) -> list[Shown]:
        found = []
        for uri, record in self.records.items():
            pictures = record.get("embed", {}).get("images", ())
            above = record.get("reply", {}).get("parent", {}).get("uri", "")
            found.append(Shown(uri, record["text"], tuple(one["alt"] for one in pictures), above))
        return found

    def say(self, text: str, *, reply_to: str = "") -> str:
        note = copy.deepcopy(payload(FOLDER, "converses"))
        at = self.now + timedelta(minutes=10, seconds=len(self.notes))
        note.update(
            uri=f"at://{ANA}/app.bsky.feed.post/3m{len(self.notes)}",
            reason="reply" if reply_to else "mention",
        )
        note.update(indexedAt=at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        note["record"]["text"] = text
        if reply_to:
            ref = {"uri": reply_to, "cid": "bafyreia"}
            note["record"]["reply"] = {"root": ref, "parent": ref}
        self.notes.append(note)
        return str(note["uri"])

    def shows(self, request: httpx.Request) -> bool:
        return request.url.path.endswith((PUT, "createRecord", "applyWrites"))

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "plc.example":
            known = request.url.path == f"/{DID}"
            return (
                httpx.Response(200, json=payload(FOLDER, "connects")["document"])
                if known
                else said("gone", status=404)
            )
        name = request.url.path.removeprefix("/xrpc/")
        binary = request.headers.get("content-type", "").startswith("image/")
        body = json.loads(request.content) if request.content and not binary else {}
        if request.method == "POST" and body:
            check_call(name, body)
        if name == PUT:
            check_record(body["record"])
        if refusal := self._refusal(name, request):
            return refusal
        return self._routes().get(name, lambda r, b: said("MethodNotImplemented", status=501))(request, body)

    def _refusal(self, name: str, request: httpx.Request) -> httpx.Response | None:
        """What is said before the call is looked at: limits, and who may call."""
        if LIMITED in self.on:
            reset = str(int(self.now.timestamp()) + 300)
            return httpx.Response(
                429, headers={"ratelimit-reset": reset}, json={"error": "RateLimitExceeded"}
            )
        if name in {"com.atproto.identity.resolveHandle", "com.atproto.server.createSession"}:
            return None
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        renewing = name == "com.atproto.server.refreshSession"
        if (
            REVOKED in self.on
            or (renewing and OLD_REFRESH in self.on)
            or (not renewing and OLD_TOKEN in self.on)
        ):
            return said("ExpiredToken", "Token has expired")
        if shown != self.live["refreshJwt" if renewing else "accessJwt"]:
            return said("InvalidToken", "Token could not be verified")
        return None

    def _routes(self) -> dict[str, Callable[[httpx.Request, Body], httpx.Response]]:
        return {
            "com.atproto.identity.resolveHandle": self._resolve,
            "com.atproto.server.createSession": self._login,
            "com.atproto.server.refreshSession": self._refresh,
            "com.atproto.server.getSession": lambda r, b: httpx.Response(
                200, json=payload(FOLDER, "connects")["session"]
            ),
            "com.atproto.repo.uploadBlob": self._blob,
            PUT: self._put,
            "com.atproto.repo.getRecord": self._get,
            "com.atproto.repo.deleteRecord": self._delete,
            "app.bsky.actor.getProfile": self._profile,
            "app.bsky.notification.listNotifications": self._notes,
            "app.bsky.feed.getPosts": self._posts,
        }

    def _resolve(self, request: httpx.Request, body: Body) -> httpx.Response:
        did = {HANDLE: DID, "ana.test": ANA}.get(request.url.params["handle"])
        return (
            httpx.Response(200, json={"did": did})
            if did
            else said("InvalidRequest", "Unable to resolve handle")
        )

    def _login(self, request: httpx.Request, body: Body) -> httpx.Response:
        self.logins += 1
        if REVOKED in self.on or body["identifier"] != DID or body["password"] != PASSWORD:
            return said("AuthenticationRequired", "Invalid identifier or password", 401)
        return self._session()

    def _refresh(self, request: httpx.Request, body: Body) -> httpx.Response:
        self.refreshes += 1
        return self._session()

    def _session(self) -> httpx.Response:
        self.live = self._tokens()
        self.on.discard(OLD_TOKEN)
        self.on.discard(OLD_REFRESH)
        return httpx.Response(200, json={**payload(FOLDER, "connects")["session"], **self.live})

    def _blob(self, request: httpx.Request, body: Body) -> httpx.Response:
        cid = "bafkrei" + hashlib.sha256(request.content).hexdigest()[:40]
        kind = request.headers["content-type"]
        blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": kind, "size": len(request.content)}
        return httpx.Response(200, json={"blob": blob})

    def _put(self, request: httpx.Request, body: Body) -> httpx.Response:
        uri = f"at://{DID}/{body['collection']}/{body['rkey']}"
        if uri in self.records and self.records[uri] != body["record"] and "swapRecord" in body:
            return said("InvalidSwap", "Record was at bafyreia")
        kept = self.records if body["collection"] == "app.bsky.feed.post" else self.own
        kept.setdefault(uri, body["record"])
        return httpx.Response(200, json={**payload(FOLDER, "publishes"), "uri": uri})

    def _get(self, request: httpx.Request, body: Body) -> httpx.Response:
        asked = request.url.params
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        if uri not in self.records:
            return said("RecordNotFound", f"Could not locate record: {uri}")
        cid = payload(FOLDER, "publishes")["cid"]
        return httpx.Response(200, json={"uri": uri, "cid": cid, "value": self.records[uri]})

    def _delete(self, request: httpx.Request, body: Body) -> httpx.Response:
        for kept in (self.records, self.own):
            kept.pop(f"at://{body['repo']}/{body['collection']}/{body['rkey']}", None)
        return httpx.Response(200, json=payload(FOLDER, "deletes"))

    def _profile(self, request: httpx.Request, body: Body) -> httpx.Response:
        if NO_VIEW in self.on:
            return said("UpstreamFailure", "Upstream service unreachable", 502)
        found = payload(FOLDER, "connects")["profile"]
        blocking = self._own("app.bsky.graph.block", request.url.params["actor"])
        return httpx.Response(200, json={**found, "viewer": {"blocking": blocking} if blocking else {}})

    def _notes(self, request: httpx.Request, body: Body) -> httpx.Response:
        start = int(request.url.params.get("cursor") or 0)
        newest = self.notes[::-1]
        size = min(int(request.url.params["limit"]), 10)
        more = {"cursor": str(start + size)} if start + size < len(newest) else {}
        return httpx.Response(200, json={"notifications": newest[start : start + size], **more})

    def _posts(self, request: httpx.Request, body: Body) -> httpx.Response:
        there = {*self.records, *(note["uri"] for note in self.notes)}
        uris = [uri for uri in request.url.params.get_list("uris") if uri in there]
        found = [{**payload(FOLDER, "measures"), "uri": uri, "viewer": self._seen(uri)} for uri in uris]
        return httpx.Response(200, json={"posts": found})

    def _seen(self, uri: str) -> dict[str, str]:
        like = self._own("app.bsky.feed.like", uri)
        return {"like": like} if like else {}

    def _own(self, kind: str, about: str) -> str:
        """Where the channel's like or block of this is, if there is one."""
        subjects = {uri: record["subject"] for uri, record in self.own.items() if record["$type"] == kind}
        named = {uri: s["uri"] if isinstance(s, dict) else s for uri, s in subjects.items()}
        return next((uri for uri, name in named.items() if name == about), "")

    def acted(self, message: str) -> frozenset[str]:
        author = message.removeprefix("at://").partition("/")[0]
        found = {"like": self._seen(message), "block": self._own("app.bsky.graph.block", author)}
        return frozenset(word for word, there in found.items() if there)
