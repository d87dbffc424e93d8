"""Calls of the Data API and the Analytics API, and what their errors mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Later, Limited, Refused, Revoked
from tabard.connectors.families import google
from tabard.connectors.families.google import known_of, reasons_of
from tabard.connectors.http import Answer
from tabard.connectors.outcome import limited
from tabard.connectors.platforms.youtube.card import DATA
from tabard.connectors.scrub import scrub
from tabard.connectors.words import _

NO_CHANNEL = {"youtubeSignupRequired"}
ENDED = {"authenticatedUserAccountClosed", "authenticatedUserAccountSuspended"}
NOT_ALLOWED = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
SWITCHED_OFF = {"accessNotConfigured", "SERVICE_DISABLED"}
FULL = {"uploadLimitExceeded"}
FULL_FOR = timedelta(hours=6)  # it is a limit of 24 hours; when the next place is free is not told
NEWEST = 50  # videos that are looked through
VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)


class Client(google.Client):
    """One channel."""

    def error(self, answer: Answer) -> ConnectorError:
        """By the short word in it: a 403 may be about the right, the quota or the one thing asked for."""
        return _error(answer) or google.error(answer)

    async def video(self, number: str, part: str) -> dict[str, Any] | None:
        """The channel's video of that number as it is now; None if there is none."""
        return next(iter(await self.videos([number], part)), None)

    async def videos(self, numbers: list[str], part: str) -> list[dict[str, Any]]:
        """Those of at most 50 videos that are there."""
        found = await self.get(f"{DATA}/videos", part=part, id=",".join(numbers), maxResults=NEWEST)
        return dicts(found.get("items"))

    async def newest(self, access: Access) -> list[dict[str, Any]]:
        """The channel's newest uploads, private ones too, the newest first."""
        listed = {"part": "contentDetails", "maxResults": NEWEST, "playlistId": await self._uploads(access)}
        try:
            found = await self.get(f"{DATA}/playlistItems", **listed)
        except Refused as refused:
            if refused.code != "gone":
                raise
            return []  # a channel without a video has no such list yet
        named = [str(each.get("videoId")) for each in map(inner("contentDetails"), dicts(found.get("items")))]
        return await self.videos(named, "snippet,status") if named else []

    async def _uploads(self, access: Access) -> str:
        """The list of all uploads: kept since the channel was connected."""
        if kept := access.session.get("uploads"):
            return str(kept)
        found = await self.get(f"{DATA}/channels", part="contentDetails", mine="true")
        return next((uploads_of(each) for each in dicts(found.get("items"))), "")


def uploads_of(channel: Mapping[str, Any]) -> str:
    """The list of all uploads of a Channel object."""
    related = inner("contentDetails")(channel).get("relatedPlaylists")
    return str(related.get("uploads") or "") if isinstance(related, dict) else ""


def inner(name: str) -> Any:
    """Gives what an object has under `name`, which is an object too; empty if it is not."""

    def of(whole: Mapping[str, Any]) -> dict[str, Any]:
        found = whole.get(name)
        return found if isinstance(found, dict) else {}

    return of


def dicts(found: Any) -> list[dict[str, Any]]:
    """The objects of a list, and nothing else that may stand in it."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def number(found: Any) -> int | None:
    """A count, which YouTube writes as text; None if it is none."""
    text = str(found)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _error(answer: Answer) -> ConnectorError | None:
    """What is YouTube's own; None where it is as with all of Google's APIs."""
    reasons, raw = reasons_of(answer), answer.raw()
    if reasons & NO_CHANNEL:
        says = _("This Google account has no YouTube channel, or has it no longer.")
        return Revoked(says, code="no_channel", raw=raw)
    if reasons & ENDED:
        says = _("YouTube has closed or suspended this channel. Whoever owns it must settle that there.")
        return Revoked(says, code="closed", raw=raw)
    if reasons & SWITCHED_OFF:
        says = _("The app's project does not have YouTube's APIs enabled: an administrator must do it.")
        return Later(says, code="app", raw=raw)
    if reasons & FULL:
        says = _("The channel may upload no more videos for now. YouTube counts them over 24 hours.")
        return Limited(says, until=answer.http.clock() + FULL_FOR, code="uploads", raw=raw)
    if reasons & {"uploadRateLimitExceeded"}:
        return limited(answer)
    if answer.status == 403 and not reasons & (NOT_ALLOWED | google.SPENT | google.HURRIED):
        said = scrub(str(known_of(answer).get("message") or ""), answer.http.hidden())[:300]
        code = next(iter(sorted(reasons)), "forbidden")
        return Refused(_("The platform refused it: %(reason)s"), code=code, raw=raw, reason=said)
    return None
