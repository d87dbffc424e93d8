"""What stands on a page: its posts, its Stories, the comments under something."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Access, Outgoing, Published, State, Verdict
from tabard.connectors.families.meta import Graph, list_of
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.facebook.card import COMMENT, STORY
from tabard.connectors.platforms.facebook.client import address_in
from tabard.connectors.since import time_of

EARLY = timedelta(minutes=1)  # by which their clock may differ from ours
LATELY = timedelta(minutes=10)
POSTS = "id,message,created_time,permalink_url,attachments{media_type}"
COMMENTS = "id,message,created_time,permalink_url,from{id}"
STORIES = "post_id,media_id,creation_time,url"


async def there_now(access: Access, there: Graph, outgoing: Outgoing) -> list[str]:
    """Ids of what could be taken for this post later: what came so lately that its time tells nothing."""
    items, _goes_on = await _listed(access, there, outgoing)
    since = there.http.clock() - LATELY
    return [str(each["id"]) for each in items if each.get("id") and (at := _at(each)) and at >= since]


async def found(
    access: Access, there: Graph, outgoing: Outgoing, state: State, text: str
) -> Published | Verdict:
    """The one thing of the same words and kind that was not there before; of several nobody can tell."""
    since, before = date_of(str(state.get("begun") or "")), state.get("before")
    if since is None or not isinstance(before, list):
        return CANNOT_TELL
    items, goes_on = await _listed(access, there, outgoing)
    oldest = min((at for each in items if (at := _at(each))), default=None)
    mine = [
        each
        for each in items
        if str(each.get("id")) not in before
        and (at := _at(each))
        and at >= since - EARLY
        and _is_it(access, each, outgoing, state, text)
    ]
    if len(mine) == 1:
        return Published(str(mine[0]["id"]), address_in(mine[0], access))
    hidden = goes_on and (oldest is None or oldest > since - EARLY)
    return CANNOT_TELL if mine or hidden else NOT_THERE


def _at(each: dict[str, Any]) -> datetime | None:
    return time_of(each.get("created_time") or each.get("creation_time"))


async def _listed(access: Access, there: Graph, outgoing: Outgoing) -> tuple[list[dict[str, Any]], bool]:
    """The newest things where this one goes, and whether the list goes on."""
    own = access.remote_id
    if outgoing.placement == STORY.name:
        page = await there.get(f"{own}/stories", fields=STORIES, limit=100)
        items = [{**each, "id": each.get("post_id")} for each in list_of(page)]
    elif outgoing.placement == COMMENT.name:
        order = {"filter": "stream", "order": "reverse_chronological"}
        page = await there.get(f"{outgoing.reply_to}/comments", fields=COMMENTS, limit=100, **order)
        items = list_of(page)
    else:
        page = await there.get(f"{own}/published_posts", fields=POSTS, limit=100)
        items = list_of(page)
    paging = page.get("paging")
    return items, isinstance(paging, dict) and bool(paging.get("next"))


def _is_it(access: Access, each: dict[str, Any], outgoing: Outgoing, state: State, text: str) -> bool:
    if outgoing.placement == STORY.name:
        return str(each.get("media_id")) in {str(number) for number in (state.get("photos") or {}).values()}
    if str(each.get("message") or "").split() != text.split():
        return False
    if outgoing.placement == COMMENT.name:
        author = each.get("from")
        return isinstance(author, dict) and str(author.get("id")) == access.remote_id
    return _has_pictures(each) == bool(outgoing.media)


def _has_pictures(each: dict[str, Any]) -> bool:
    attached = each.get("attachments")
    kinds = {str(one.get("media_type")) for one in list_of(attached)} if isinstance(attached, dict) else set()
    return bool(kinds & {"photo", "album"})
