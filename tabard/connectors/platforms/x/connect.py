"""Connecting a channel: its owner signs in at X (OAuth 2 with PKCE) for an access of two hours, renewed."""

from __future__ import annotations

from collections.abc import Mapping

from tabard.connectors.base import Access, Connected, Profile
from tabard.connectors.families import oauth
from tabard.connectors.http import Http
from tabard.connectors.platforms.x.card import API, HOME, SCOPES
from tabard.connectors.platforms.x.client import Client, one

DOOR = oauth.Door(f"{HOME}/i/oauth2/authorize", f"{API}/2/oauth2/token", f"{API}/2/oauth2/revoke", basic=True)
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))
FIELDS = "name,username,description,profile_image_url,public_metrics"


class Connecting(oauth.Entering):
    """`begin`, `finish`, `check`, `ends`, `renew` and `revoke`.

    An access is good for two hours, and each key to renew it with once.
    """

    door, wanted = DOOR, WANTED

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The code for an access; it is good for half a minute."""
        session = await oauth.finish(DOOR, keep, query, http)
        access = Access(self.card.name, API, "", "", session=session)
        found = await self.check(access, http)
        return (
            Connected(Access(self.card.name, API, found.remote_id, found.handle, session=session), found),
        )

    async def check(self, access: Access, http: Http) -> Profile:
        """The channel as it is now."""
        return await _me(Client.of(access, self.line(access, http)))


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
