"""What is said to a profile: answers under its posts, and posts that name it; no direct messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Heard, Message, Messages
from tabard.connectors.card import Act
from tabard.connectors.families.meta import Graph, flat, list_of
from tabard.connectors.families.meta_events import challenge, signed
from tabard.connectors.http import Http
from tabard.connectors.platforms.threads.client import graph
from tabard.connectors.since import Since, time_of

FIELDS = (
    "id,text,timestamp,username,permalink,is_reply,is_reply_owned_by_me,root_post,replied_to,is_quote_post"
)
POSTS = 25  # own posts whose answers are read, the newest first
PAGES = 4  # of one list, at most


class Inbox(Connector):
    """`fetch`, `moderate`, `challenge` and `hear`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """What is new in each list: the mentions, and the answers under each of the newest posts."""
        there = graph(access, self.line(access, http))
        since = Since.read(cursor)
        edges = ["me/mentions", *await _answered(there)]
        items = [item for edge in edges for item in await _new(there, edge, since.floor)]
        return since.fresh(message for item in items if (message := _message(item, access.handle)))

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Hide an answer under a post of ours, or show it again."""
        there = graph(access, self.line(access, http))
        await there.post(f"{message}/manage_reply", hide=flat(act is Act.HIDE))

    def challenge(self, query: Mapping[str, str], app: Mapping[str, str]) -> str:
        """What to answer when Threads asks whether this address is ours."""
        return challenge(query, app)

    def hear(self, headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> tuple[Heard, ...]:
        """Answers under posts of ours. Of other events nothing says whose channel they are about."""
        values = signed(headers, body, app).get("values")
        found = []
        for each in values if isinstance(values, list) else [values]:
            value = each.get("value") if isinstance(each, dict) and each.get("field") == "replies" else None
            root = value.get("root_post") if isinstance(value, dict) else None
            owner = str(root.get("owner_id") or "") if isinstance(root, dict) else ""
            if (
                owner
                and value
                and root
                and (message := _message(value, str(root.get("username") or ""), "reply"))
            ):
                found.append(Heard(owner, (message,)))
        return tuple(found)


async def _answered(there: Graph) -> list[str]:
    """Where the answers stand: under each of the newest posts that has any."""
    posts = await there.items("me/threads", fields="id,has_replies", limit=POSTS)
    return [f"{post['id']}/conversation" for post in posts if post.get("has_replies") and post.get("id")]


async def _new(there: Graph, edge: str, since: datetime | None) -> list[dict[str, Any]]:
    """The items of a list that are not older than `since`; its first page if there is none."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for _page in range(PAGES if since else 1):
        page = await there.get(edge, fields=FIELDS, limit=50, **_newest_first(edge), **after)
        items = list_of(page)
        found += items
        oldest = min((at for each in items if (at := time_of(each.get("timestamp")))), default=None)
        onward = _onward(page)
        if not onward or since is None or oldest is None or oldest < since:
            break
        after = {"after": onward}
    return found


def _newest_first(edge: str) -> dict[str, str]:
    return {"reverse": "true"} if edge.endswith("/conversation") else {}


def _onward(page: Mapping[str, Any]) -> str:
    paging = page.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    return str(cursors.get("after") or "") if isinstance(cursors, dict) else ""


def _message(item: Mapping[str, Any], own: str, kind: str = "") -> Message | None:
    """A message, unless it is the profile's own or has no time."""
    at, handle = time_of(item.get("timestamp")), str(item.get("username") or "")
    if not at or not item.get("id") or item.get("is_reply_owned_by_me") or (own and handle == own):
        return None
    return Message(
        remote_id=str(item["id"]),
        kind=kind or _kind(item),
        text=str(item.get("text") or ""),
        author_id=handle,  # Threads gives no other id of somebody else
        author_handle=handle,
        at=at,
        author_url=f"https://www.threads.com/@{handle}" if handle else "",
        url=str(item.get("permalink") or ""),
        reply_to=_id_in(item, "replied_to"),
        thread=_id_in(item, "root_post"),
    )


def _kind(item: Mapping[str, Any]) -> str:
    if item.get("is_reply") or item.get("replied_to"):
        return "reply"
    return "quote" if item.get("is_quote_post") else "mention"


def _id_in(item: Mapping[str, Any], name: str) -> str:
    inner = item.get(name)
    return str(inner.get("id") or "") if isinstance(inner, dict) else ""
