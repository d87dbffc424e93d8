"""A Bot API server and the page of one channel, in a box; every request is held against the list of methods.

Its own switches: NO_PAGE (the channel cannot be read without signing in), SHUT_OUT (the bot is no longer an
administrator), LATE_PAGE (the page does not show the newest posts yet).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import httpx
from werkzeug.formparser import parse_form_data

from tabard.connectors.base import Access
from tabard.connectors.platforms.telegram.tests.spec import UPLOADED, validate
from tabard.connectors.stage import LIMITED, REVOKED, Shown, Stage, payload

FOLDER = Path(__file__).parent.parent
TOKEN = "1234567890:AAinvented-token-for-tests_only0123"
CHAT = -1001987654321
NAME = "tabard_town"
NO_PAGE, SHUT_OUT, LATE_PAGE = "no_page", "shut_out", "late_page"
TEXTS = {"sendMessage": "text", "sendPhoto": "caption", "sendVideo": "caption"}

Sent = dict[str, Any]


@dataclass
class Post:
    """A message; those of an album have the same `album`."""

    text: str
    at: datetime
    files: int = 0
    reply_to: str = ""
    album: int = 0


def said(result: Any) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, "result": result})


def refused(code: int, description: str, **parameters: Any) -> httpx.Response:
    body: Sent = {"ok": False, "error_code": code, "description": description}
    return httpx.Response(code, json=body | ({"parameters": parameters} if parameters else {}))


@dataclass
class TelegramStage(Stage):
    """One channel, @tabard_town, and the bot that writes there."""

    posts: dict[int, Post] = field(default_factory=dict)
    people: list[Sent] = field(default_factory=list)
    next_id: int = 100
    sent: list[tuple[str, Sent]] = field(default_factory=list)

    def access(self) -> Access:
        return Access("telegram", "https://api.telegram.org", str(CHAT), NAME, {"token": TOKEN})

    def fields(self) -> Mapping[str, str]:
        return {"token": TOKEN, "channel": f"@{NAME}"}

    def shown(self) -> list[Shown]:
        found: dict[int, list[int]] = {}
        for number, post in self.posts.items():
            found.setdefault(post.album or number, []).append(number)
        return [
            Shown(
                ",".join(map(str, ids)),
                self.posts[ids[0]].text,
                ("",) * sum(self.posts[n].files for n in ids),
                self.posts[ids[0]].reply_to,
            )
            for ids in found.values()
        ]

    def let_in(self, name: str, email: str) -> str:
        person = {"id": 4000 + len(self.people), "is_bot": False}
        first, _space, last = name.partition(" ")
        user = {**person, "first_name": first, "last_name": last}
        self.people.append({"status": "administrator", "user": user, "can_post_messages": True})
        return str(person["id"])

    def shows(self, request: httpx.Request) -> bool:
        return "/send" in request.url.path

    async def route(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "t.me":
            return httpx.Response(200, text=self._page())
        token, _slash, method = request.url.path.removeprefix("/bot").partition("/")
        sent = read(request)
        validate(method, {name: v for name, v in sent.items() if not re.fullmatch(r"file\d+", name)})
        self.sent.append((method, sent))
        if token != TOKEN or REVOKED in self.on:
            return refused(401, "Unauthorized")
        if LIMITED in self.on:
            return refused(429, "Too Many Requests: retry after 35", retry_after=35)
        if SHUT_OUT in self.on and method != "getMe":
            return refused(403, "Forbidden: bot was kicked from the channel chat")
        return self._answer(method, sent)

    def _answer(self, method: str, sent: Sent) -> httpx.Response:
        if method in TEXTS:
            return self._send(sent.get(TEXTS[method], ""), method != "sendMessage", sent)
        answers = {
            "getMe": lambda _: said(payload(FOLDER, "connects")["bot"]),
            "getChat": self._chat,
            "getChatMember": lambda _: said(payload(FOLDER, "connects")["member"]),
            "getChatMemberCount": lambda _: said(1204),
            "getChatAdministrators": lambda _: said([payload(FOLDER, "connects")["member"], *self.people]),
            "sendMediaGroup": self._album,
            "editMessageText": lambda s: self._edit(s["message_id"], s["text"]),
            "editMessageCaption": lambda s: self._edit(s["message_id"], s.get("caption", "")),
            "deleteMessages": self._delete,
        }
        return answers[method](sent)

    def _chat(self, sent: Sent) -> httpx.Response:
        if str(sent["chat_id"]).lower() not in {str(CHAT), f"@{NAME}"}:
            return refused(400, "Bad Request: chat not found")
        return said(payload(FOLDER, "connects")["chat"])

    def _send(self, text: str, has_file: bool, sent: Sent) -> httpx.Response:
        if not (text or has_file):
            return refused(400, "Bad Request: message text is empty")
        return said(self._made(text, int(has_file), sent))

    def _album(self, sent: Sent) -> httpx.Response:
        album, made = self.next_id + 1, []
        for item in sent["media"]:
            if item["media"].removeprefix("attach://") not in sent:
                return refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
            made.append(self._made(item.get("caption", ""), 1, sent, album))
        return said(made)

    def _made(self, text: str, files: int, sent: Sent, album: int = 0) -> Sent:
        self.next_id += 1
        answered = str((sent.get("reply_parameters") or {}).get("message_id", ""))
        self.posts[self.next_id] = Post(text.strip(), self.now, files, answered, album)
        message = payload(FOLDER, "publishes")
        key = "caption" if files else "text"
        return {**message, "message_id": self.next_id, "date": int(self.now.timestamp()), key: text}

    def _edit(self, number: int, text: str) -> httpx.Response:
        if number not in self.posts:
            return refused(400, "Bad Request: message to edit not found")
        if self.posts[number].text == text:
            said_so = "message is not modified: specified new message content is exactly the same"
            return refused(400, f"Bad Request: {said_so}")
        self.posts[number].text = text
        return said({**payload(FOLDER, "publishes"), "message_id": number, "text": text})

    def _delete(self, sent: Sent) -> httpx.Response:
        for number in sent["message_ids"]:
            self.posts.pop(number, None)
        return said(True)

    def _page(self) -> str:
        """As t.me/s/name has it: an album is one block, with a link for each of its files."""
        if NO_PAGE in self.on:
            return '<html><body><div class="tgme_page">Preview channel</div></body></html>'
        shown = [] if LATE_PAGE in self.on else self.shown()
        return (
            (FOLDER / "payloads" / "page.html")
            .read_text()
            .replace("{posts}", "".join(map(self._block, shown)))
        )

    def _block(self, shown: Shown) -> str:
        ids = shown.remote_id.split(",")
        at = self.posts[int(ids[0])].at.isoformat()
        one = '<a class="tgme_widget_message_photo_wrap" href="https://t.me/{}/{}{}"></a>'
        single = "?single" if len(ids) > 1 else ""
        files = "".join(one.format(NAME, n, single) for n in ids) if shown.alts else ""
        text = escape(shown.text, quote=False).replace("\n", "<br/>")
        return (
            f'<div class="tgme_widget_message js-widget_message" data-post="{NAME}/{ids[0]}">{files}'
            f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>'
            f'<time datetime="{at}" class="time">09:30</time></div>'
        )


def read(request: httpx.Request) -> Sent:
    """The fields of a request: JSON, or a form with files in which everything else is text or JSON."""
    if request.headers["content-type"] == "application/json":
        found: Sent = json.loads(request.content)
        return found
    around = {
        "wsgi.input": io.BytesIO(request.content),
        "CONTENT_LENGTH": str(len(request.content)),
        "CONTENT_TYPE": request.headers["content-type"],
        "REQUEST_METHOD": "POST",
    }
    _stream, form, files = parse_form_data(around)
    for file in files.values():
        file.close()
    whole = {name: _value(name, value) for name, value in form.items()}
    return whole | dict.fromkeys(files, UPLOADED)


def _value(name: str, value: str) -> Any:
    return value if name in {"text", "caption"} else json.loads(value)
