"""Connecting a profile: its owner signs in at Threads; the access lasts sixty days and is renewed before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tabard.connectors.base import Access, Begun, Connected, Connector, Profile
from tabard.connectors.errors import Later, Refused, Revoked
from tabard.connectors.families import oauth
from tabard.connectors.families.meta import Graph, data, id_of
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.threads.card import API, HOST, SCOPES
from tabard.connectors.platforms.threads.client import VERSION, graph
from tabard.connectors.words import _

DOOR = oauth.Door(
    "https://threads.net/oauth/authorize", f"{API}/oauth/access_token", pkce=False, separator=","
)
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))
PROFILE = "id,username,name,threads_profile_picture_url,threads_biography"
NEEDED = {"threads_basic", "threads_content_publish"}
YOUNGEST = timedelta(days=1)  # an access is renewed only when it is older


class Connecting(Connector):
    """`begin`, `finish`, `check`, `ends` and `renew`."""

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where the profile's owner lets us in. `fields`: those of the app."""
        return oauth.begin(DOOR, fields, redirect_uri, WANTED)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The code for an access of an hour, and that for one of sixty days."""
        code = oauth.code_of(keep, query).removesuffix("#_")
        line = http.to({HOST}, hidden=lambda: (keep["client_secret"], code), timeout=self.card.timeout)
        door = Graph(line, API, "")
        short = await door.post(
            "oauth/access_token",
            client_id=keep["client_id"],
            client_secret=keep["client_secret"],
            grant_type="authorization_code",
            redirect_uri=keep["redirect_uri"],
            code=code,
        )
        found = await door.get(
            "access_token",
            grant_type="th_exchange_token",
            client_secret=keep["client_secret"],
            access_token=id_of(short, "access_token"),
        )
        session = _session(found, http.clock())
        there = Graph(line, f"{API}/{VERSION}", session["token"])
        session["scopes"] = await _granted(there, session["token"])
        if session["scopes"] and not set(session["scopes"]) >= NEEDED:
            raise Refused(
                _("You did not allow Tabard to publish there. Start again, and allow it."), code="scope"
            )
        profile = await _profile(there)
        access = Access(self.card.name, API, profile.remote_id, profile.handle, session=session)
        return (Connected(access, profile),)

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the access alive, and is publishing still among what it allows?"""
        there = graph(access, self.line(access, http))
        profile = await _profile(there)
        granted = await _granted(there, str(access.session.get("token") or ""))
        if granted and not set(granted) >= NEEDED:
            raise Revoked(_("The channel was connected without the rights this needs."), code="scope")
        if granted and granted != access.session.get("scopes"):
            access.session["scopes"] = granted
            await access.keep(access.session)
        return profile

    def ends(self, access: Access) -> datetime | None:
        """Sixty days after it was given or renewed."""
        return oauth.ends(access)

    async def renew(self, access: Access, http: Http) -> None:
        """The same access for sixty days more. One that has ended is given only by a person."""
        now, since = http.clock(), date_of(str(access.session.get("since") or ""))
        if since and now - since < YOUNGEST:
            says = _("The access is too new to be renewed.")
            raise Later(says, code="too_new", until=since + YOUNGEST)
        answer = await self.line(access, http).get(
            f"{API}/refresh_access_token",
            params={"grant_type": "th_refresh_token", "access_token": access.session.get("token", "")},
        )
        access.session.update(_session(data(answer), now))


def _session(found: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "token": id_of(found, "access_token"),
        "ends": oauth.ends_at(found, now),
        "since": now.isoformat(),
    }


async def _granted(there: Graph, token: str) -> list[str]:
    """The rights that were given, as far as the platform says; people can leave out single ones."""
    try:
        found = (await there.get("debug_token", input_token=token)).get("data")
    except (Refused, Revoked):  # who may ask is not written down; whether the access lives is asked apart
        return []
    scopes = found.get("scopes") if isinstance(found, dict) else None
    return sorted(str(each) for each in scopes) if isinstance(scopes, list) else []


async def _profile(there: Graph) -> Profile:
    found = await there.get("me", fields=PROFILE)
    handle = str(found.get("username") or "")
    return Profile(
        remote_id=id_of(found),
        handle=handle,
        name=str(found.get("name") or handle),
        url=f"https://www.threads.com/@{handle}",
        avatar_url=str(found.get("threads_profile_picture_url") or ""),
        about=str(found.get("threads_biography") or ""),
    )
