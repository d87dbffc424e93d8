"""Google's APIs: signing in, calls with a token, and what their errors mean.

Sources, read 2026-11: developers.google.com/identity/protocols/oauth2/web-server, and the pages on errors
(google.rpc.Status) of each API. That a project's quota of a day is whole again at midnight Pacific:
developers.google.com/youtube/data/determine_quota_cost, 2026-11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Expired, Limited, Refused, Revoked
from tabard.connectors.families import oauth
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import failure, limited, object_of
from tabard.connectors.scrub import scrub
from tabard.connectors.words import _

# Without `consent` no refresh token comes when the person has let the app in before.
DOOR = oauth.Door(
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    "https://oauth2.googleapis.com/revoke",
    more={"access_type": "offline", "prompt": "consent"},
)
CONSOLE = "https://console.cloud.google.com/apis/credentials"
PAGES = 20  # of a list, at most
PACIFIC = ZoneInfo("America/Los_Angeles")
SPENT = {"quotaExceeded", "dailyLimitExceeded"}  # for the day
HURRIED = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}


class Client:
    """One token; addresses are whole, for every API has a host of its own.

    An API that means more by its errors than the others do says so in `error`.
    """

    def __init__(self, http: Http, token: str) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    def of(cls, access: Access, http: Http) -> Self:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, str(access.session.get("token") or ""))

    async def get(self, url: str, **params: Any) -> dict[str, Any]:
        """The object that stands there."""
        return self.data(await self.http.get(url, headers=self.headers, params=params))

    async def send(
        self, method: str, url: str, body: Any = None, *, commit: bool = False, **params: Any
    ) -> dict[str, Any]:
        """Send an object; `commit`: it is the call that shows."""
        answer = await self.http.call(
            method, url, headers=self.headers, params=params, json=body, commit=commit
        )
        return self.data(answer)

    def data(self, answer: Answer) -> dict[str, Any]:
        """The object of an answer that is a success, else its error is raised."""
        return data(answer, self.error)

    def error(self, answer: Answer) -> ConnectorError:
        """What a refusal means."""
        return error(answer)

    async def items(self, url: str, name: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Everything in the list called `name`, page by page. A list that never ends is cut off."""
        for _page in range(PAGES):
            found = await self.get(url, **params)
            for item in found.get(name) or ():
                if isinstance(item, dict):
                    yield item
            if not found.get("nextPageToken"):
                return
            params["pageToken"] = str(found["nextPageToken"])


def data(answer: Answer, means: Callable[[Answer], ConnectorError]) -> dict[str, Any]:
    """The object of an answer that is a success, none if it says nothing; else what its error `means`."""
    return object_of(answer, means) if answer.body.strip() or not answer.ok else {}


def error(answer: Answer) -> ConnectorError:
    """What a refusal means."""
    known, raw, reasons = known_of(answer), answer.raw(), reasons_of(answer)
    said = scrub(_said(known), answer.http.hidden())
    if answer.status == 401:
        return Expired(_("The platform no longer accepts this channel's credential."), raw=raw)
    if reasons & SPENT:
        says = _("The day's quota of the app is used up. It is whole again at midnight in California.")
        return Limited(says, until=midnight(answer.http.clock()), code="quota", raw=raw)
    if answer.status == 429 or reasons & HURRIED:
        return limited(answer)
    if answer.status == 403:
        says = _("The channel was connected without a right this needs, or whoever did lost it: %(reason)s")
        return Revoked(says, code="scope", raw=raw, reason=said)
    if answer.status == 404:
        return Refused(_("The platform refused it: %(reason)s"), code="gone", raw=raw, reason=said)
    return failure(answer, said, next(iter(sorted(reasons)), str(known.get("status") or "")))


def midnight(now: datetime) -> datetime:
    """When the next day of Google's quotas begins."""
    there = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(there, time(), PACIFIC).astimezone(UTC)


def known_of(answer: Answer) -> Mapping[str, Any]:
    """The error that stands in an answer; empty if there is none that can be read."""
    whole = answer.json()
    found = whole.get("error") if isinstance(whole, dict) else None
    return found if isinstance(found, dict) else {}


def reasons_of(answer: Answer) -> set[str]:
    """The short words in which an error says why."""
    known = known_of(answer)
    lists = (known.get("details"), known.get("errors"))
    every = [each for found in lists if isinstance(found, list) for each in found if isinstance(each, dict)]
    return {str(each["reason"]) for each in every if each.get("reason")}


def _said(known: Mapping[str, Any]) -> str:
    """The sentence, with what is wrong with which field where that is told."""
    details = known.get("details")
    every = [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    fields = [
        f"{wrong.get('field', '')}: {wrong.get('description', '')}"
        for each in every
        for wrong in each.get("fieldViolations") or ()
        if isinstance(wrong, dict)
    ]
    return "; ".join([str(known.get("message") or ""), *fields])[:300]
