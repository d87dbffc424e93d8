"""Calls of the Bot API: the token in the address, the envelope of every answer, and what its errors mean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.bodies import Part, form
from tabard.connectors.errors import ConnectorError, Limited, Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import LONGEST, failure, limited
from tabard.connectors.words import _

TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,64}")
# What the descriptions say when the bot is not, or no longer, what it must be there.
_SHUT_OUT = re.compile(
    r"chat not found|not a member|was kicked|was blocked|not enough rights|need administrator rights"
    r"|have no rights|CHAT_ADMIN_REQUIRED|CHAT_WRITE_FORBIDDEN|CHANNEL_PRIVATE",
    re.I,
)
_TOO_LONG = re.compile(r"(message|caption) is too long", re.I)
_GONE = re.compile(r"message .*not found|MESSAGE_ID_INVALID", re.I)
_NO_FILE = re.compile(r"PHOTO_INVALID|IMAGE_PROCESS_FAILED|wrong file|failed to get|MEDIA_INVALID", re.I)


class Client:
    """One bot on one server."""

    def __init__(self, http: Http, base_url: str, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise Revoked(_("This is no token of a bot: it has a number, a colon and letters."), code="token")
        self.http = http
        self.base = f"{base_url.rstrip('/')}/bot{token}/"

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, access.base_url, access.secret.get("token", ""))

    async def ask(self, method: str, **fields: Any) -> Any:
        """What a method that shows nothing gives."""
        return result(await self.http.call("POST", self.base + method, json=fields))

    async def show(self, method: str, fields: Mapping[str, Any], files: Sequence[Part] = ()) -> Any:
        """What a method that shows something gives, with the files that go along."""
        url = self.base + method
        if files:
            body = form(_flat(fields), files)
            answer = await self.http.call(
                "POST", url, content=body.content, headers=body.headers, timeout=body.seconds, commit=True
            )
        else:
            answer = await self.http.call("POST", url, json=dict(fields), commit=True)
        return result(answer)


def _flat(fields: Mapping[str, Any]) -> dict[str, str]:
    """Fields as a form beside files has them: what is no text is written as JSON."""
    return {name: v if isinstance(v, str) else json.dumps(v) for name, v in fields.items()}


def result(answer: Answer) -> Any:
    """The `result` of an answer that says ok, else its error is raised."""
    found = answer.json()
    if answer.ok and isinstance(found, dict) and found.get("ok") is True and "result" in found:
        return found["result"]
    if answer.ok:
        raise answer.unreadable()
    raise error(answer, found if isinstance(found, dict) else {})


def error(answer: Answer, found: Mapping[str, Any]) -> ConnectorError:
    """What a refusal means. Telegram has few codes; what happened stands in the description."""
    said, raw = str(found.get("description") or ""), answer.raw()
    if answer.status == 429:
        return _limited(answer, found)
    # A token that never was has no address, and gives 404.
    if answer.status in {401, 404}:
        return Revoked(_("The platform no longer accepts this channel's credential."), raw=raw)
    if answer.status < 500 and (answer.status == 403 or _SHUT_OUT.search(said)):
        says = _("The bot is not an administrator of the channel, or lacks a right: %(reason)s")
        return Revoked(says, code="rights", raw=raw, reason=said[:200])
    if answer.status == 413:
        return Refused(_("The files are too big for the platform."), code="too_big", raw=raw)
    for pattern, code in ((_TOO_LONG, "too_long"), (_GONE, "gone"), (_NO_FILE, "media")):
        if pattern.search(said):
            return failure(answer, said, code)
    return failure(answer, said)


def _limited(answer: Answer, found: Mapping[str, Any]) -> ConnectorError:
    """The body says for how many seconds."""
    parameters = found.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        return limited(answer)
    until = answer.http.clock() + min(timedelta(seconds=max(seconds, 1)), LONGEST)
    return Limited(_("The platform's limit is reached for now."), until=until, raw=answer.raw())
