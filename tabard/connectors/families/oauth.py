"""OAuth 2 as most networks have it: there with a state, back with a code, and a token that is renewed.

RFC 6749, with PKCE (RFC 7636) where the network knows it. What is kept of a channel is `token`, `refresh`,
`ends` (ISO 8601) and the list `scopes` in its session; the app's id and secret stay with the installation.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from tabard.connectors.base import Access, Begun, Connector
from tabard.connectors.errors import ConnectorError, Later, Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import date_of, failure
from tabard.connectors.words import _


@dataclass(frozen=True)
class Door:
    """A network's addresses, and in what it differs from the others.

    `basic`: the app shows itself by a header instead of in the form. `more`: said besides where the person
    is sent. `separator`: between scopes. `id_name`: what the network calls the app's id.
    """

    authorize: str
    token: str
    revoke: str = ""
    pkce: bool = True
    basic: bool = False
    separator: str = " "
    id_name: str = "client_id"
    more: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def named(door: Door, agent: str) -> Door:
    """The same door for an app that must say its name in every call."""
    return replace(door, headers={"User-Agent": agent})


def begin(door: Door, fields: Mapping[str, str], redirect_uri: str, scopes: tuple[str, ...]) -> Begun:
    """Where the person goes; `fields` have the app's `client_id`."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    query = {
        "response_type": "code",
        door.id_name: app_of(fields)[0],
        "redirect_uri": redirect_uri,
        "scope": door.separator.join(scopes),
        "state": state,
        **door.more,
    }
    keep = {"state": state, "redirect_uri": redirect_uri}
    if door.pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        keep["verifier"] = verifier
    return Begun(f"{door.authorize}{'&' if '?' in door.authorize else '?'}{urlencode(query)}", keep)


def code_of(keep: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The code with which they came back. Refused if they said no, or it is not what was begun."""
    if not secrets.compare_digest(query.get("state", "").encode(), keep["state"].encode()):
        raise Refused(_("This is not the sign-in that was begun here. Start again."), code="state")
    if not query.get("code"):
        raise _not_let_in(query.get("error", "")[:100])
    return query["code"]


async def finish(door: Door, keep: Mapping[str, str], query: Mapping[str, str], http: Http) -> dict[str, Any]:
    """The session that the code is good for. Refused if they said no, or it is not what was begun."""
    code = code_of(keep, query)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": keep["redirect_uri"]}
    if door.pkce:
        form["code_verifier"] = keep["verifier"]
    try:
        answer = await _ask(door, keep, form, http, (code, keep.get("verifier", "")))
    except Revoked as error:  # of a code: it was spent, or they took too long
        raise _not_let_in(error.code, error.raw) from error
    return session_of(answer.data("access_token"), answer.http.clock())


async def renew(door: Door, access: Access, http: Http) -> None:
    """A new token for the refresh token; changes `access.session` in place."""
    refresh = str(access.session.get("refresh") or "")
    if not refresh:
        raise Revoked(_("The access has ended by itself. Connect the channel again."), code="ended")
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    answer = await _ask(door, access.app, form, http, access.hidden())
    found = session_of(answer.data("access_token"), answer.http.clock())
    _put(access.session, {**found, "refresh": found["refresh"] or refresh})


async def revoke(door: Door, access: Access, http: Http) -> None:
    """End the refresh token and the token, for not every network ends both by one; already ended is fine."""
    for token in filter(None, (access.session.get("refresh"), access.session.get("token"))):
        with suppress(Revoked):
            await _ask(door, access.app, {"token": str(token)}, http, access.hidden(), url=door.revoke)


def ends(access: Access) -> datetime | None:
    """When the token ends, as it said when it was given."""
    return date_of(str(access.session.get("ends") or ""))


def ends_at(found: Mapping[str, Any], now: datetime) -> str:
    """When the token of an answer ends, to be kept in the session; empty if it does not say."""
    seconds = found.get("expires_in")
    known = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < 1e9
    return (now + timedelta(seconds=float(seconds or 0))).isoformat() if known else ""


def app_of(fields: Mapping[str, str]) -> tuple[str, str]:
    """The app's id and secret. Refused where the installation has none."""
    found = fields.get("client_id", ""), fields.get("client_secret", "")
    if not all(found):
        raise Refused(
            _("The app of this platform is not entered yet: an administrator must do it."), code="app"
        )
    return found


def session_of(found: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is kept of an answer that gives a token."""
    return {
        "token": str(found["access_token"]),
        "refresh": str(found.get("refresh_token") or ""),
        "ends": ends_at(found, now),
        "scopes": re.split(r"[ ,]+", str(found["scope"])) if found.get("scope") else [],
    }


class Entering(Connector):
    """`begin`, `ends`, `renew` and `revoke` where a network does no more than the functions above."""

    door: ClassVar[Door]
    wanted: ClassVar[tuple[str, ...]]

    def door_for(self, app: Mapping[str, str]) -> Door:
        """The door as this app comes to it."""
        return self.door

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where the person lets us in. `fields`: those of the app."""
        return begin(self.door, fields, redirect_uri, self.wanted)

    def ends(self, access: Access) -> datetime | None:
        """As it was said when the token was given."""
        return ends(access)

    async def renew(self, access: Access, http: Http) -> None:
        """A new token, and whatever renews it next."""
        await renew(self.door_for(access.app), access, http)

    async def revoke(self, access: Access, http: Http) -> None:
        """End it there."""
        await revoke(self.door_for(access.app), access, http)


def _not_let_in(code: str = "", raw: str = "") -> Refused:
    says = _("The platform did not let Tabard in. Start again, and allow it there.")
    return Refused(says, code=code or "code", raw=raw)


def _put(session: MutableMapping[str, Any], found: Mapping[str, Any]) -> None:
    kept = found["scopes"] or session.get("scopes", [])
    session.update({**found, "scopes": kept})


async def _ask(
    door: Door,
    app: Mapping[str, str],
    form: dict[str, str],
    http: Http,
    hidden: tuple[str, ...],
    *,
    url: str = "",
) -> Answer:
    """Ask the network's desk for tokens, as the app."""
    name, secret = app_of(app)
    headers = dict(door.headers)
    if door.basic:
        pair = base64.b64encode(f"{name}:{secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    else:
        form |= {door.id_name: name, "client_secret": secret}
    url = url or door.token
    line = http.to({urlsplit(url).netloc}, hidden=lambda: (*hidden, secret))
    answer = await line.call("POST", url, data=form, headers=headers)
    # Some say no with the status of a yes.
    if answer.ok and not _word(answer):
        return answer
    raise _refused(answer)


def _word(answer: Answer) -> str:
    """The error an answer names; empty if it names none."""
    found = answer.json()
    word = found.get("error") if isinstance(found, dict) else ""
    return word if isinstance(word, str) else ""


def _refused(answer: Answer) -> ConnectorError:
    """What the desk means: RFC 6749, section 5.2, as far as a network keeps to it."""
    word, raw = _word(answer), answer.raw()
    if word in {"invalid_client", "unauthorized_client"}:
        says = _("The platform does not know the app: its id or its secret is wrong, or it was taken away.")
        return Later(says, code=word, raw=raw)
    if word in {"server_error", "temporarily_unavailable", "internal_error", "rate_limit_exceeded"}:
        return Later(_("The platform has a fault at the moment."), code=word, raw=raw)
    if word in {"invalid_grant", "invalid_token"} or answer.status in {400, 401}:
        says = _("The platform no longer accepts this channel's credential.")
        return Revoked(says, code=word, raw=raw)
    return failure(answer, word, word)
