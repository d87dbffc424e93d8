"""Connecting locations: signing in with Google, and every location that the person may manage."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tabard.connectors.base import Access, Administrator, Connected, Profile
from tabard.connectors.errors import Refused, Revoked
from tabard.connectors.families import oauth
from tabard.connectors.families.google import DOOR, Client
from tabard.connectors.http import Http
from tabard.connectors.platforms.google.card import ACCOUNTS, LOCATIONS, POSTS, SCOPE
from tabard.connectors.words import _

READ = "name,title,websiteUri,profile,metadata"
_CID = re.compile(r"[?&]cid=(\d+)")


class Connecting(oauth.Entering):
    """`begin`, `finish`, `check`, `ends`, `renew`, `revoke` and `administrators`.

    An access is good for an hour; the refresh token stays until somebody ends it, for all its locations.
    """

    door, wanted = DOOR, (SCOPE,)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """Every location of every account, each once: one location may stand in several accounts."""
        session = await oauth.finish(DOOR, keep, query, http)
        client = Client.of(Access(self.card.name, "", "", "", session=session), self._open(session, http))
        found: dict[str, Connected] = {}
        async for account in client.items(f"https://{ACCOUNTS}/v1/accounts", "accounts", pageSize=20):
            url = f"https://{LOCATIONS}/v1/{account['name']}/locations"
            async for place in client.items(url, "locations", readMask=READ, pageSize=100):
                one = self._connected(account, place, session)
                found.setdefault(
                    str((place.get("metadata") or {}).get("placeId") or one.profile.remote_id), one
                )
        if not found:
            says = _("Nobody has given this Google account a location to manage.")
            raise Refused(says, code="no_location")
        return tuple(found.values())

    def _open(self, session: Mapping[str, Any], http: Http) -> Http:
        access = Access(self.card.name, "", "", "", session=dict(session))
        return self.line(access, http)

    def _connected(
        self, account: Mapping[str, Any], place: Mapping[str, Any], session: Mapping[str, Any]
    ) -> Connected:
        mine = profile(place)
        whole = {**session, "account": str(account["name"])}
        access = Access(self.card.name, f"https://{POSTS}", mine.remote_id, mine.handle, session=whole)
        return Connected(access, mine)

    async def check(self, access: Access, http: Http) -> Profile:
        """The location as it is now. Revoked where it may no longer be written to."""
        client = Client.of(access, self.line(access, http))
        try:
            place = await client.get(f"https://{LOCATIONS}/v1/locations/{access.remote_id}", readMask=READ)
        except Refused as refused:
            if refused.code != "gone":
                raise
            says = _("The location is gone, or whoever connected it no longer manages it.")
            raise Revoked(says, code="gone", raw=refused.raw) from refused
        return profile(place)

    async def administrators(self, access: Access, http: Http) -> Sequence[Administrator]:
        """Owners and managers of the location. An address is told only until an invitation is taken."""
        client = Client.of(access, self.line(access, http))
        found = await client.get(f"https://{ACCOUNTS}/v1/locations/{access.remote_id}/admins")
        return [_administrator(each) for each in found.get("admins") or ()]


def _administrator(one: Mapping[str, Any]) -> Administrator:
    said = str(one.get("admin") or "")
    address = said if "@" in said else ""
    role = str(one.get("role") or "").replace("_", " ").lower() or "manager"
    pending = " (invited)" if one.get("pendingInvitation") else ""
    return Administrator(
        str(one.get("name") or "").rpartition("/")[2],
        "" if address else said,
        email=address,
        role=role + pending,
    )


def profile(place: Mapping[str, Any]) -> Profile:
    """A profile of a Location object. Its handle is its number on the map."""
    number = str(place["name"]).rpartition("/")[2]
    known = place.get("metadata") or {}
    maps = str(known.get("mapsUri") or "")
    on_map = _CID.search(maps)
    return Profile(
        remote_id=number,
        handle=on_map.group(1) if on_map else number,
        name=str(place.get("title") or number),
        url=maps if maps.startswith("https://") else f"https://business.google.com/n/{number}",
        about=str((place.get("profile") or {}).get("description") or ""),
        also=(number,) if on_map else (),
    )
