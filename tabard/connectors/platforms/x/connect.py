"""Connecting a channel: its owner signs in at X (OAuth 2 with PKCE) for an access of two hours, renewed."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tabard.connectors.base import Access, Begun, Connected, Connector, Profile
from tabard.connectors.errors import Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import failure
from tabard.connectors.platforms.x.card import API, HOME, SCOPES
from tabard.connectors.platforms.x.client import Client, basic, detail, limited, one
from tabard.connectors.words import _

DOOR = f"{HOME}/i/oauth2/authorize"
TOKEN = f"{API}/2/oauth2/token"
REVOKE = f"{API}/2/oauth2/revoke"
HOST = "api.x.com"
FIELDS = "name,username,description,profile_image_url,public_metrics"


class Connecting(Connector):
    """`begin`, `finish`, `check`, `ends`, `renew` and `revoke`."""

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where the channel's owner lets us in. `fields`: those of the app."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": fields["client_id"],
            "redirect_uri": redirect_uri,
            "scope": " ".join(sorted({scope for scopes in SCOPES.values() for scope in scopes})),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        keep = {"state": state, "verifier": verifier, "redirect_uri": redirect_uri}
        return Begun(f"{DOOR}?{urlencode(query)}", keep)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The code for an access; it is good for half a minute."""
        mine = secrets.compare_digest(query.get("state", "").encode(), keep["state"].encode())
        if not mine or not query.get("code"):
            says = _("You did not let Tabard in there, or this is an old page. Start again, and allow it.")
            raise Refused(says, code=query.get("error", "") or "state")
        line = http.to({HOST}, hidden=lambda: tuple(keep.values()), timeout=self.card.timeout)
        body = {
            "grant_type": "authorization_code",
            "code": query["code"],
            "redirect_uri": keep["redirect_uri"],
            "code_verifier": keep["verifier"],
            "client_id": keep["client_id"],
        }
        answer = await line.call("POST", TOKEN, data=body, headers=basic(keep))
        if answer.status in {400, 401} and not _is_app(answer):
            says = _("You did not let Tabard in there, or this is an old page. Start again, and allow it.")
            raise Refused(says, code="code", raw=answer.raw())
        session = _session(_given(answer), http.clock())
        access = Access(self.card.name, API, "", "", {}, session)
        found = await _me(Client.of(access, line))
        return (Connected(Access(self.card.name, API, found.remote_id, found.handle, {}, session), found),)

    async def check(self, access: Access, http: Http) -> Profile:
        """The channel as it is now."""
        return await _me(Client.of(access, self.line(access, http)))

    def ends(self, access: Access) -> datetime | None:
        """Two hours after it was given."""
        ends = access.session.get("ends")
        return datetime.fromtimestamp(float(ends), UTC) if ends else None

    async def renew(self, access: Access, http: Http) -> None:
        """The key to renew with is good once; a new one comes with the new access."""
        body = {
            "grant_type": "refresh_token",
            "refresh_token": str(access.session.get("refresh") or ""),
            "client_id": access.app.get("client_id", ""),
        }
        line = self.line(access, http)
        answer = await line.call("POST", TOKEN, data=body, headers=basic(access.app))
        if answer.status in {400, 401} and not _is_app(answer):
            says = _("The platform no longer accepts this channel's credential.")
            raise Revoked(says, code="refresh", raw=answer.raw())
        before = access.session.get("scopes")
        given = _session(_given(answer), http.clock())
        access.session.update({**given, "scopes": given["scopes"] or before or []})

    async def revoke(self, access: Access, http: Http) -> None:
        """End the key to renew with; X ends the access with it."""
        for name in ("refresh", "token"):
            body = {
                "token": str(access.session.get(name) or ""),
                "client_id": access.app.get("client_id", ""),
            }
            line = self.line(access, http)
            answer = await line.call("POST", REVOKE, data=body, headers=basic(access.app))
            if not answer.ok and (answer.status not in {400, 401} or _is_app(answer)):
                _given(answer)


def _is_app(answer: Answer) -> bool:
    """Whether it is the app that is not known there, and not the key."""
    found = answer.json()
    return isinstance(found, dict) and found.get("error") in {"invalid_client", "unauthorized_client"}


def _given(answer: Answer) -> dict[str, Any]:
    """What the door gives; Refused where it does not know the app."""
    if answer.ok:
        return answer.data("access_token")
    if answer.status == 429:
        raise limited(answer)
    if _is_app(answer):
        says = _("X does not know the app, or its secret is another. An owner must enter it again.")
        raise Refused(says, code="app", raw=answer.raw())
    raise failure(answer, detail(answer))


def _session(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    seconds = given.get("expires_in")
    lasts = seconds if isinstance(seconds, int) and 0 < seconds < 10**9 else 7200
    return {
        "token": str(given["access_token"]),
        "refresh": str(given.get("refresh_token") or ""),
        "ends": now.timestamp() + lasts,
        "scopes": sorted(str(given.get("scope") or "").split()),
    }


async def _me(client: Client) -> Profile:
    found = one(await client.get("/2/users/me", **{"user.fields": FIELDS}))
    counts = found.get("public_metrics") or {}
    handle = str(found.get("username") or "")
    return Profile(
        remote_id=str(found["id"]),
        handle=handle,
        name=str(found.get("name") or handle),
        url=f"{HOME}/{handle}",
        avatar_url=str(found.get("profile_image_url") or ""),
        about=str(found.get("description") or ""),
        followers=counts.get("followers_count"),
        posts=counts.get("post_count", counts.get("tweet_count")),
    )
