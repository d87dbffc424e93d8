"""Publishing on Instagram: a container is made and waited for, and shown by one call.

No key makes a repeat harmless, but the container says whether it was published.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tabard.connectors.base import (
    CANNOT_TELL,
    NOT_THERE,
    Access,
    Connector,
    Outgoing,
    Published,
    State,
    Verdict,
)
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import ConnectorError, Refused
from tabard.connectors.families.meta import Graph, list_of
from tabard.connectors.families.meta_containers import PUBLISHED, UNKNOWN, room
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.instagram import comments
from tabard.connectors.platforms.instagram.card import CARD, COMMENT, STORY
from tabard.connectors.platforms.instagram.client import containers, graph, page_of
from tabard.connectors.platforms.instagram.containing import contained, sent
from tabard.connectors.platforms.instagram.texts import CAPTION
from tabard.connectors.since import time_of
from tabard.connectors.verdict import refuse_unfit

EARLY = timedelta(minutes=1)  # by which their clock may differ from ours


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """A finished container. One that is there already is taken as long as it can be published."""
        refuse_misfits(self.card, outgoing, access.limits)
        place = self.card.placement(outgoing.placement)
        if place.shows_text:
            refuse_unfit(full_text(place, outgoing), CAPTION)
        there = graph(access, self.line(access, http))
        state = {"begun": http.clock().isoformat(), **state}
        if place is COMMENT:
            return await comments.prepared(there, outgoing, state)
        made = containers(access, there)
        if not await made.lasts(str(state.get("container") or "")):
            await _room(access, there)
            state = await contained(access, there, made, outgoing, state)
        elif address := str(state.get("address") or ""):
            await sent(there, outgoing.media[0], state["container"], address, state)
        await made.ready(state["container"], state)
        return {**state, "address": ""}

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Show it."""
        there = graph(access, self.line(access, http))
        if outgoing.placement == COMMENT.name:
            return await comments.committed(access, there, outgoing, state)
        post = await containers(access, there).show(str(state.get("container") or ""))
        return Published(post, await _address(there, access, post))

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Ask the container; if it was published, or is forgotten, look among the profile's own posts."""
        there = graph(access, self.line(access, http))
        if outgoing.placement == COMMENT.name:
            return await comments.found(access, there, outgoing, state)
        container = str(state.get("container") or "")
        if not container:
            return CANNOT_TELL
        word, _why = await containers(access, there).look(container)
        if word not in {PUBLISHED, UNKNOWN}:
            return NOT_THERE
        found = await _same(access, there, outgoing, str(state.get("begun") or ""))
        if len(found) != 1:
            return CANNOT_TELL
        return Published(str(found[0]["id"]), str(found[0].get("permalink") or page_of(access)))

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away. What is not found is gone, if the access itself still works."""
        there = graph(access, self.line(access, http))
        try:
            await there.delete(remote_id)
        except Refused as refused:
            if refused.code != "gone":
                raise
            await there.get(access.remote_id, fields="id")


async def _room(access: Access, there: Graph) -> None:
    """Raise Limited if the profile's posts of a day are used up."""
    found = await there.get(f"{access.remote_id}/content_publishing_limit", fields="quota_usage,config")
    for each in list_of(found):
        room(each, "quota_usage", "config", there)


async def _same(access: Access, there: Graph, outgoing: Outgoing, begun: str) -> list[dict[str, Any]]:
    """Own posts of the same words and the same kind, not older than the delivery."""
    since = date_of(begun)
    if since is None:
        return []
    place = CARD.placement(outgoing.placement)
    edge = "stories" if place is STORY else "media"
    fields = "id,caption,timestamp,permalink,media_type"
    found = await there.items(f"{access.remote_id}/{edge}", fields=fields, limit=50)
    text, kind = _plain(full_text(place, outgoing) if place.shows_text else ""), _kind(outgoing)
    return [
        post
        for post in found
        if _plain(str(post.get("caption") or "") if place.shows_text else "") == text
        and str(post.get("media_type")) == kind
        and (at := time_of(post.get("timestamp")))
        and at >= since - EARLY
    ]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _kind(outgoing: Outgoing) -> str:
    """What the platform calls a post with such files when it is read back."""
    if len(outgoing.media) > 1:
        return "CAROUSEL_ALBUM"
    return outgoing.media[0].kind.upper()


async def _address(there: Graph, access: Access, post: str) -> str:
    """The post's own page; the profile's where that is not to be had, for the post itself is there."""
    try:
        found = await there.get(post, fields="permalink")
    except ConnectorError:
        return page_of(access)
    return str(found.get("permalink") or page_of(access))
