"""Connecting a channel: signing in with Google, where the person chooses which of theirs is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Connected, Profile
from tabard.connectors.errors import Refused, Revoked
from tabard.connectors.families import oauth
from tabard.connectors.families.google import DOOR
from tabard.connectors.http import Http
from tabard.connectors.platforms.youtube.card import ANALYTICS, DATA, HOST, MANAGE, READ, SITE
from tabard.connectors.platforms.youtube.client import Client, dicts, inner, number, uploads_of
from tabard.connectors.words import _

PARTS = "snippet,contentDetails,statistics"


class Connecting(oauth.Entering):
    """`begin`, `finish`, `check`, `ends`, `renew` and `revoke`.

    An access is good for an hour; the refresh token until it is ended, or not used for half a year.
    """

    door, wanted = DOOR, (MANAGE, READ, ANALYTICS)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The channel that was chosen. Another one is connected by signing in again and choosing it."""
        session = await oauth.finish(DOOR, keep, query, http)
        access = Access(self.card.name, f"https://{HOST}", "", "", session=session)
        try:
            found = await self._mine(access, http)
        except Revoked as revoked:
            if revoked.code != "no_channel":
                raise
            found = []
        if not found:
            says = _("This Google account has no YouTube channel. Sign in again, and choose the channel.")
            raise Refused(says, code="no_channel")
        return tuple(self._connected(each, session) for each in found)

    def _connected(self, channel: Mapping[str, Any], session: Mapping[str, Any]) -> Connected:
        mine = profile(channel)
        whole = {**session, "uploads": uploads_of(channel)}
        access = Access(self.card.name, f"https://{HOST}", mine.remote_id, mine.handle, session=whole)
        return Connected(access, mine)

    async def check(self, access: Access, http: Http) -> Profile:
        """The channel as it is now. Revoked where the access is not, or no longer, for this one."""
        for channel in await self._mine(access, http):
            if channel["id"] == access.remote_id:
                return profile(channel)
        says = _("This access is for another channel. Connect again, and choose the right one at Google.")
        raise Revoked(says, code="other_channel")

    async def _mine(self, access: Access, http: Http) -> list[dict[str, Any]]:
        client = Client.of(access, self.line(access, http))
        found = await client.get(f"{DATA}/channels", part=PARTS, mine="true", maxResults=50)
        return [each for each in dicts(found.get("items")) if each.get("id")]


def profile(channel: Mapping[str, Any]) -> Profile:
    """A profile of a Channel object."""
    known, counts = inner("snippet")(channel), inner("statistics")(channel)
    mine, handle = str(channel["id"]), str(known.get("customUrl") or "").removeprefix("@")
    pictures = inner("thumbnails")(known)
    return Profile(
        remote_id=mine,
        handle=handle or mine,
        name=str(known.get("title") or handle or mine),
        url=f"{SITE}/@{handle}" if handle else f"{SITE}/channel/{mine}",
        avatar_url=str(inner("default")(pictures).get("url") or ""),
        about=str(known.get("description") or ""),
        followers=None if counts.get("hiddenSubscriberCount") else number(counts.get("subscriberCount")),
        posts=number(counts.get("videoCount")),
        also=(mine,) if handle else (),
    )
