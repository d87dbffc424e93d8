"""Connecting an account: signing in there, renewing, ending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Access, Begun, Connected, Connector, Profile
from tabard.connectors.errors import Refused
from tabard.connectors.families import oauth
from tabard.connectors.http import Http
from tabard.connectors.platforms.reddit.card import API, SCOPES, SITE
from tabard.connectors.platforms.reddit.client import Client, agent
from tabard.connectors.words import _

DOOR = oauth.Door(
    f"{SITE}/api/v1/authorize",
    f"{SITE}/api/v1/access_token",
    f"{SITE}/api/v1/revoke_token",
    pkce=False,
    basic=True,
    more={"duration": "permanent"},
)
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))


class Connecting(Connector):
    """`begin`, `finish`, `check`, `ends`, `renew` and `revoke`."""

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where the person lets us in."""
        if not fields.get("owner"):
            raise Refused(
                _("The app of this platform is not entered yet: an administrator must do it."), code="app"
            )
        return oauth.begin(DOOR, fields, redirect_uri, WANTED)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The one account of whoever signed in."""
        session = await oauth.finish(_door(keep), keep, query, http)
        app = {name: keep.get(name, "") for name in ("client_id", "owner")}
        access = Access(self.card.name, API, "", "", session=session, app=app)
        found = await self.check(access, http)
        return (
            Connected(Access(self.card.name, API, found.remote_id, found.handle, session=session), found),
        )

    async def check(self, access: Access, http: Http) -> Profile:
        """The account as it is now."""
        return profile(await Client.of(access, self.line(access, http)).get("/api/v1/me"))

    def ends(self, access: Access) -> datetime | None:
        """As it was said when the token was given: an hour by older documentation, a day as seen."""
        return oauth.ends(access)

    async def renew(self, access: Access, http: Http) -> None:
        """The refresh token stays until it is ended."""
        await oauth.renew(_door(access.app), access, http)

    async def revoke(self, access: Access, http: Http) -> None:
        """End it there."""
        await oauth.revoke(_door(access.app), access, http)


def _door(app: Mapping[str, str]) -> oauth.Door:
    return DOOR if not app.get("owner") else oauth.named(DOOR, agent(app))


def profile(me: Mapping[str, Any]) -> Profile:
    """A profile of an account."""
    name = str(me["name"])
    about = me.get("subreddit") if isinstance(me.get("subreddit"), dict) else {}
    followers = about.get("subscribers") if about else None
    return Profile(
        remote_id=str(me["id"]),
        handle=name,
        name=str((about or {}).get("title") or name),
        url=f"{SITE}/user/{name}/",
        avatar_url=str(me.get("icon_img") or ""),
        about=str((about or {}).get("public_description") or ""),
        followers=followers if isinstance(followers, int) else None,
    )
