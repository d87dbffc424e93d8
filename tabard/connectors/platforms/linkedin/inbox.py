"""What is said to a page: comments under its posts, and posts and comments that name it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tabard.connectors.base import Access, Connector, Heard, Messages
from tabard.connectors.card import Act
from tabard.connectors.errors import Later, Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.linkedin import events, urns
from tabard.connectors.platforms.linkedin.client import Client
from tabard.connectors.platforms.linkedin.comments import taken_away
from tabard.connectors.platforms.linkedin.urns import comment_of, known, path
from tabard.connectors.since import Since
from tabard.connectors.words import _

ASKED = ",".join(events.KINDS)
BACK = timedelta(days=7)  # at the first look
KEPT = timedelta(days=59)  # what is older than 60 days is not kept there
PAGES = 5  # of one look, at most
HALVINGS = 20


class Inbox(Connector):
    """`fetch`, `moderate`, `challenge` and `hear`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """What LinkedIn noted of the page since; of a busy time only as much as can be read at once."""
        client, now = Client.of(access, self.line(access, http)), http.clock()
        since = Since.read(cursor)
        start = max(since.floor or now - BACK, now - KEPT)
        notes, end = await _noted(client, urns.author(access), start, now + timedelta(seconds=1))
        said = [message for note in notes if (message := events.message(note))]
        fresh = since.fresh(sorted(said, key=lambda each: each.at))  # of several, what holds last
        if end > now:
            return fresh
        seen = {**since.seen, **{each.remote_id: each.at.isoformat() for each in fresh.items}}
        return Messages(fresh.items, Since(end, seen).cursor([]), more=True)

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Like something, take the like back, or take a comment away."""
        client, urn = Client.of(access, self.line(access, http)), known(message)
        page = urns.author(access)
        if act is Act.DELETE:
            if comment_of(urn) is None:
                raise Refused(
                    _("This stands on somebody else's page: only they can take it away."), code="act"
                )
            await taken_away(client, page, urn)
        elif act is Act.LIKE:
            await _like(client, page, urn)
        else:
            await _unlike(client, page, urn)

    def challenge(self, query: Mapping[str, str], app: Mapping[str, str]) -> str:
        """What to answer, as JSON, when LinkedIn asks whether this address is ours: every two hours."""
        return events.challenge(query, app)

    def hear(self, headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> tuple[Heard, ...]:
        """Comments and mentions; of other notes nothing is told."""
        found = [(events.page_of(note), events.message(note)) for note in events.signed(headers, body, app)]
        return tuple(Heard(page, (said,)) for page, said in found if page and said)


async def _noted(
    client: Client, page: str, start: datetime, end: datetime
) -> tuple[list[dict[str, Any]], datetime]:
    """Every note from `start` on, and until when: where there are too many the time is halved."""
    for _halving in range(HALVINGS):
        span = f"(start:{_ms(start)},end:{_ms(end)})"
        query = f"q=criteria&actions=List({ASKED})&organizationalEntity={path(page)}&timeRange={span}"
        notes, onward = await client.listed(f"/rest/organizationalEntityNotifications?{query}", pages=PAGES)
        if not onward:
            return notes, end
        end = start + (end - start) / 2
    raise Later(_("More was said in a moment than can be read at once."), code="too_many")


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


async def _like(client: Client, page: str, urn: str) -> None:
    """There already is as good as done."""
    body = {"root": urn, "reactionType": "LIKE"}
    try:
        await client.send("POST", f"/rest/reactions?actor={path(page)}", body)
    except (Refused, Later) as error:
        if error.code not in {"conflict", "duplicate"}:
            raise


async def _unlike(client: Client, page: str, urn: str) -> None:
    try:
        await client.send("DELETE", f"/rest/reactions/(actor:{path(page)},entity:{path(urn)})")
    except Refused as refused:
        if refused.code != "gone":
            raise
