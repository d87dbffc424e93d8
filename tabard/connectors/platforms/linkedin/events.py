"""What LinkedIn tells of a page: the same whether it calls us or is asked.

Source: learn.microsoft.com, "Organization Social Action Notifications" and "Webhooks" (NOTES.md).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tabard.connectors.base import Message
from tabard.connectors.errors import Refused
from tabard.connectors.platforms.linkedin.card import SITE
from tabard.connectors.platforms.linkedin.urns import (
    PAGE,
    PERSON,
    POST,
    address,
    comment_of,
    message_of,
    path,
    same_page,
    whole,
)
from tabard.connectors.words import _

KINDS = {
    "COMMENT": "reply",
    "COMMENT_EDIT": "reply",
    "COMMENT_DELETE": "reply",
    "SHARE_MENTION": "mention",
    "COMMENT_MENTION": "mention",
}
HEADER, SIGNED = "x-li-signature", "hmacsha256="
EVENT = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
# Anything else would make us sign what somebody else wrote: events are signed with the same key.
_CHALLENGE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def challenge(query: Mapping[str, str], app: Mapping[str, str]) -> str:
    """The JSON that shows that this address is ours; only a bare UUID is answered."""
    code, secret = query.get("challengeCode", ""), app.get("client_secret", "")
    if not secret or not _CHALLENGE.fullmatch(code):
        raise Refused(_("This is not a question of the platform."), code="challenge")
    return json.dumps({"challengeCode": code, "challengeResponse": _made(code.encode(), secret)})


def signed(headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> list[dict[str, Any]]:
    """The notifications in `body`, if it was signed with the app's secret. Refused if not."""
    secret = app.get("client_secret", "")
    given = headers.get(HEADER, "").removeprefix(SIGNED)
    if not secret or not hmac.compare_digest(given.encode(), _made(SIGNED.encode() + body, secret).encode()):
        raise Refused(_("The event is not signed by the platform."), code="signature")
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(_("The event cannot be read."), code="unreadable")
    told = found.get("notifications") if found.get("type") == EVENT else []
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def _made(what: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), what, hashlib.sha256).hexdigest()


def page_of(note: Mapping[str, Any]) -> str:
    """The number of the page it is about."""
    found = PAGE.fullmatch(str(note.get("organizationalEntity") or ""))
    return found.group(1) if found else ""


def message(note: Mapping[str, Any]) -> Message | None:
    """What somebody said, unless it was the page itself, or no words at all."""
    action, made = str(note.get("action") or ""), _inner(note, "decoratedGeneratedActivity")
    thing = _inner(made, "comment") or _inner(made, "share")
    name = message_of(thing.get("entity")) or message_of(note.get("generatedActivity"))
    at, who = note.get("lastModifiedAt"), whole(PERSON, thing.get("owner") or thing.get("actor"))
    if action not in KINDS or not name or type(at) is not int or not 0 < at < 4e12:
        return None
    if same_page(who, note.get("organizationalEntity")):
        return None
    number, post = who.rpartition(":")[2], _post(note)
    return Message(
        remote_id=name,
        kind=KINDS[action],
        text=_text(thing),
        author_id=number,
        author_handle=number,  # LinkedIn tells no name of a member to most apps
        at=datetime.fromtimestamp(at / 1000, UTC),
        author_url=f"{SITE}/company/{path(number)}/" if PAGE.fullmatch(who) else "",
        url=address(name),
        reply_to=_above(name, thing, post) if KINDS[action] == "reply" else "",
        thread=post if KINDS[action] == "reply" else "",
        gone=action == "COMMENT_DELETE",
    )


def _inner(note: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = note.get(name)
    return found if isinstance(found, dict) else {}


def _text(thing: Mapping[str, Any]) -> str:
    said = thing.get("text") or _inner(thing, "message").get("text")
    return said if isinstance(said, str) else ""


def _post(note: Mapping[str, Any]) -> str:
    """The page's own post, by the name under which it was published if that is told."""
    return whole(POST, _inner(note, "decoratedSourcePost").get("entity")) or whole(
        POST, note.get("sourcePost")
    )


def _above(name: str, thing: Mapping[str, Any], post: str) -> str:
    """The comment that was answered, else the post."""
    above = comment_of(thing.get("parentComment") or thing.get("object"))
    return above[0] if above and above[0] != name else post
