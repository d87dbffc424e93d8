"""Figures of posts and of the channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.http import Http
from tabard.connectors.platforms.x.client import Client, many, one

AT_ONCE = 100
OURS = {
    "like_count": "likes",
    "repost_count": "shares",
    "retweet_count": "shares",  # the name before it was changed, in 2026
    "reply_count": "replies",
    "quote_count": "quotes",
    "bookmark_count": "bookmarks",
    "impression_count": "views",
}
OF_CHANNEL = {
    "followers_count": "followers",
    "following_count": "",
    "post_count": "posts",
    "tweet_count": "posts",
    "listed_count": "",
}


class Figures(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts per post, as everybody sees them."""
        client = Client.of(access, self.line(access, http))
        found: dict[str, Mapping[str, int]] = {}
        for start in range(0, len(remote_ids), AT_ONCE):
            ids = ",".join(remote_ids[start : start + AT_ONCE])
            posts = many(await client.get("/2/tweets", ids=ids, **{"post.fields": "public_metrics"}))
            found |= {str(post["id"]): _counts(post.get("public_metrics") or {}) for post in posts}
        return found

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """What holds now; X keeps no days of it."""
        client = Client.of(access, self.line(access, http))
        me = one(await client.get("/2/users/me", **{"user.fields": "public_metrics"}))
        counts = me.get("public_metrics") or {}
        return [
            Figure(theirs, counts[theirs], ours)
            for theirs, ours in OF_CHANNEL.items()
            if isinstance(counts.get(theirs), int)
        ]


def _counts(counts: Mapping[str, object]) -> dict[str, int]:
    return {ours: n for theirs, ours in OURS.items() if isinstance(n := counts.get(theirs), int)}
