"""What is said to the account, and figures of its posts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Figure, Message, Messages
from tabard.connectors.http import Http
from tabard.connectors.platforms.reddit.card import SITE
from tabard.connectors.platforms.reddit.client import Client

PAGE, PAGES, AT_ONCE = 100, 10, 100
KINDS = {"username_mention": "mention", "comment_reply": "reply", "post_reply": "reply"}


class Reading(Connector):
    """`fetch`, `metrics` and `figures`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """The inbox since `cursor`: the newest second seen, and the names of what came in it."""
        client = Client.of(access, self.line(access, http))
        since, seen = _read(cursor)
        found: list[dict[str, Any]] = []
        params: dict[str, Any] = {"limit": PAGE, "mark": "false"}
        for _page in range(PAGES if cursor else 1):
            things = await client.things("/message/inbox", **params)
            found += [each for each in things if _is_new(each, since, seen)]
            if len(things) < PAGE or _at(things[-1]) < since:
                break
            params["after"] = str(things[-1]["name"])
        found.sort(key=lambda each: (_at(each), str(each["name"])))
        return Messages(tuple(map(_message, found)), _write(found, since, seen))

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


def _at(thing: Mapping[str, Any]) -> float:
    return float(thing.get("created_utc") or 0)


def _is_new(thing: Mapping[str, Any], since: float, seen: frozenset[str]) -> bool:
    return bool(thing.get("name")) and (
        _at(thing) > since or (_at(thing) == since and str(thing["name"]) not in seen)
    )


def _read(cursor: str) -> tuple[float, frozenset[str]]:
    try:
        since, *seen = json.loads(cursor)
        return float(since), frozenset(map(str, seen))
    except (ValueError, TypeError):
        return 0.0, frozenset()


def _write(found: list[dict[str, Any]], since: float, seen: frozenset[str]) -> str:
    newest = max((_at(each) for each in found), default=since)
    there = {str(each["name"]) for each in found if _at(each) == newest}
    return json.dumps([newest, *sorted(there | (seen if newest == since else frozenset()))])


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
        at=datetime.fromtimestamp(_at(thing), UTC),
        author_url="" if author == "[deleted]" else f"{SITE}/user/{author}/",
        url=SITE + context if context.startswith("/") else "",
        reply_to=str(thing.get("parent_id") or "")
        if thing.get("type") in {"comment_reply", "post_reply"}
        else "",
        thread=str(thing.get("link_id") or thing.get("first_message_name") or ""),
        extra={"subject": str(thing.get("subject") or ""), "subreddit": str(thing.get("subreddit") or "")},
    )
