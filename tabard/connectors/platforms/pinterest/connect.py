"""Connecting an account: signing in there, renewing, ending, and who administers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tabard.connectors.base import Access, Administrator, Connected, Profile
from tabard.connectors.families import oauth
from tabard.connectors.http import Http
from tabard.connectors.platforms.pinterest.card import API, SCOPES, SITE
from tabard.connectors.platforms.pinterest.client import Client

DOOR = oauth.Door(
    f"{SITE}/oauth/",
    f"{API}/v5/oauth/token",
    f"{API}/v5/oauth/token/revoke",
    pkce=False,
    basic=True,
    separator=",",
)
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))


class Connecting(oauth.Entering):
    """`begin`, `finish`, `check`, `ends`, `renew`, `revoke` and `administrators`.

    A refresh token is good for 60 days, and each gives the next.
    """

    door, wanted = DOOR, WANTED

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The one account of whoever signed in."""
        session = await oauth.finish(DOOR, keep, query, http)
        access = Access(self.card.name, API, "", "", session=session)
        found = await self.check(access, http)
        whole = Access(self.card.name, API, found.remote_id, found.handle, session=session)
        return (Connected(whole, found),)

    async def check(self, access: Access, http: Http) -> Profile:
        """The account as it is now."""
        return profile(await Client.of(access, self.line(access, http)).get("/user_account"))

    async def administrators(self, access: Access, http: Http) -> Sequence[Administrator]:
        """The members of the business; an account that is none has its one login and lists nobody."""
        client = Client.of(access, self.line(access, http))
        if (await client.get("/user_account")).get("account_type") != "BUSINESS":
            return []
        path = f"/businesses/{access.remote_id}/members"
        return [_administrator(each) async for each in client.items(path)]


def _administrator(member: Mapping[str, Any]) -> Administrator:
    user = member.get("user")
    known: Mapping[str, Any] = user if isinstance(user, dict) else {}
    roles = member.get("business_roles") or ()
    since = member.get("created_time")
    when = datetime.fromtimestamp(since / 1000, UTC) if isinstance(since, int) and since < 4e12 else None
    return Administrator(
        remote_id=str(member.get("id") or known.get("id") or ""),
        name=str(known.get("full_name") or known.get("username") or ""),
        handle=str(known.get("username") or ""),
        email=str(known.get("email") or ""),
        role=", ".join(str(role) for role in roles) or "member",
        since=when,
    )


def profile(account: Mapping[str, Any]) -> Profile:
    """A profile of an Account object."""
    handle = str(account["username"])
    followers, pins = account.get("follower_count"), account.get("pin_count")
    return Profile(
        remote_id=str(account.get("id") or handle),
        handle=handle,
        name=str(account.get("business_name") or handle),
        url=f"{SITE}/{handle}/",
        avatar_url=str(account.get("profile_image") or ""),
        about=str(account.get("about") or ""),
        followers=followers if isinstance(followers, int) else None,
        posts=pins if isinstance(pins, int) else None,
    )
