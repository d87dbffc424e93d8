"""Reviews of a location: read by the time of their last change, so that a changed one comes again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Connector, Message, Messages
from tabard.connectors.errors import ConnectorError
from tabard.connectors.families.google import Client
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.google.publish import home

STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
PAGES, FIRST = 20, 50  # pages that are walked back at most; reviews of the first look


class Reading(Connector):
    """`fetch`."""

    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """Reviews changed since `cursor`: the newest time seen, and the ids that had it."""
        client = Client.of(access, self.line(access, http))
        since, seen = _read(cursor)
        found: list[dict[str, Any]] = []
        params: dict[str, Any] = {"pageSize": FIRST, "orderBy": "updateTime desc"}
        for _page in range(PAGES if cursor else 1):
            answer = await client.get(f"{home(access)}/reviews", **params)
            page = [each for each in answer.get("reviews") or () if each.get("updateTime")]
            found += [each for each in page if _is_new(each, since, seen)]
            done = len(found) % FIRST or not page or str(page[-1]["updateTime"]) < since
            if done or not answer.get("nextPageToken"):
                break
            params["pageToken"] = str(answer["nextPageToken"])
        found.sort(key=lambda each: str(each["updateTime"]))
        return Messages(tuple(map(_message, found)), _write(found, since, seen))


def _is_new(review: Mapping[str, Any], since: str, seen: frozenset[str]) -> bool:
    at = str(review["updateTime"])
    return at > since or (at == since and str(review.get("reviewId")) not in seen)


def _read(cursor: str) -> tuple[str, frozenset[str]]:
    try:
        since, *seen = json.loads(cursor)
        return str(since), frozenset(map(str, seen))
    except (ValueError, TypeError):
        return "", frozenset()


def _write(found: list[dict[str, Any]], since: str, seen: frozenset[str]) -> str:
    newest = max((str(each["updateTime"]) for each in found), default=since)
    there = {str(each.get("reviewId")) for each in found if each["updateTime"] == newest}
    return json.dumps([newest, *sorted(there | (seen if newest == since else frozenset()))])


def _message(review: Mapping[str, Any]) -> Message:
    by = review.get("reviewer") or {}
    at = date_of(str(review["updateTime"]))
    if at is None:
        raise ConnectorError("unreadable")  # filtered before: every review has its time
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
