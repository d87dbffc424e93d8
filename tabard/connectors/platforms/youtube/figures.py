"""Figures of videos and of the channel. What is counted by day comes two or three days late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tabard.connectors.base import Access, Connector, Figure
from tabard.connectors.errors import Refused, Revoked
from tabard.connectors.http import Http
from tabard.connectors.platforms.youtube.card import DATA, FIGURES
from tabard.connectors.platforms.youtube.client import NEWEST, VIDEO_ID, Client, dicts, inner, number

COUNTS = {"viewCount": "views", "likeCount": "likes", "commentCount": "replies"}
# What the Data API does not have of a video.
BESIDES = {"shares": "shares", "estimatedMinutesWatched": "minutes_watched", "subscribersGained": "follows"}
DAILY = {
    "views": "views",
    "estimatedMinutesWatched": "",
    "averageViewDuration": "",
    "likes": "likes",
    "comments": "replies",
    "shares": "shares",
    "subscribersGained": "",
    "subscribersLost": "",
}
CHANNEL = {"subscriberCount": "followers", "viewCount": "", "videoCount": ""}
FIRST = "2005-02-14"  # nothing on YouTube is older


class Counting(Connector):
    """`metrics` and `figures`."""

    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts by video as they are now, and what only comes days later where it is there."""
        client = Client.of(access, self.line(access, http))
        found: dict[str, dict[str, int]] = {}
        videos = [each for each in remote_ids if VIDEO_ID.fullmatch(each)]
        for at in range(0, len(videos), NEWEST):
            some = videos[at : at + NEWEST]
            for video in await client.videos(some, "statistics"):
                counts = inner("statistics")(video)
                found[str(video.get("id"))] = {
                    ours: count
                    for theirs, ours in COUNTS.items()
                    if (count := number(counts.get(theirs))) is not None
                }
            for name, more in (await _besides(client, access, some, http)).items():
                if name in found:
                    found[name] |= more
        return found

    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """The channel's figures by day, and what it has now."""
        client = Client.of(access, self.line(access, http))
        answer = await client.get(f"{DATA}/channels", part="statistics", id=access.remote_id)
        channels = dicts(answer.get("items"))
        now = dict(inner("statistics")(channels[0])) if channels else {}
        if now.get("hiddenSubscriberCount"):
            now["subscriberCount"] = None
        found = [
            Figure(theirs, count, ours)
            for theirs, ours in CHANNEL.items()
            if (count := number(now.get(theirs))) is not None
        ]
        rows = await _report(
            client, access, since, until, dimensions="day", metrics=",".join(DAILY), sort="day"
        )
        return found + [figure for row in rows for figure in _day(row)]


async def _besides(
    client: Client, access: Access, videos: list[str], http: Http
) -> dict[str, dict[str, int]]:
    """What the reports have of these videos; nothing if the person did not let us read them."""
    about = {"dimensions": "video", "filters": f"video=={','.join(videos)}", "sort": "-shares"}
    try:
        rows = await _report(
            client,
            access,
            date.fromisoformat(FIRST),
            http.clock().date(),
            metrics=",".join(BESIDES),
            maxResults=NEWEST,
            **about,
        )
    except (Refused, Revoked):
        return {}
    return {
        str(row.get("video")): {
            ours: _whole(row[theirs]) for theirs, ours in BESIDES.items() if theirs in row
        }
        for row in rows
    }


async def _report(
    client: Client, access: Access, since: date, until: date, **asked: Any
) -> list[dict[str, Any]]:
    """The rows of a report, each by the names of its columns."""
    answer = await client.get(
        f"https://{FIGURES}/v2/reports",
        ids=f"channel=={access.remote_id}",
        startDate=str(since),
        endDate=str(until),
        **asked,
    )
    names = [str(column.get("name")) for column in dicts(answer.get("columnHeaders"))]
    rows = answer.get("rows")
    every = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    return [dict(zip(names, row, strict=False)) for row in every]


def _day(row: Mapping[str, Any]) -> list[Figure]:
    try:
        day = date.fromisoformat(str(row.get("day")))
    except ValueError:
        return []
    return [
        Figure(theirs, _whole(row[theirs]), ours, day)
        for theirs, ours in DAILY.items()
        if isinstance(row.get(theirs), int | float)
    ]


def _whole(value: Any) -> int:
    return round(value) if isinstance(value, int | float) else 0
