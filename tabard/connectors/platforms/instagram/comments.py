"""Comments of ours: under a post, or as an answer to somebody's comment, which is another address there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Access, Outgoing, Published, State, Verdict
from tabard.connectors.checks import full_text
from tabard.connectors.errors import Refused
from tabard.connectors.families.meta import Graph, id_of, list_of
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.instagram.card import COMMENT
from tabard.connectors.platforms.instagram.client import page_of
from tabard.connectors.since import time_of

EARLY = timedelta(minutes=1)


async def prepared(there: Graph, outgoing: Outgoing, state: State) -> State:
    """Is it a post or a comment that is answered? Only a post has a kind of file."""
    if state.get("edge"):
        return state
    try:
        await there.get(outgoing.reply_to, fields="id,media_product_type")
    except Refused as refused:
        if refused.code != "100":
            raise
        return {**state, "edge": "replies"}
    return {**state, "edge": "comments"}


async def committed(access: Access, there: Graph, outgoing: Outgoing, state: State) -> Published:
    """Say it. No fields are asked for: that call was seen to fail after the comment was made."""
    text = full_text(COMMENT, outgoing)
    sent = await there.post(f"{outgoing.reply_to}/{state['edge']}", commit=True, message=text)
    return Published(id_of(sent, commit=True), page_of(access))


async def found(access: Access, there: Graph, outgoing: Outgoing, state: State) -> Published | Verdict:
    """Look among what stands there for the same words of our own, not older than the delivery."""
    since = date_of(str(state.get("begun") or ""))
    if since is None or not state.get("edge"):
        return CANNOT_TELL
    fields = "id,text,timestamp,username"
    page = await there.get(f"{outgoing.reply_to}/{state['edge']}", fields=fields, limit=50)
    text = full_text(COMMENT, outgoing)
    same = [
        each
        for each in list_of(page)
        if str(each.get("text") or "").split() == text.split()
        and each.get("username") == access.handle
        and (at := time_of(each.get("timestamp")))
        and at >= since - EARLY
    ]
    if len(same) == 1:
        return Published(str(same[0]["id"]), page_of(access))
    return CANNOT_TELL if same or _goes_on(page) else NOT_THERE


def _goes_on(page: dict[str, Any]) -> bool:
    paging = page.get("paging")
    return isinstance(paging, dict) and bool(paging.get("next"))
