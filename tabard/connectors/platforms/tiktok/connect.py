"""Connecting an account: signing in there, renewing and ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tabard.connectors.base import Access, Connected, Profile
from tabard.connectors.errors import Refused, Revoked
from tabard.connectors.families import oauth
from tabard.connectors.http import Http
from tabard.connectors.platforms.tiktok.card import API, POSTS, PROFILE, SCOPES, SITE, STATS
from tabard.connectors.platforms.tiktok.client import Client
from tabard.connectors.words import _

# PKCE is for apps on phones and desktops there; a server shows itself by the app's secret.
DOOR = oauth.Door(
    f"{SITE}/v2/auth/authorize/",
    f"{API}/v2/oauth/token/",
    f"{API}/v2/oauth/revoke/",
    pkce=False,
    separator=",",
    id_name="client_key",
)
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))
FIELDS = {
    "": ("open_id", "avatar_url", "display_name"),
    PROFILE: ("username", "bio_description"),
    STATS: ("follower_count", "video_count"),
}


class Connecting(oauth.Entering):
    """`begin`, `finish`, `check`, `ends`, `renew` and `revoke`.

    Each refresh token works once, and gives the next.
    """

    door, wanted = DOOR, WANTED

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The one account of whoever signed in. People may leave out rights; one must be there."""
        session = await oauth.finish(DOOR, keep, query, http)
        if session["scopes"] and POSTS not in session["scopes"]:
            says = _("You did not allow Tabard to publish there. Start again, and allow it.")
            raise Refused(says, code="scope")
        access = Access(self.card.name, API, "", "", session=session)
        found = await self.check(access, http)
        whole = Access(self.card.name, API, found.remote_id, found.handle, session=session)
        return (Connected(whole, found),)

    async def check(self, access: Access, http: Http) -> Profile:
        """The account as it is now. That a right is gone shows when the access is renewed."""
        scopes = access.session.get("scopes") or ()
        if scopes and POSTS not in scopes:
            raise Revoked(_("The channel was connected without the rights this needs."), code="scope")
        wanted = tuple(
            field
            for scope, fields in FIELDS.items()
            if not scope or not scopes or scope in scopes
            for field in fields
        )
        found = await Client.of(access, self.line(access, http)).get("/user/info/", wanted)
        return profile(found.get("user"))

    async def revoke(self, access: Access, http: Http) -> None:
        """End it there, which needs a token that lives: one that has ended is renewed for it."""
        ends = self.ends(access)
        if ends and ends <= http.clock():
            try:
                await self.renew(access, http)
            except Revoked:
                return
        living = replace(access, session={"token": access.session.get("token") or ""})
        await super().revoke(living, http)


def profile(user: Any) -> Profile:
    """A profile of a user object. Its name for addresses needs a right of its own."""
    known: Mapping[str, Any] = user if isinstance(user, dict) else {}
    number, name = str(known.get("open_id") or ""), str(known.get("username") or "")
    if not number:
        raise Refused(_("The platform does not say which account this is."), code="no_id")
    followers, videos = known.get("follower_count"), known.get("video_count")
    return Profile(
        remote_id=number,
        handle=name or str(known.get("display_name") or number),
        name=str(known.get("display_name") or name),
        url=f"{SITE}/@{name}" if name else SITE,
        avatar_url=str(known.get("avatar_url") or ""),
        about=str(known.get("bio_description") or ""),
        followers=followers if type(followers) is int else None,
        posts=videos if type(videos) is int else None,
    )
