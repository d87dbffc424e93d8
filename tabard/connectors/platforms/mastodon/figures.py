"""Counts of a post. Mastodon tells likes, boosts, answers and quotes; nobody knows how many saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabard.connectors.base import Access, Connector
from tabard.connectors.http import Http
from tabard.connectors.platforms.mastodon.client import Client, checked, one

COUNTS = {
    "likes": "favourites_count",
    "shares": "reblogs_count",
    "replies": "replies_count",
    "quotes": "quotes_count",
}


class Figures(Connector):
    """`metrics`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts by post, one call each: not every server answers for many at once."""
        client = Client.of(access, self.line(access, http))
        found = {}
        for remote_id in remote_ids:
            answer = await client.get(one("/api/v1/statuses", remote_id))
            if answer.status in {404, 410}:
                continue
            status = checked(answer).data()
            found[remote_id] = {
                n: int(status[field]) for n, field in COUNTS.items() if isinstance(status.get(field), int)
            }
        return found
