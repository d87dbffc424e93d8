"""Calls of the versioned API: its headers, its lists, and what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Expired, Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import asked_until, failure, limited, object_of
from tabard.connectors.words import _

# A version lives for about a year; the day it ends stands among the dated facts of the platforms too.
VERSION, VERSION_ENDS = "202609", date(2027, 9, 15)
AT_ONCE, PAGES = 100, 20  # items of a list in one call; calls for one list, at most
WAITING = {"MEDIA_ASSET_WAITING_UPLOAD", "MEDIA_ASSET_PROCESSING"}
REVOKED_TOKEN, EXPIRED_TOKEN = 65601, 65602


class Client:
    """One person's access, used for one page. Queries are written by hand: their brackets mean something."""

    def __init__(self, http: Http, base_url: str, token: str) -> None:
        self.http = http
        self.base = base_url.rstrip("/")
        self.token = {"Authorization": f"Bearer {token}"}
        self.headers = {
            **self.token,
            "LinkedIn-Version": VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, access.base_url, str(access.session.get("token") or ""))

    async def get(self, path: str) -> dict[str, Any]:
        """The object that stands there."""
        return data(await self.http.get(self.base + path, headers=self.headers))

    async def send(
        self, method: str, path: str, body: Any = None, *, commit: bool = False, partial: bool = False
    ) -> Answer:
        """Send an object; `commit`: it is the call that shows; `partial`: it changes what is there."""
        headers = self.headers | ({"X-RestLi-Method": "PARTIAL_UPDATE"} if partial else {})
        answer = await self.http.call(method, self.base + path, headers=headers, json=body, commit=commit)
        if not answer.ok:
            raise error(answer)
        return answer

    async def listed(self, path: str, *, pages: int = PAGES) -> tuple[list[dict[str, Any]], bool]:
        """What a list has, and whether it goes on after so many pages. `path` may have a query."""
        found: list[dict[str, Any]] = []
        joint = "&" if "?" in path else "?"
        for page in range(pages):
            answer = await self.get(f"{path}{joint}start={page * AT_ONCE}&count={AT_ONCE}")
            items = answer.get("elements")
            items = items if isinstance(items, list) else []
            found += [each for each in items if isinstance(each, dict)]
            if not _goes_on(answer, len(items)):
                return found, False
        return found, True


def _goes_on(answer: Mapping[str, Any], here: int) -> bool:
    paging = answer.get("paging")
    links = paging.get("links") if isinstance(paging, dict) else None
    onward = isinstance(links, list) and any(
        isinstance(each, dict) and each.get("rel") == "next" for each in links
    )
    return here > 0 and (onward or here >= AT_ONCE)


def data(answer: Answer) -> dict[str, Any]:
    """The object of an answer that is a success, else its error is raised."""
    return object_of(answer, error)


def error(answer: Answer) -> ConnectorError:
    """What a refusal means. The number of the call, by which LinkedIn finds it again, is kept."""
    found = answer.json()
    told: Mapping[str, Any] = found if isinstance(found, dict) else {}
    said, code = str(told.get("message") or "")[:300], str(told.get("code") or "")[:80]
    uuid = answer.headers.get("x-li-uuid", "")[:80]
    raw = f"{answer.raw()} {uuid}".strip()
    if answer.status == 401:
        return _no_access(told, code, raw)
    if answer.status == 403:
        says = _("The channel was connected without a right this needs, or whoever did lost it: %(reason)s")
        return Revoked(says, code="scope", raw=raw, reason=said or code)
    if answer.status == 429:
        return _too_many(answer, said)
    return _other(answer, said, code, raw) or failure(answer, said, code)


def _other(answer: Answer, said: str, code: str, raw: str) -> ConnectorError | None:
    if answer.status == 426 or code in {"NONEXISTENT_VERSION", "VERSION_MISSING"}:
        says = _("LinkedIn no longer takes calls of version %(version)s. Tabard must be brought up to date.")
        return Later(says, code="version", raw=raw, version=VERSION)
    if code in WAITING:
        return Later(_("The platform is still at work on the files."), code="processing", raw=raw)
    if answer.status == 404:
        return Refused(_("The platform refused it: %(reason)s"), code="gone", raw=raw, reason=said or code)
    if answer.status == 422 and "duplicate" in f"{said} {code}".lower():
        return Refused(_("The same was posted here a few minutes ago."), code="duplicate", raw=raw)
    if answer.status == 409:
        kind = Unsure if answer.commit else Later
        return kind(_("The platform is busy with the same thing already."), code="conflict", raw=raw)
    return None


def _no_access(told: Mapping[str, Any], code: str, raw: str) -> ConnectorError:
    """Ended, or taken away. Where LinkedIn does not say which, renewing tells."""
    says = _("The platform no longer accepts this channel's credential.")
    if told.get("serviceErrorCode") == REVOKED_TOKEN or code == "REVOKED_ACCESS_TOKEN":
        return Revoked(says, code=code, raw=raw)
    return Expired(says, code=code, raw=raw)


def _too_many(answer: Answer, said: str) -> Limited:
    """A day's calls come back at midnight UTC; of other limits a header tells, or nothing does."""
    now = answer.http.clock()
    if " day " not in f" {said.lower()} " or asked_until(answer.headers, now):
        return limited(answer)
    midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return Limited(_("The platform's limit is reached for now."), until=midnight, raw=answer.raw())
