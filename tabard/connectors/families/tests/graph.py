"""What the simulators of Meta's networks share: reading requests, errors, containers, events."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tabard.connectors.base import Media
from tabard.connectors.stage import EXPIRED, LIMITED, REVOKED, Stage

SLOW = "slow"  # containers are at work for four looks
NO_FETCH = "no_fetch"  # the platform cannot fetch files
FORGETS = "forgets"  # a container is not known any more once it is published
NOT_VISIBLE = "not_visible"  # a container cannot be published yet
FULL = "full"  # today's posts are used up
DEAF = "deaf"  # it refuses to tell anything
BAD_FILE = "bad_file"  # a file is fetched and found to be no good
TOKEN, FRESH = "token-invented-for-tests", "token-renewed-for-tests"
APP = {"client_id": "1029384756", "client_secret": "secret-of-the-app-invented", "verify_token": "our-word"}


def read(request: httpx.Request) -> dict[str, str]:
    """Query and form of a request as one."""
    form = parse_qsl(request.content.decode(), keep_blank_values=True) if request.content else []
    return dict([*request.url.params.multi_items(), *form])


def refused(
    code: int, subcode: int = 0, message: str = "No.", status: int = 400, **more: Any
) -> httpx.Response:
    """An error as Graph writes one."""
    body = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AInvented", **more}
    if subcode:
        body["error_subcode"] = subcode
    return httpx.Response(status, json={"error": body})


def signed(event: Any, secret: str = APP["client_secret"]) -> tuple[dict[str, str], bytes]:
    """An event as it comes: its headers, and its body as bytes."""
    body = json.dumps(event).encode()
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={made}", "content-type": "application/json"}, body


def gone() -> httpx.Response:
    return refused(100, 33, "Unsupported get request. Object with ID '0' does not exist")


@dataclass
class Made:
    """A container."""

    fields: dict[str, str]
    status: str = "FINISHED"
    why: str = ""
    looks: int = 0


@dataclass
class GraphStage(Stage):
    """One token, its containers, and the files we lend."""

    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    made: dict[str, Made] = field(default_factory=dict)
    lent: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    next_id: int = 17900000000000
    # By app, of what it is told about the page; none is told of anything at first.
    told: dict[str, set[str]] = field(default_factory=dict)

    def app(self) -> Mapping[str, str]:
        return APP

    def fields(self) -> Mapping[str, str]:
        return {}

    def allow(self, url: str) -> Mapping[str, str]:
        return {"code": "code-invented#_", "state": dict(parse_qsl(urlsplit(url).query))["state"]}

    async def lend(self, body: bytes | Media, mime: str) -> str:
        body = await body.load() if isinstance(body, Media) else body
        address = f"https://tabard.example/lent/{len(body)}.{mime.partition('/')[2]}"
        self.lent[address] = (body, mime)
        return address

    def tells(self) -> bool:
        return APP["client_id"] in self.told

    def subscribed(self, method: str, sent: Mapping[str, Any]) -> httpx.Response:
        """The apps that are told of the page. What is sent replaces what there was."""
        if DEAF in self.on:
            return refused(200, 0, "(#200) Requires pages_manage_metadata permission", 403)
        if method == "GET":
            found = [
                {"id": app, "name": app, "subscribed_fields": sorted(of)} for app, of in self.told.items()
            ]
            return httpx.Response(200, json={"data": found})
        if method == "POST":
            self.told[APP["client_id"]] = set(sent["subscribed_fields"].split(","))
        else:
            self.told.pop(APP["client_id"], None)
        return httpx.Response(200, json={"success": True})

    def number(self) -> str:
        self.next_id += 7
        return str(self.next_id)

    def stopped(self, sent: Mapping[str, str]) -> httpx.Response | None:
        """What is answered instead, where the token or a limit says so."""
        if REVOKED in self.on:
            return refused(190, 458, "Error validating access token: not authorised application", 400)
        if EXPIRED in self.on and sent.get("access_token") != FRESH:
            return refused(190, 463, "Error validating access token: Session has expired", 400)
        if sent.get("access_token") not in self.tokens:
            return refused(190, 0, "Invalid OAuth access token", 401)
        if LIMITED in self.on:
            answer = refused(4, 0, "Application request limit reached", 403)
            usage = '{"17841400000000001":[{"type":"instagram","estimated_time_to_regain_access":12}]}'
            answer.headers["x-business-use-case-usage"] = usage
            return answer
        return None

    def make(self, sent: Mapping[str, str], urls: Iterable[str]) -> httpx.Response:
        """A new container; it fails where its file cannot be fetched."""
        number, made = self.number(), Made(dict(sent))
        for name in urls:
            if name in sent and (NO_FETCH in self.on or sent[name] not in self.lent):
                made = Made(dict(sent), "ERROR", "FAILED_DOWNLOADING_MEDIA")
            elif name in sent and BAD_FILE in self.on:
                made = Made(dict(sent), "ERROR", "INVALID_ASPEC_RATIO")
        if SLOW in self.on:
            made.status, made.looks = "IN_PROGRESS", 4
        self.made[number] = made
        return httpx.Response(200, json={"id": number})

    def look(self, number: str, status: str, why: str) -> httpx.Response:
        """How a container fares."""
        made = self.made.get(number)
        if made is None or (FORGETS in self.on and made.status == "PUBLISHED"):
            return gone()
        if made.looks:
            made.looks -= 1
            made.status = "IN_PROGRESS" if made.looks else "FINISHED"
        return httpx.Response(
            200, json={"id": number, status: made.status, **({why: made.why} if made.why else {})}
        )
