"""What people say to the channel: mentions, answers, quotes and direct posts, from its notifications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Message, Messages, place_of
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.mastodon.client import Client, checked
from tabard.connectors.platforms.mastodon.plain import plain, whole

PAGE = 40
PAGES = 25  # how far it is gone back at once
KINDS = ("mention", "quote")


class Inbox(Connector):
    """`fetch`. Answers go out through Publishing, with `reply_to`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """Notifications that are newer than `cursor` (a notification's id), oldest first."""
        client = Client.of(access, self.line(access, http))
        page = await _page(client, {"min_id": cursor} if cursor else {})
        every = {str(item["id"]): item for item in page}
        if cursor and page and all(_rank(item["id"]) > _rank(cursor) for item in page):
            await _older(client, every, cursor)
        # A server may not know `min_id`, nor keep to the order.
        new = sorted((i for i in every.values() if _rank(i["id"]) > _rank(cursor)), key=_place)
        messages = [
            message(item, access, http.clock())
            for item in new
            if item.get("type") in KINDS and item.get("status")
        ]
        last = str(new[-1]["id"]) if new else cursor
        return Messages(tuple(messages), last, more=bool(cursor and new) and len(page) >= PAGE)


async def _page(client: Client, where: Mapping[str, str]) -> list[dict[str, Any]]:
    params: dict[str, Any] = {"types[]": list(KINDS), "limit": PAGE, **where}
    answer = await client.get("/api/v1/notifications", params)
    if answer.status in {400, 422}:  # a server that does not know all of it
        answer = await client.get("/api/v1/notifications", dict(where) or None)
    return [item for item in checked(answer).items() if item.get("id")]


async def _older(client: Client, every: dict[str, dict[str, Any]], cursor: str) -> None:
    """Add what lies between `cursor` and `every`.

    A server that ignores `min_id` gives the newest instead, and all before them would be passed over. One
    that knows it has nothing there. What cannot be turned back is not asked for again.
    """
    for _turn in range(PAGES):
        oldest = min(every.values(), key=_place)
        page = await _page(client, {"max_id": str(oldest["id"]), "since_id": cursor})
        new = {str(item["id"]): item for item in page if str(item["id"]) not in every}
        every |= new
        if not new or any(_rank(identifier) <= _rank(cursor) for identifier in new):
            return


def _place(item: Mapping[str, Any]) -> tuple[int, str]:
    return _rank(item["id"])


def _rank(identifier: Any) -> tuple[int, str]:
    """Ids in their order: numbers by size; the letters of Pleroma and GoToSocial are of equal length."""
    text = str(identifier).lstrip("0")
    return len(text), text


def message(item: Mapping[str, Any], access: Access, now: datetime) -> Message:
    """A message of a Notification that has a status."""
    status: Mapping[str, Any] = item["status"]
    author: Mapping[str, Any] = status.get("account") or item.get("account") or {}
    name = str(author.get("acct") or author.get("username") or "")
    at = date_of(str(status.get("created_at") or item.get("created_at") or ""))
    return Message(
        remote_id=str(status["id"]),
        kind=_kind(item, status, access),
        text=plain(str(status.get("content") or "")),
        author_id=str(author.get("id") or ""),
        author_handle=name if "@" in name else f"{name}@{_domain(access)}",
        at=at or now,
        author_name=str(author.get("display_name") or name),
        author_url=whole(author.get("url"), access.base_url),
        avatar_url=whole(author.get("avatar"), access.base_url),
        url=whole(status.get("url") or status.get("uri"), access.base_url),
        reply_to=str(status.get("in_reply_to_id") or ""),
        language=str(status.get("language") or ""),
        extra={name: str(status.get(name) or "") for name in ("visibility", "spoiler_text")},
    )


def _domain(access: Access) -> str:
    """That of the handles of the channel's server, which may be another than the server's own."""
    return access.handle.partition("@")[2] or place_of(access.base_url)


def _kind(item: Mapping[str, Any], status: Mapping[str, Any], access: Access) -> str:
    if status.get("visibility") == "direct":
        return "direct"
    if item.get("type") == "quote":
        return "quote"
    ours = str(status.get("in_reply_to_account_id") or "") == access.remote_id
    return "reply" if ours else "mention"
