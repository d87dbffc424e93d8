"""What is said to the account, and figures of its posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Figure, Message, Messages
from tabard.connectors.http import Http
from tabard.connectors.platforms.reddit.card import SITE
from tabard.connectors.platforms.reddit.client import Client
from tabard.connectors.since import Since

PAGE, PAGES, AT_ONCE = 100, 10, 100
KINDS = {"username_mention": "mention", "comment_reply": "reply", "post_reply": "reply"}


class Reading(Connector):
    """`fetch`, `metrics` and `figures`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """What came into the inbox since `cursor`."""
        client = Client.of(access, self.line(access, http))
        since = Since.read(cursor)
        found: list[Message] = []
        params: dict[str, Any] = {"limit": PAGE, "mark": "false"}
        for _page in range(PAGES if cursor else 1):
            things = await client.things("/message/inbox", **params)
            found += [_message(each) for each in things if each.get("name")]
            if len(things) < PAGE or (since.floor and _at(things[-1]) < since.floor):
                break
            params["after"] = str(things[-1]["name"])
        return since.fresh(found)

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Votes, comments and crossposts of each post; the score is netted and blurred there."""
        client = Client.of(access, self.line(access, http))
        found: dict[str, dict[str, int]] = {}
        for at in range(0, len(remote_ids), AT_ONCE):
            things = await client.things("/api/info", id=",".join(remote_ids[at : at + AT_ONCE]))
            found |= {
                str(each["name"]): _counts(each) for each in things if each.get("author") != "[deleted]"
            }
        return found

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """The account's figures as they are now; Reddit keeps none by day."""
        me = await Client.of(access, self.line(access, http)).get("/api/v1/me")
        about = me.get("subreddit") or {}
        known = (
            ("subreddit.subscribers", about.get("subscribers"), "followers"),
            ("total_karma", me.get("total_karma"), ""),
        )
        return [Figure(theirs, value, ours) for theirs, value, ours in known if isinstance(value, int)]


def _counts(post: Mapping[str, Any]) -> dict[str, int]:
    names = {"likes": "score", "replies": "num_comments", "shares": "num_crossposts"}
    return {ours: int(post.get(theirs) or 0) for ours, theirs in names.items()}


def _at(thing: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(thing.get("created_utc") or 0), UTC)


def _message(thing: Mapping[str, Any]) -> Message:
    direct = thing.get("kind") == "t4"
    author = str(thing.get("author") or "[deleted]")
    context = str(thing.get("context") or "")
    return Message(
        remote_id=str(thing["name"]),
        kind="direct" if direct else KINDS.get(str(thing.get("type")), "mention"),
        text=str(thing.get("body") or ""),
        author_id=str(thing.get("author_fullname") or author),
        author_handle=author,
        at=_at(thing),
        author_url="" if author == "[deleted]" else f"{SITE}/user/{author}/",
        url=SITE + context if context.startswith("/") else "",
        reply_to=str(thing.get("parent_id") or "")
        if thing.get("type") in {"comment_reply", "post_reply"}
        else "",
        thread=str(thing.get("link_id") or thing.get("first_message_name") or ""),
        extra={"subject": str(thing.get("subject") or ""), "subreddit": str(thing.get("subreddit") or "")},
    )
