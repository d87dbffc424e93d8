"""What is said under the channel's videos, and what may be done with it. There are no direct messages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from tabard.connectors.base import Access, Connector, Message, Messages
from tabard.connectors.card import Act
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.youtube.card import DATA
from tabard.connectors.platforms.youtube.client import Client, dicts, inner, number
from tabard.connectors.platforms.youtube.comments import page_of, thread_of, words_of
from tabard.connectors.since import Since, time_of

PAGES = 10  # of a hundred threads each, at most; reading stops at what is known
KEPT = 300  # threads of which it is kept how many answers they had
SHAPE = {"maxResults": 100, "textFormat": "plainText"}
STATUS = {Act.HIDE: "heldForReview", Act.SHOW: "published", Act.DELETE: "rejected", Act.BLOCK: "rejected"}


class Inbox(Connector):
    """`fetch` and `moderate`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """New threads, shown and held back, and new answers in threads that had fewer before.

        The list is in the order in which threads were begun: an answer in an old one does not move it up. So
        a whole page is looked through each time, and how many answers each thread on it had is kept.
        """
        client = Client.of(access, self.line(access, http))
        since, counts = _read(cursor)
        found: list[Message | None] = []
        now: dict[str, int] = {}
        for status in ("published", "heldForReview"):
            async for thread in _threads(client, access, status, since):
                every = await _comments(client, thread, counts, now)
                found += [_message(each, thread, access, held=status != "published") for each in every]
        told = since.fresh(each for each in found if each)
        return Messages(told.items, _write(told.cursor, {**now, **counts, **now}))

    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Hold a comment back or show it again; take it away, or it and whatever its author says later."""
        client = Client.of(access, self.line(access, http))
        if act is Act.DELETE:
            found = await client.get(f"{DATA}/comments", part="snippet", id=message)
            comment = next(iter(dicts(found.get("items"))), None)
            if comment is None:
                return
            if _author(inner("snippet")(comment)) == access.remote_id:
                await _delete(client, message)
                return
        params: dict[str, Any] = {"banAuthor": "true"} if act is Act.BLOCK else {}
        url = f"{DATA}/comments/setModerationStatus"
        await client.send("POST", url, id=message, moderationStatus=STATUS[act], **params)


async def _delete(client: Client, comment: str) -> None:
    try:
        await client.send("DELETE", f"{DATA}/comments", id=comment)
    except Refused as refused:
        if refused.code != "gone":
            raise


async def _threads(
    client: Client, access: Access, status: str, since: Since
) -> AsyncIterator[dict[str, Any]]:
    """The newest threads under all of the channel's videos: the first page, and on to what is known."""
    asked = {
        "part": "snippet,replies",
        "allThreadsRelatedToChannelId": access.remote_id,
        "order": "time",
        "moderationStatus": status,
        **SHAPE,
    }
    for _page in range(PAGES if since.floor else 1):
        found = await client.get(f"{DATA}/commentThreads", **asked)
        threads = dicts(found.get("items"))
        for thread in threads:
            yield thread
        begun = [at for each in threads if (at := _time(inner("topLevelComment")(inner("snippet")(each))))]
        if not found.get("nextPageToken") or not since.floor or (begun and min(begun) < since.floor):
            return
        asked["pageToken"] = str(found["nextPageToken"])


async def _comments(
    client: Client, thread: Mapping[str, Any], before: Mapping[str, int], now: dict[str, int]
) -> list[dict[str, Any]]:
    """The first comment and its answers: a few come with it; where there are more, and new ones, all."""
    known, name = inner("snippet")(thread), str(thread.get("id") or "")
    count, answers = (
        number(known.get("totalReplyCount")) or 0,
        dicts(inner("replies")(thread).get("comments")),
    )
    if count > len(answers) and count != before.get(name, 0):
        url = f"{DATA}/comments"
        answers = [each async for each in client.items(url, "items", part="snippet", parentId=name, **SHAPE)]
    if count:
        now[name] = count
    return [inner("topLevelComment")(known), *answers]


def _time(comment: Mapping[str, Any]) -> Any:
    return time_of(inner("snippet")(comment).get("publishedAt"))


def _author(known: Mapping[str, Any]) -> str:
    return str(inner("authorChannelId")(known).get("value") or "")


def _message(
    comment: Mapping[str, Any], thread: Mapping[str, Any], access: Access, *, held: bool
) -> Message | None:
    """A message, unless it is the channel's own or has no time."""
    known, at, name = inner("snippet")(comment), _time(comment), str(comment.get("id") or "")
    handle, author = str(known.get("authorDisplayName") or "").removeprefix("@"), _author(known)
    if not at or not name or author == access.remote_id:
        return None
    video = str(known.get("videoId") or inner("snippet")(thread).get("videoId") or "")
    return Message(
        remote_id=name,
        kind="reply",
        text=words_of(known),
        author_id=author or handle,
        author_handle=handle or author,
        at=at,
        author_name=handle,
        author_url=_https(known.get("authorChannelUrl")),
        avatar_url=_https(known.get("authorProfileImageUrl")),
        url=page_of(video, name, access.remote_id),
        reply_to=thread_of(name) if "." in name else video,
        thread=video,
        extra={"held": True} if held else {},
    )


def _https(said: Any) -> str:
    """An address of a picture or a page; YouTube writes some without what is safe."""
    address = str(said or "").replace("http://", "https://", 1)
    return address if address.startswith("https://") else ""


def _read(cursor: str) -> tuple[Since, dict[str, int]]:
    """Where reading goes on, and how many answers each thread had; anything else begins anew."""
    try:
        found = json.loads(cursor)
        counts = {str(name): int(count) for name, count in found["answers"].items()}
        return Since.read(str(found["since"])), counts
    except (ValueError, TypeError, KeyError, AttributeError):
        return Since(), {}


def _write(since: str, counts: Mapping[str, int]) -> str:
    return json.dumps({"since": since, "answers": dict(list(counts.items())[:KEPT])}) if since else ""
