"""Comments of the channel's own: under a video, or under what somebody said there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Access, Outgoing, Published, State, Verdict
from tabard.connectors.errors import unreadable
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.youtube.card import DATA, SITE
from tabard.connectors.platforms.youtube.client import VIDEO_ID, Client, inner

EARLY = timedelta(minutes=1)  # by which their clock may differ from ours


def thread_of(comment: str) -> str:
    """The first comment of a thread, which bears all answers: YouTube knows no deeper ones."""
    return comment.partition(".")[0]


async def say(client: Client, access: Access, outgoing: Outgoing) -> Published:
    """A first comment under a video, or an answer in a thread."""
    text = {"textOriginal": outgoing.text}
    if VIDEO_ID.fullmatch(outgoing.reply_to):
        top = {
            "channelId": access.remote_id,
            "videoId": outgoing.reply_to,
            "topLevelComment": {"snippet": text},
        }
        url, body = f"{DATA}/commentThreads", {"snippet": top}
    else:
        url, body = f"{DATA}/comments", {"snippet": {**text, "parentId": thread_of(outgoing.reply_to)}}
    found = await client.send("POST", url, body, commit=True, part="snippet")
    if not found.get("id"):
        raise unreadable(found, shows=True)
    return _there(access, outgoing, str(found["id"]), found)


async def found(client: Client, access: Access, outgoing: Outgoing, state: State) -> Published | Verdict:
    """Look where it was to stand: the channel's own words, not older than the delivery."""
    begun = date_of(str(state.get("begun") or ""))
    if begun is None:
        return CANNOT_TELL
    async for comment in _where(client, outgoing):
        known = inner("snippet")(comment)
        at = date_of(str(known.get("publishedAt") or ""))
        own = inner("authorChannelId")(known).get("value") == access.remote_id
        if own and at and at >= begun - EARLY and words_of(known).strip() == outgoing.text.strip():
            return _there(access, outgoing, str(comment.get("id")), comment)
    return NOT_THERE


async def _where(client: Client, outgoing: Outgoing) -> Any:
    """The comments among which it would stand."""
    shape = {"part": "snippet", "maxResults": 100, "textFormat": "plainText"}
    if VIDEO_ID.fullmatch(outgoing.reply_to):
        video = {"videoId": outgoing.reply_to, "order": "time"}
        async for thread in client.items(f"{DATA}/commentThreads", "items", **shape, **video):
            yield inner("topLevelComment")(inner("snippet")(thread))
        return
    parent = thread_of(outgoing.reply_to)
    async for comment in client.items(f"{DATA}/comments", "items", **shape, parentId=parent):
        yield comment


async def edit(client: Client, access: Access, comment: str, outgoing: Outgoing) -> Published:
    """Other words for a comment of the channel's own."""
    body = {"id": comment, "snippet": {"textOriginal": outgoing.text}}
    made = await client.send("PUT", f"{DATA}/comments", body, part="snippet")
    return _there(access, outgoing, comment, made)


def words_of(known: Mapping[str, Any]) -> str:
    """What was said; the words as they were written are told only of one's own."""
    return str(known.get("textOriginal") or known.get("textDisplay") or "")


def page_of(video: str, comment: str, channel: str) -> str:
    """Where a comment is read; the channel's page if it is not told under which video it stands."""
    return f"{SITE}/watch?v={video}&lc={comment}" if video else f"{SITE}/channel/{channel}"


def _there(access: Access, outgoing: Outgoing, number: str, said: Mapping[str, Any]) -> Published:
    above = outgoing.reply_to if VIDEO_ID.fullmatch(outgoing.reply_to) else ""
    video = above or str(inner("snippet")(said).get("videoId") or "")
    return Published(number, page_of(video, number, access.remote_id))
