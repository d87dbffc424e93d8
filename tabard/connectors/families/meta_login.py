"""Signing in at one of Meta's networks: there with a state of ours, back with a code, which gives a token.

Source: developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and the same of each network,
read 2026-09. None of them takes PKCE from a server; the code is bound to the app's secret and the address.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tabard.connectors.base import Begun
from tabard.connectors.errors import Refused
from tabard.connectors.outcome import date_of
from tabard.connectors.words import _


def begun(door: str, app_id: str, redirect_uri: str, scopes: Iterable[str], **more: str) -> Begun:
    """Where the person goes, and what must be kept until they are back."""
    state = secrets.token_urlsafe(24)
    query = {
        "client_id": app_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": ",".join(scopes),
        "state": state,
        **more,
    }
    return Begun(f"{door}?{urlencode(query)}", {"state": state, "redirect_uri": redirect_uri})


def code_of(keep: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The code with which they came back. Refused if they said no, or this is not what was begun."""
    mine = secrets.compare_digest(query.get("state", "").encode(), keep["state"].encode())
    code = query.get("code", "").removesuffix("#_")
    if mine and code:
        return code
    says = _("You did not let Tabard in there, or this is an old page. Start again, and allow it.")
    raise Refused(says, code=query.get("error", "") or "state")


def ends_at(found: Mapping[str, Any], now: datetime) -> str:
    """When a token ends, as an answer says it in seconds; empty if it does not end."""
    seconds = found.get("expires_in")
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 10**9:
        return (now + timedelta(seconds=seconds)).isoformat()
    return ""


def ends_of(session: Mapping[str, Any]) -> datetime | None:
    """When the token of a session ends, if that is known."""
    return date_of(str(session.get("ends") or ""))
