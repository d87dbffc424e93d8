"""Connecting an account: signing in there, renewing, ending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Begun, Connected, Profile
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


class Connecting(oauth.Entering):
    """`begin`, `finish`, `check`, `ends`, `renew` and `revoke`.

    An access is good for an hour by older documentation, for a day as seen; the refresh token stays.
    """

    door, wanted = DOOR, WANTED

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where the person lets us in."""
        if not fields.get("owner"):
            raise Refused(
                _("The app of this platform is not entered yet: an administrator must do it."), code="app"
            )
        return await super().begin(fields, redirect_uri, http)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The one account of whoever signed in."""
        session = await oauth.finish(self.door_for(keep), keep, query, http)
        app = {name: keep.get(name, "") for name in ("client_id", "owner")}
        access = Access(self.card.name, API, "", "", session=session, app=app)
        found = await self.check(access, http)
        return (
            Connected(Access(self.card.name, API, found.remote_id, found.handle, session=session), found),
        )

    def door_for(self, app: Mapping[str, str]) -> oauth.Door:
        """Reddit wants the app named in every request."""
        return oauth.named(DOOR, agent(app)) if app.get("owner") else DOOR

    async def check(self, access: Access, http: Http) -> Profile:
        """The account as it is now."""
        return profile(await Client.of(access, self.line(access, http)).get("/api/v1/me"))


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
