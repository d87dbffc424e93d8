"""Events of Meta's networks: whether an address is ours, and whether an event really comes from there.

Source: developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-09.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tabard.connectors.errors import Refused
from tabard.connectors.words import _

HEADER = "x-hub-signature-256"


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
