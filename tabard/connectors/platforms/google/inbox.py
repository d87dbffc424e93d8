"""Reviews of a location: read by the time of their last change, so that a changed one comes again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Access, Connector, Message, Messages
from tabard.connectors.families.google import Client
from tabard.connectors.http import Http
from tabard.connectors.platforms.google.publish import home
from tabard.connectors.since import Since, time_of

STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
PAGES, FIRST = 20, 50  # pages that are walked back at most; reviews of the first look


class Reading(Connector):
    """`fetch`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """Reviews changed since `cursor`."""
        client = Client.of(access, self.line(access, http))
        since = Since.read(cursor)
        found: list[Message] = []
        params: dict[str, Any] = {"pageSize": FIRST, "orderBy": "updateTime desc"}
        for _page in range(PAGES if cursor else 1):
            answer = await client.get(f"{home(access)}/reviews", **params)
            page = [
                _message(each, at)
                for each in answer.get("reviews") or ()
                if each.get("reviewId") and (at := time_of(each.get("updateTime")))
            ]
            found += page
            done = not page or (since.floor and page[-1].at < since.floor)
            if done or not answer.get("nextPageToken"):
                break
            params["pageToken"] = str(answer["nextPageToken"])
        return since.fresh(found)


def _message(review: Mapping[str, Any], at: datetime) -> Message:
    by = review.get("reviewer") or {}
    number = str(review["reviewId"])
    name = str(by.get("displayName") or "")
    return Message(
        remote_id=number,
        kind="review",
        text=str(review.get("comment") or ""),
        # Google tells no id of who reviews; a review is one person's.
        author_id=f"review {number}",
        author_handle=name or "anonymous",
        at=at,
        author_name=name,
        avatar_url=str(by.get("profilePhotoUrl") or ""),
        stars=STARS.get(str(review.get("starRating"))),
        extra={"answered": (review.get("reviewReply") or {}).get("comment", "")},
    )
