"""What X tells by itself: its Activity API, which sends posts that mention a channel to one address.

Sources: the OpenAPI document 2.167 for what is asked; docs.x.com, x-api/webhooks/quickstart (questions and
signatures), x-api/activity/event-payloads and event-pricing, read 2026-11. There the Account Activity API,
which did the same before, is deprecated.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Heard, Message
from tabard.connectors.errors import Expired, Later, Refused, Revoked
from tabard.connectors.http import Http
from tabard.connectors.listening import daily
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.x.client import Client, many
from tabard.connectors.platforms.x.said import message, people
from tabard.connectors.words import _

HEADER = "x-twitter-webhooks-signature"
MENTION = "post.mention.create"
# Asked for is the first alone: every event is paid for, and the list that is read has mentions only.
SPOKEN = {MENTION, "post.reply.create", "post.quote.create"}
WHERE = "/2/activity/subscriptions"
PAGES = 50  # of a hundred
# Events are signed with the same key: were braces answered, anybody could have us sign an event for them.
_CHALLENGE = re.compile(r"[A-Za-z0-9+/=_.~: -]{1,300}")


def challenge(query: Mapping[str, str], app: Mapping[str, str]) -> str:
    """The JSON that shows that this address is ours; X asks for it every hour."""
    token, secret = query.get("crc_token", ""), app.get("api_secret", "")
    if not secret or not _CHALLENGE.fullmatch(token):
        raise Refused(_("This is not a question of the platform."), code="challenge")
    return json.dumps({"response_token": _made(token.encode(), secret)})


def heard(headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> tuple[Heard, ...]:
    """The channels to which somebody said something. Refused if X did not sign it."""
    secret = app.get("api_secret", "")
    if not secret or not hmac.compare_digest(headers.get(HEADER, "").encode(), _made(body, secret).encode()):
        raise Refused(_("The event is not signed by the platform."), code="signature")
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise Refused(_("The event cannot be read."), code="unreadable")
    told = event.get("data")
    notes = [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, dict)]
    return tuple(found for note in notes if (found := _heard(note)))


def _made(what: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), what, hashlib.sha256).digest()).decode()


def _heard(note: Mapping[str, Any]) -> Heard | None:
    """Whom it is about, with the post if it is told whole; nothing if the channel said it itself."""
    asked, post = note.get("filter"), note.get("payload")
    own = str(asked.get("user_id") or "") if isinstance(asked, dict) else ""
    if not own or note.get("event_type") not in SPOKEN or not isinstance(post, dict):
        return None
    if str(post.get("author_id") or "") == own:
        return None
    said = _said(note, post, own)
    return Heard(own, (said,) if said else ())


def _said(note: Mapping[str, Any], post: Mapping[str, Any], own: str) -> Message | None:
    at = date_of(str(post.get("created_at") or ""))
    return message(post, people(note), own, at) if at and str(post.get("id", "")).isdecimal() else None


async def ask_to_be_told(access: Access, http: Http) -> None:
    """Have mentions of a channel sent, where the app has what that needs: it is paid for by the piece."""
    if not _may_ask(access):
        return
    hook = access.app["webhook_id"]

    async def ask() -> None:
        client = _as_app(access, http)
        if not await _asked_for(client, access):
            wanted = {"event_type": MENTION, "filter": {"user_id": access.remote_id}, "webhook_id": hook}
            await client.call("POST", WHERE, json=wanted)

    await daily(access, http, hook, ask)


async def ask_no_longer(access: Access, http: Http) -> None:
    """End it for a channel, whatever address it goes to: it would be paid for and heeded by nobody."""
    if not _may_ask(access):
        return
    client = _as_app(access, http)
    try:
        for number in await _asked_for(client, access):
            await client.call("DELETE", f"{WHERE}/{number}")
    except (Revoked, Expired) as error:
        # Of the app's own token, not of the channel's access.
        raise Later(_("X does not take the bearer token of the app."), code="bearer") from error


def _may_ask(access: Access) -> bool:
    return all(access.app.get(name) for name in ("api_secret", "bearer", "webhook_id"))


def _as_app(access: Access, http: Http) -> Client:
    """The app itself must ask: it is not done in the name of a channel."""
    return Client(http, access.app["bearer"])


async def _asked_for(client: Client, access: Access) -> list[str]:
    """The numbers of what was asked for about the channel, to the app's address."""
    found: list[dict[str, Any]] = []
    onward: dict[str, str] = {}
    for _page in range(PAGES):
        page = await client.get(WHERE, max_results=100, **onward)
        found += many(page)
        meta = page.get("meta")
        if not (token := str(meta.get("next_token") or "") if isinstance(meta, dict) else ""):
            break
        onward = {"pagination_token": token}
    return [str(each["subscription_id"]) for each in found if _is_it(each, access)]


def _is_it(each: Mapping[str, Any], access: Access) -> bool:
    asked = each.get("filter")
    about = str(asked.get("user_id")) if isinstance(asked, dict) else ""
    there = str(each.get("webhook_id")) == access.app["webhook_id"]
    return (
        about == access.remote_id
        and each.get("event_type") == MENTION
        and there
        and "subscription_id" in each
    )
