"""Figures of posts and of the account, under TikTok's names and ours. There are none by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.tiktok.client import Client, is_number
from tabard.connectors.platforms.tiktok.progress import ask

AT_ONCE = 20  # posts in one question; and numbers of uploads asked about in one go, of 30 a minute
POST = {"like_count": "likes", "share_count": "shares", "comment_count": "replies", "view_count": "views"}
ACCOUNT = {
    "follower_count": "followers",
    "following_count": "follows",
    "video_count": "posts",
    "likes_count": "",
}


class Measuring(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts of each public post. Of one known by its upload only, its own number is asked for first."""
        client = Client.of(access, self.line(access, http))
        theirs = {number: number for number in remote_ids if is_number(number)}
        theirs |= await _numbers(client, [each for each in remote_ids if not is_number(each)][-AT_ONCE:])
        counted = await _counted(client, list(dict.fromkeys(theirs.values())))
        return {ours: counted[post] for ours, post in theirs.items() if post in counted}

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """The account's numbers as they are now."""
        client = Client.of(access, self.line(access, http))
        user = (await client.get("/user/info/", tuple(ACCOUNT))).get("user")
        known: Mapping[str, Any] = user if isinstance(user, dict) else {}
        return [
            Figure(theirs, known[theirs], ours)
            for theirs, ours in ACCOUNT.items()
            if type(known.get(theirs)) is int
        ]


async def _numbers(client: Client, uploads: Iterable[str]) -> dict[str, str]:
    """The posts that came of uploads, for those that are public by now."""
    found = {}
    for upload in uploads:
        try:
            post = (await ask(client, upload)).post
        except Refused:  # long forgotten there
            continue
        if post:
            found[upload] = post
    return found


async def _counted(client: Client, posts: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for at in range(0, len(posts), AT_ONCE):
        body = {"filters": {"video_ids": posts[at : at + AT_ONCE]}}
        answer = await client.post("/video/query/", body, fields=("id", *POST))
        for video in answer.get("videos") or ():
            if isinstance(video, dict) and video.get("id"):
                found[str(video["id"])] = {ours: _count(video.get(name)) for name, ours in POST.items()}
    return found


def _count(value: Any) -> int:
    return value if type(value) is int else 0
