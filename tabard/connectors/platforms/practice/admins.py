"""Who administers a channel on Practice."""

from __future__ import annotations

from collections.abc import Sequence

from tabard.connectors.base import Access, Administrator, Connector
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.practice.client import Client


class Admins(Connector):
    """`administrators`."""

    async def administrators(self, access: Access, http: Http) -> Sequence[Administrator]:
        """The whole list in one call; people have one name there, which is their id and their handle."""
        found = await Client.of(access, self.line(access, http)).get("/api/administrators")
        return [
            Administrator(
                remote_id=str(one["id"]),
                name=str(one.get("name") or ""),
                handle=str(one["id"]),
                email=str(one.get("email") or ""),
                role=str(one.get("role") or ""),
                since=date_of(str(one.get("since") or "")),
            )
            for one in found.get("administrators") or ()
        ]
