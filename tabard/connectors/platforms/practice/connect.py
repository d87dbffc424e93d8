"""Connecting a channel: its network's address and its token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Connected, Connector, Profile, place_of
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.practice.client import Client
from tabard.connectors.words import _


class Connecting(Connector):
    """`connect` and `check`."""

    async def connect(self, fields: Mapping[str, str], http: Http) -> Connected:
        """Whose token this is."""
        base, token = server_url(fields.get("server", "")), fields.get("token", "").strip()
        access = Access(self.card.name, base, "", "", {"token": token})
        found = profile(await Client.of(access, self.line(access, http)).get("/api/me"))
        return Connected(Access(self.card.name, base, found.remote_id, found.handle, access.secret), found)

    async def check(self, access: Access, http: Http) -> Profile:
        """The channel as it is now."""
        return profile(await Client.of(access, self.line(access, http)).get("/api/me"))


def server_url(written: str) -> str:
    """The network's address of what a person wrote; without a scheme it is taken for https."""
    text = written.strip()
    text = text if "://" in text else f"https://{text}"
    scheme, _sep, rest = text.partition("://")
    host = rest.partition("/")[0]
    if scheme not in {"https", "http"} or "@" in host or not place_of(f"{scheme}://{host}"):
        raise Refused(_("%(server)s is no server's name."), code="server", server=written[:100])
    return f"{scheme}://{host.lower()}"


def profile(found: Mapping[str, Any]) -> Profile:
    """A channel of Practice; its handle never changes, so it is its id as well."""
    counts = found.get("counts") or {}
    return Profile(
        remote_id=str(found["handle"]),
        handle=str(found["handle"]),
        name=str(found.get("name") or ""),
        url=str(found.get("url") or ""),
        avatar_url=str(found.get("avatar") or ""),
        about=str(found.get("about") or ""),
        followers=counts.get("followers"),
        posts=counts.get("posts"),
    )
