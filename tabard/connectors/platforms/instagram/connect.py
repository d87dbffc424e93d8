"""Connecting profiles: who signs in at Facebook opens each one that is tied to a page of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Begun, Connected, Connector, Profile
from tabard.connectors.families import oauth
from tabard.connectors.families.meta import id_of
from tabard.connectors.families.meta_pages import (
    DOOR,
    granted,
    nothing_found,
    pages,
    signed_in,
    still_granted,
)
from tabard.connectors.http import Http
from tabard.connectors.platforms.instagram.card import SCOPES
from tabard.connectors.platforms.instagram.client import graph
from tabard.connectors.words import _

PROFILE = "id,username,name,biography,profile_picture_url,followers_count,media_count"
NEEDED = ("instagram_basic", "instagram_content_publish")
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))


class Connecting(Connector):
    """`begin`, `finish` and `check`."""

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where the person lets us in. `fields`: those of the app."""
        return oauth.begin(DOOR, fields, redirect_uri, WANTED)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """Every profile that is tied to a page of theirs, with that page's token."""
        person = await signed_in(keep, query, http)
        scopes = await granted(person, NEEDED)
        found = await pages(person, f"id,name,access_token,instagram_business_account{{{PROFILE}}}")
        made = [self._connected(page, scopes) for page in found if page.get("instagram_business_account")]
        if not made:
            raise nothing_found(
                _("None of the pages you let Tabard into has a professional profile tied to it.")
            )
        return tuple(made)

    def _connected(self, page: Mapping[str, Any], scopes: list[str]) -> Connected:
        profile = _profile(page["instagram_business_account"])
        session = {"token": str(page["access_token"]), "page": str(page["id"]), "scopes": scopes}
        base = "https://graph.facebook.com"
        return Connected(
            Access(self.card.name, base, profile.remote_id, profile.handle, session=session), profile
        )

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the page's token alive, and does it still open the profile?"""
        line = self.line(access, http)
        profile = _profile(await graph(access, line).get(access.remote_id, fields=PROFILE))
        await still_granted(access, line, NEEDED)
        return profile


def _profile(found: Mapping[str, Any]) -> Profile:
    handle = str(found.get("username") or "")
    return Profile(
        remote_id=id_of(found),
        handle=handle,
        name=str(found.get("name") or handle),
        url=f"https://www.instagram.com/{handle}/",
        avatar_url=str(found.get("profile_picture_url") or ""),
        about=str(found.get("biography") or ""),
        followers=_count(found.get("followers_count")),
        posts=_count(found.get("media_count")),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
