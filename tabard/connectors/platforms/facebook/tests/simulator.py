"""A page at Facebook in a box, and where its films are given.

There is no contract of it that we could keep: what each address takes stands in TAKES, from the
documentation and the specification of Graph v25.0 (read 2026-09), and anything else fails.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from werkzeug.formparser import parse_form_data

from tabard.connectors.base import Access, Media
from tabard.connectors.families.meta import proof
from tabard.connectors.families.tests.graph import APP, TOKEN, GraphStage, gone, read, refused, signed
from tabard.connectors.stage import Shown, film, payload, picture

FOLDER = Path(__file__).parent.parent
PAGE, NAME = "104000000000001", "tabard.town"
PERSON = "token-of-the-person-invented"
NARROW = "narrow"  # the person left out the right to publish
BREAKS_OFF = "breaks_off"  # an upload ends after 400 bytes
DUPLICATE = "duplicate"  # the same words again are refused
BAD_FILM = "bad_film"  # a film is no good, which is seen once it is there
SENT = {"start_offset", "video_file_chunk"}
TAKES = {
    "POST feed": {"message", "link", "attached_media"},
    "POST photos": {"published", "alt_text_custom", "source"},
    "POST videos": {"upload_phase", "file_size", "upload_session_id", *SENT, "description"},
    "POST video_reels": {"upload_phase", "video_id", "video_state", "description"},
    "POST video_stories": {"upload_phase", "video_id"},
    "POST photo_stories": {"photo_id"},
    "POST comments": {"message"},
    "POST likes": set(),
    "DELETE likes": set(),
    "POST": {"message", "description", "is_hidden"},
    "DELETE": set(),
    "GET": {"fields"},
    "GET published_posts": {"fields", "limit"},
    "GET stories": {"fields", "limit"},
    "GET tagged": {"fields", "limit"},
    "GET comments": {"fields", "limit", "filter", "order"},
    "GET insights": {"metric", "period", "since", "until"},
    "GET roles": {"fields", "limit"},
    "GET accounts": {"fields", "limit"},
    "GET businesses": {"fields", "limit"},
    "GET owned_pages": {"fields", "limit"},
    "GET client_pages": {"fields", "limit"},
    "GET permissions": set(),
    "GET subscribed_apps": set(),
    "POST subscribed_apps": {"subscribed_fields"},
    "DELETE subscribed_apps": set(),
}
SHOW = {"feed", "photo_stories", "comments"}


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def parts(request: httpx.Request) -> dict[str, Any]:
    """The fields of a request; a file is its bytes."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return dict(read(request))
    around = {
        "wsgi.input": io.BytesIO(request.content),
        "CONTENT_LENGTH": str(len(request.content)),
        "CONTENT_TYPE": request.headers["content-type"],
        "REQUEST_METHOD": "POST",
    }
    _stream, form, files = parse_form_data(around)
    found = {name: file.read() for name, file in files.items()}
    for file in files.values():
        file.close()
    return {**form.to_dict(), **found}


@dataclass
class Thing:
    """A post, a Story, a film or a comment of the page's own."""

    text: str
    at: datetime
    kind: str
    alts: tuple[str, ...] = ()
    reply_to: str = ""
    media: str = ""


@dataclass
class Film:
    """A film and how far it is."""

    size: int = 0
    body: bytes = b""
    finished: bool = False


