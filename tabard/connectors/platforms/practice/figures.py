"""Counts of posts on Practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabard.connectors.base import Access, Connector
from tabard.connectors.http import Http
from tabard.connectors.platforms.practice.client import Client

AT_ONCE = 200


class Figures(Connector):
    """`metrics`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Likes and comments; nothing can be shared on Practice."""
        client, found = Client.of(access, self.line(access, http)), {}
        posts = [remote_id for remote_id in remote_ids if remote_id.isdigit()]
        for start in range(0, len(posts), AT_ONCE):
            counted = await client.get("/api/figures", {"ids": ",".join(posts[start : start + AT_ONCE])})
            for remote_id, counts in counted.items():
                found[remote_id] = {"likes": counts["likes"], "replies": counts["comments"], "shares": 0}
        return found
