"""What the simulator's answers are made of, and how LinkedIn reads a little text."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any

import httpx

from tabard.connectors.base import Media

APP = {"client_id": "78invented", "client_secret": "invented-secret-of-the-app"}
Body = dict[str, Any]
RESERVED = set("|{}@[]()<>#\\*_~")
_MENTION = re.compile(r"@\[((?:\\.|[^\\\[\]])+)\]\(urn:li:(?:organization|person):[A-Za-z0-9_-]+\)")


def refused(status: int, code: str, message: str = "No", service: int = 0) -> httpx.Response:
    body = {"status": status, "serviceErrorCode": service, "code": code, "message": message}
    return httpx.Response(status, json=body, headers={"x-li-uuid": "AAYInvented=="})


def little(text: str) -> tuple[str, str]:
    """What is shown of a little text, and what is given back of it: tags in the form of their own."""
    shown, back, at = "", "", 0
    while at < len(text):
        letter = text[at]
        if letter == "\\" and text[at + 1 : at + 2] in RESERVED:
            shown, back, at = shown + text[at + 1], back + text[at : at + 2], at + 2
        elif found := _MENTION.match(text, at):
            shown, back, at = shown + found.group(), back + found.group(), found.end()
        elif tag := re.match(r"#((?:[^\W_]|\\_)+)", text[at:]):
            word = tag.group(1)
            shown += "#" + word.replace("\\_", "_")
            back, at = back + "{hashtag|\\#|" + word.replace("\\_", "_") + "}", at + tag.end()
        elif letter in RESERVED:
            break  # the rest is lost, without a word
        else:
            shown, back, at = shown + letter, back + letter, at + 1
    return shown, back


def document(key: str = "programme", *, name: str = "programme.pdf") -> Media:
    async def load() -> bytes:
        return b"%PDF-1.7 invented"

    return Media(key, "document", "application/pdf", 17, load, name=name)


def images(post: Body) -> list[Body]:
    content = post.get("content") or {}
    one = [content["media"]] if "media" in content else []
    return one + list((content.get("multiImage") or {}).get("images") or ())


def files_of(post: Body) -> set[str]:
    thumbnail = ((post.get("content") or {}).get("article") or {}).get("thumbnail")
    return {one["id"] for one in images(post)} | ({thumbnail} if thumbnail else set())


def returned(post: Body) -> Body:
    return {**post, "commentary": little(post["commentary"])[1]}


def message_in(note: Body) -> str:
    return str((note["decoratedGeneratedActivity"].get("comment") or {}).get("entity"))


def listed(items: list[Body]) -> httpx.Response:
    return httpx.Response(
        200, json={"paging": {"start": 0, "count": len(items), "links": []}, "elements": items}
    )


def ms(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1000)


def signed(event: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps(event).encode()
    made = hmac.new(APP["client_secret"].encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()
    return {"x-li-signature": made}, body
