"""Events of Meta's networks: whether an address is ours, and whether an event really comes from there.

Sources: developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-09; and
/docs/graph-api/reference/page/subscribed_apps for who is told of a page, read 2026-11.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.card import Field
from tabard.connectors.errors import Later, Refused
from tabard.connectors.families.meta import Graph
from tabard.connectors.listening import daily
from tabard.connectors.words import _

HEADER = "x-hub-signature-256"
SCOPE = "pages_manage_metadata"
WORD = Field(
    "verify_token",
    _("Verify token"),
    help=_("A word of your own. Enter the same one at the platform beside the address for events."),
    required=False,
    advanced=True,
)


def challenge(query: Mapping[str, str], app: Mapping[str, str]) -> str:
    """What to answer when the network asks whether this address is ours: only who knows our word is told."""
    word = app.get("verify_token", "")
    given = query.get("hub.verify_token", "")
    if query.get("hub.mode") == "subscribe" and word and hmac.compare_digest(given.encode(), word.encode()):
        return query.get("hub.challenge", "")
    raise Refused(
        _("This is not a question of the platform, or the word for it is another."), code="challenge"
    )


def signed(headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> dict[str, Any]:
    """The event in `body`, if it was signed with the app's secret. Refused if not."""
    secret = app.get("client_secret", "")
    made = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get(HEADER, "")
    if not secret or not hmac.compare_digest(given.encode(), made.encode()):
        raise Refused(_("The event is not signed by the platform."), code="signature")
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(_("The event cannot be read."), code="unreadable")
    return found


def entries(event: Mapping[str, Any], thing: str) -> list[dict[str, Any]]:
    """What an event says, one for each channel and moment, if it is about `thing`: page, instagram."""
    return listed(event.get("entry")) if event.get("object") == thing else []


def changes(entry: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The fields that changed, with how."""
    pairs = [(each.get("field"), each.get("value")) for each in listed(entry.get("changes"))]
    return [(str(name), value) for name, value in pairs if isinstance(value, dict)]


def wrote(entry: Mapping[str, Any], own: str) -> bool:
    """Whether somebody wrote in private to the channel `own`. What it says itself comes back as an echo."""
    notes = [(inner(each, "message"), inner(each, "sender")) for each in listed(entry.get("messaging"))]
    return any(note and not note.get("is_echo") and str(who.get("id")) != own for note, who in notes)


def inner(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under `name`; an empty one if there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def listed(found: object) -> list[dict[str, Any]]:
    """The objects of a list; none if it is no list."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def moment(value: object) -> datetime | None:
    """A time as events have it: seconds or thousandths of them since 1970."""
    if type(value) is not int or not 0 < value < 4e12:
        return None
    return datetime.fromtimestamp(value / 1000 if value > 4e9 else value, UTC)


async def ask_to_be_told(access: Access, there: Graph, page: str, wanted: frozenset[str]) -> None:
    """Have the app told of what happens on a page, where it can be told, and the person allowed it."""
    if not _may_ask(access):
        return

    async def ask() -> None:
        asked = await _asked_for(access, there, page)
        if asked is None or not wanted <= asked:
            # What is sent replaces what was asked for before, by whomever.
            names = ",".join(sorted(wanted | (asked or frozenset())))
            found = await there.post(f"{page}/subscribed_apps", subscribed_fields=names)
            if str(found.get("success")).lower() != "true":
                raise Later(_("The platform did not say whether it will tell Tabard what happens there."))

    await daily(access, there.http, f"{page} {there.token}", ask)


async def ask_no_longer(access: Access, there: Graph, page: str, wanted: frozenset[str]) -> None:
    """Have the app told no longer; where it asked for more, something else still needs it."""
    if _may_ask(access):
        asked = await _asked_for(access, there, page)
        if asked is not None and asked <= wanted:
            await there.delete(f"{page}/subscribed_apps")


def _may_ask(access: Access) -> bool:
    """Without our word no address of ours is known there; of an access without scopes nothing is known."""
    scopes = access.session.get("scopes")
    granted = scopes if isinstance(scopes, list) and scopes else [SCOPE]
    return bool(access.app.get("verify_token")) and SCOPE in granted


async def _asked_for(access: Access, there: Graph, page: str) -> frozenset[str] | None:
    """The fields of which this app is told now; None if of nothing at all."""
    own = access.app.get("client_id", "")
    for each in await there.items(f"{page}/subscribed_apps"):
        if str(each.get("id")) == own:
            names = each.get("subscribed_fields")
            return frozenset(map(str, names)) if isinstance(names, list) else frozenset()
    return None
