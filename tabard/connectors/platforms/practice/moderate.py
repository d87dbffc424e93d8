"""What a channel does with what was said to it on Practice: hide, like, take away, block."""

from __future__ import annotations

import re
from urllib.parse import quote

from tabard.connectors.base import Access, Connector
from tabard.connectors.card import Act
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.practice.client import Client
from tabard.connectors.platforms.practice.publish import MESSAGE
from tabard.connectors.words import _

WHERE = {
    Act.HIDE: ("PUT", "/api/posts/{id}/hidden"),
    Act.SHOW: ("DELETE", "/api/posts/{id}/hidden"),
    Act.LIKE: ("PUT", "/api/posts/{id}/like"),
    Act.UNLIKE: ("DELETE", "/api/posts/{id}/like"),
    Act.DELETE: ("DELETE", "/api/comments/{id}"),
}
ID = re.compile(rf"({MESSAGE})?[0-9]+")
BLOCKS = {Act.BLOCK: "PUT", Act.UNBLOCK: "DELETE"}


class Moderating(Connector):
    """`moderate`."""

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """One call that the network takes again without harm; another before it if the author is unknown."""
        client = Client.of(access, self.line(access, http))
        if not ID.fullmatch(message):
            raise Refused(_("It is not there, or no longer."), code="gone")
        if act in BLOCKS:
            who = author or await _author(client, message)
            await client.call(BLOCKS[act], f"/api/blocked/{quote(who, safe='')}")
            return
        if message.startswith(MESSAGE):
            raise Refused(
                _("A private message can only be answered here, and its author blocked."), code="message"
            )
        method, path = WHERE[act]
        await client.call(method, path.format(id=message))


async def _author(client: Client, message: str) -> str:
    """Who said something, by its id; there is none of a message that the network no longer tells of."""
    if not message.startswith(MESSAGE):
        found = await client.get(f"/api/posts/{message}")
        return str(found["author"]["handle"])
    told = (await client.get("/api/messages")).get("messages") or ()
    for each in told:
        if each["id"] == message and not each["outgoing"]:
            return str(each["with"])
    raise Refused(_("It is not there, or no longer."), code="gone")
