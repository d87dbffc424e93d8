"""Counts of a post: likes, reposts, replies, quotes and bookmarks. Bluesky does not know how many saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabard.connectors.base import Access
from tabard.connectors.http import Http
from tabard.connectors.platforms.bluesky.client import checked
from tabard.connectors.platforms.bluesky.connect import Calling

MOST = 25  # posts of one call
COUNTS = {
    "likes": "likeCount",
    "shares": "repostCount",
    "replies": "replyCount",
    "quotes": "quoteCount",
    "bookmarks": "bookmarkCount",
}


class Figures(Calling):
    """`metrics`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts by post, 25 posts a call; what is gone is not in the answer."""
        found: dict[str, dict[str, int]] = {}
        for start in range(0, len(remote_ids), MOST):
            params = {"uris": list(remote_ids[start : start + MOST])}
            answer = checked(await self.ask(access, http, "app.bsky.feed.getPosts", params))
            for post in answer.data().get("posts") or ():
                counts = {name: post[f] for name, f in COUNTS.items() if isinstance(post.get(f), int)}
                found[str(post["uri"])] = counts
        return found