@dataclass
class FacebookStage(GraphStage):
    """The page tabard.town."""

    tokens: set[str] = field(default_factory=lambda: {TOKEN, PERSON})
    things: dict[str, Thing] = field(default_factory=dict)
    photos: dict[str, dict[str, Any]] = field(default_factory=dict)
    films: dict[str, Film] = field(default_factory=dict)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: dict[str, set[str]] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)

    def access(self) -> Access:
        session = {"token": TOKEN, "scopes": []}
        return Access("facebook", "https://graph.facebook.com", PAGE, NAME, session=session, app=APP)

    def file(self, placement: str) -> Media:
        return film() if placement == "reel" else picture(alt="")

    def shown(self) -> list[Shown]:
        return [Shown(number, t.text, t.alts, t.reply_to) for number, t in self.things.items()]

    def say(self, text: str, *, reply_to: str = "") -> str:
        self.now += timedelta(seconds=40)
        number = f"{reply_to}_{self.number()}" if reply_to else self.number()
        item = {**payload(FOLDER, "converses"), "id": number, "message": text}
        self.said[number] = {**item, "created_time": written(self.now), "under": reply_to}
        return number

    def let_in(self, name: str, email: str) -> str:
        number = self.number()
        self.people.append({"id": number, "name": name, "tasks": ["MANAGE", "CREATE_CONTENT"]})
        return number

    def tell(self, text: str, *, ours: bool = False) -> tuple[Mapping[str, str], bytes]:
        event = payload(FOLDER, "hears")
        event["entry"][0]["changes"][0]["value"] |= {"message": text}
        if ours:
            event["entry"][0]["changes"][0]["value"]["from"] = {"id": PAGE, "name": NAME}
        return signed(event)

    def acted(self, message: str) -> frozenset[str]:
        return frozenset(self.acts.get(message, ()))

    def shows(self, request: httpx.Request) -> bool:
        last = request.url.path.rpartition("/")[2]
        if request.method != "POST":
            return False
        return last in SHOW or (last.startswith("video") and b"upload_phase=finish" in request.content)

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "rupload.facebook.com":
            return self._upload(request)
        sent, path = parts(request), request.url.path.removeprefix("/v25.0").strip("/")
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
            return self._of_person(edge)
        return self._answer(request.method, first, edge, sent)

    def _code(self, sent: Mapping[str, str]) -> httpx.Response:
        known = payload(FOLDER, "authorises")
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

    def _of_person(self, edge: str) -> httpx.Response:
        found = payload(FOLDER, "authorises")
        if edge == "permissions" and NARROW in self.on:
            found["permissions"]["data"].pop(0)
        if edge in {"owned_pages", "client_pages"}:
            return refused(200, 0, "(#200) Permissions error", 403)
        return httpx.Response(200, json=found[edge])

    def _answer(self, method: str, first: str, edge: str, sent: Mapping[str, Any]) -> httpx.Response:
        lists: dict[str, Any] = {
            "published_posts": lambda: self._posts(),
            "stories": lambda: self._stories(),
            "tagged": lambda: self._heard(""),
            "comments": lambda: self._heard(first) + self._ours(first),
            "roles": lambda: self.people,
        }
        if method == "GET" and edge in lists:
            return httpx.Response(200, json={"data": lists[edge](), "paging": {}})
        if edge == "insights":
            return self._insights(sent["metric"])
        if edge == "subscribed_apps":
            assert first == PAGE
            return self.subscribed(method, sent)
        if edge.startswith("video"):
            return self._film(edge, sent)
        writes: dict[str, Any] = {
            "feed": self._feed,
            "photos": self._photo,
            "photo_stories": self._story,
            "comments": lambda body: self._comment(first, body),
        }
        if method == "POST" and edge in writes:
            return writes[edge](sent)
        return self._thing(method, first, edge, sent)

    def _feed(self, sent: Mapping[str, Any]) -> httpx.Response:
        import json

        named = [each["media_fbid"] for each in json.loads(sent.get("attached_media", "[]"))]
        if not (named or sent.get("message") or sent.get("link")):
            return refused(100, 0, "(#100) Missing message or attachment")
        if set(named) - set(self.photos):
            return refused(100, 33, "Object does not exist")
        text = str(sent.get("message", ""))
        if DUPLICATE in self.on and any(thing.text == text for thing in self.things.values()):
            return refused(506, 0, "Duplicate status message")
        alts = tuple(self.photos[each].get("alt_text_custom", "") for each in named)
        kind = "photo" if named else ("link" if sent.get("link") else "")
        return self._made(f"{PAGE}_{self.number()}", Thing(text, self.now, kind, alts))

    def _photo(self, sent: Mapping[str, Any]) -> httpx.Response:
        assert sent["published"] == "false"
        number = self.number()
        self.photos[number] = dict(sent)
        return httpx.Response(200, json={"id": number})

    def _story(self, sent: Mapping[str, Any]) -> httpx.Response:
        number = self.number()
        self.things[number] = Thing("", self.now, "story", ("",), media=sent["photo_id"])
        return httpx.Response(200, json={"success": True, "post_id": number})

    def _comment(self, first: str, sent: Mapping[str, Any]) -> httpx.Response:
        return self._made(self.number(), Thing(sent["message"], self.now, "comment", reply_to=first))

    def _made(self, number: str, thing: Thing) -> httpx.Response:
        self.things[number] = thing
        return httpx.Response(200, json={"id": number})

    # Films

    def _film(self, edge: str, sent: Mapping[str, Any]) -> httpx.Response:
        phase = sent["upload_phase"]
        if phase == "start":
            number = self.number()
            self.films[number] = Film(int(sent.get("file_size", 0)))
            if edge == "videos":
                found = {"video_id": number, "upload_session_id": f"s{number}", **self._next(number)}
                return httpx.Response(200, json=found)
            address = f"https://rupload.facebook.com/video-upload/v25.0/{number}"
            return httpx.Response(200, json={"video_id": number, "upload_url": address})
        number = sent.get("video_id") or sent["upload_session_id"][1:]
        if phase == "transfer":
            return self._transfer(number, sent)
        film = self.films[number]
        if len(film.body) < film.size or film.finished:
            return refused(6000, 1363030, "Video Upload Is Missing")
        film.finished = True
        self.things[number] = Thing(sent.get("description", ""), self.now, edge, ("",))
        return httpx.Response(200, json={"success": True})

    def _next(self, number: str) -> dict[str, str]:
        film = self.films[number]
        start = len(film.body)
        return {"start_offset": str(start), "end_offset": str(min(start + 400, film.size))}

    def _transfer(self, number: str, sent: Mapping[str, Any]) -> httpx.Response:
        film = self.films[number]
        assert int(sent["start_offset"]) == len(film.body)
        if BREAKS_OFF in self.on and film.body:
            return refused(1, 0, "An unknown error occurred", 500, is_transient=True)
        film.body += sent["video_file_chunk"]
        return httpx.Response(200, json=self._next(number))

    def _upload(self, request: httpx.Request) -> httpx.Response:
        film = self.films[request.url.path.rpartition("/")[2]]
        assert request.headers["authorization"] == f"OAuth {TOKEN}"
        assert int(request.headers["offset"]) == len(film.body)
        film.size = int(request.headers["file_size"])
        if BREAKS_OFF in self.on:
            film.body += request.content[:400]
            raise httpx.ReadError("broken off", request=request)
        film.body += request.content
        return httpx.Response(200, json={"success": True})

    def _status(self, number: str) -> dict[str, Any]:
        film = self.films[number]
        whole = film.size > 0 and len(film.body) == film.size
        if BAD_FILM in self.on and whole:
            errors = [{"code": 1363026, "message": "The video is too short"}]
            return {"video_status": "error", "processing_phase": {"status": "error", "errors": errors}}
        word = "processing" if film.finished else ("upload_complete" if whole else "uploading")
        publishing = (
            {"status": "complete", "publish_status": "published"}
            if film.finished
            else {"status": "not_started"}
        )
        return {
            "video_status": word,
            "uploading_phase": {
                "status": "complete" if whole else "in_progress",
                "bytes_transfered": len(film.body),
            },
            "publishing_phase": publishing,
        }

    # What stands there

    def _thing(self, method: str, first: str, edge: str, sent: Mapping[str, Any]) -> httpx.Response:
        if first == PAGE:
            return httpx.Response(200, json=payload(FOLDER, "authorises")["page"])
        if first in self.said:
            return self._act(method, first, edge, sent)
        if method == "GET" and first in self.films:
            path = {"permalink_url": f"/{NAME}/videos/{first}/"} if self.films[first].finished else {}
            return httpx.Response(
                200, json={"id": first, "status": self._status(first), **path, **self._counted()}
            )
        if first not in self.things:
            return gone()
        if method == "GET":
            found = {**payload(FOLDER, "publishes"), "id": first, **payload(FOLDER, "measures")}
            return httpx.Response(200, json=found)
        if method == "DELETE":
            self.things.pop(first)
            return httpx.Response(200, json=payload(FOLDER, "deletes"))
        self.things[first].text = sent.get("message") or sent.get("description") or ""
        return httpx.Response(200, json=payload(FOLDER, "edits"))

    def _counted(self) -> dict[str, Any]:
        return {name: value for name, value in payload(FOLDER, "measures").items() if name != "shares"}

    def _act(self, method: str, message: str, edge: str, sent: Mapping[str, Any]) -> httpx.Response:
        held = self.acts.setdefault(message, set())
        if method == "DELETE" and not edge and "delete" in held:
            return gone()
        word = "like" if edge == "likes" else ("delete" if method == "DELETE" else "hide")
        off = (method == "DELETE" and word == "like") or sent.get("is_hidden") == "false"
        (held.discard if off else held.add)(word)
        return httpx.Response(200, json=payload(FOLDER, "moderates"))

    def _posts(self) -> list[dict[str, Any]]:
        found = [n for n, thing in self.things.items() if n.startswith(f"{PAGE}_")]
        return [self._item(number) for number in reversed(found)]

    def _item(self, number: str) -> dict[str, Any]:
        thing = self.things[number]
        item = {**payload(FOLDER, "publishes"), "id": number, "created_time": written(thing.at)}
        if thing.text:
            item["message"] = thing.text
        if thing.kind:
            item["attachments"] = {"data": [{"media_type": "album" if len(thing.alts) > 1 else thing.kind}]}
        return item | {"comments": {"data": self._heard(number)}}

    def _stories(self) -> list[dict[str, Any]]:
        stories = [(n, thing) for n, thing in self.things.items() if thing.kind == "story"]
        return [
            {
                "post_id": n,
                "media_id": t.media,
                "creation_time": written(t.at),
                "url": "https://www.facebook.com/s/1",
            }
            for n, t in reversed(stories)
        ]

    def _heard(self, post: str) -> list[dict[str, Any]]:
        return [each for each in self.said.values() if each["under"] == post][::-1]

    def _ours(self, post: str) -> list[dict[str, Any]]:
        return [
            {"id": n, "message": t.text, "created_time": written(t.at), "from": {"id": PAGE}}
            for n, t in self.things.items()
            if t.reply_to == post
        ]

    def _insights(self, metric: str) -> httpx.Response:
        found = [each for each in payload(FOLDER, "counts")["data"] if each["name"] == metric]
        if not re.fullmatch(r"page_(media_view|total_media_view_unique)", metric):
            return refused(100, 0, "(#100) The value must be a valid insights metric")
        return httpx.Response(200, json={"data": found})
