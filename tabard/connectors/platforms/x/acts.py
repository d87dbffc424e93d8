"""What a channel may do with answers to its posts: hide them, and show them again."""

from __future__ import annotations

from tabard.connectors.base import Access, Connector
from tabard.connectors.card import Act
from tabard.connectors.http import Http
from tabard.connectors.platforms.x.client import Client


class Acts(Connector):
    """`moderate`."""

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Hide an answer below one of the channel's posts, or show it. It may be said again."""
        client = Client.of(access, self.line(access, http))
        await client.call("PUT", f"/2/tweets/{message}/hidden", json={"hidden": act is Act.HIDE})
