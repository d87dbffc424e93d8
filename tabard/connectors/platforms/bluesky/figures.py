"""Counts of a post (Bluesky does not know how many saw it), and of the channel as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tabard.connectors.base import Access, Figure
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
OF_PROFILE = {"followersCount": "followers", "followsCount": "follows", "postsCount": "posts"}


class Figures(Calling):
    """`metrics` and `figures`."""

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

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """What the profile counts now; there are no figures of days."""
        answer = await self.ask(access, http, "app.bsky.actor.getProfile", {"actor": access.remote_id})
        found = checked(answer).data()
        return [
            Figure(name, found[name], ours)
            for name, ours in OF_PROFILE.items()
            if type(found.get(name)) is int
        ]
