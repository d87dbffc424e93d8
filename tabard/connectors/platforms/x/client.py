"""Calls of the X API, and what its problems mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Expired, Refused, Revoked, Unsure
from tabard.connectors.families import oauth
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import failure, limited
from tabard.connectors.platforms.x.card import API
from tabard.connectors.words import _

NEARLY = timedelta(minutes=1)  # by which clocks may differ


class Client:
    """One channel's way in. `ends`: when its access does, if that is known."""

    def __init__(self, http: Http, token: str, ends: datetime | None = None) -> None:
        self.http, self.ends = http, ends
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, str(access.session.get("token") or ""), oauth.ends(access))

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """GET a JSON object."""
        return self.checked(await self.http.get(API + path, params=params, headers=self.headers)).data()

    async def call(self, method: str, path: str, **more: Any) -> Answer:
        """Any other call that must succeed."""
        return self.checked(await self.http.call(method, API + path, headers=self.headers, **more))

    def checked(self, answer: Answer) -> Answer:
        """`answer` if it is a success, else its error is raised."""
        if answer.ok:
            return answer
        raise self.error(answer)

    def error(self, answer: Answer) -> ConnectorError:
        """What a problem means. One 403 stands for much; only its words tell what."""
        said = detail(answer)
        if answer.status == 401:
            return self._shut_out(answer)
        if answer.status == 402 or "credits" in said.lower():
            says = _("The credits of the app at X have run out. Whoever runs it there must buy more.")
            return Refused(says, code="credits", raw=answer.raw())
        if answer.status == 429:
            return limited(answer)
        if answer.status == 403:
            return forbidden(answer, said)
        if answer.status == 404:
            return Refused(_("It is not there, or no longer."), code="gone", raw=answer.raw())
        if answer.status == 413:
            return Refused(_("The files are too big for the platform."), code="too_big", raw=answer.raw())
        return failure(answer, said)

    def _shut_out(self, answer: Answer) -> ConnectorError:
        """An access that has ended and one that was taken back look the same; only the hour tells which."""
        if self.ends and answer.http.clock() >= self.ends - NEARLY:
            return Expired(_("The channel's access has ended."), raw=answer.raw())
        return failure(answer)


def forbidden(answer: Answer, said: str) -> ConnectorError:
    """What a 403 is about, by its words."""
    lower, raw = said.lower(), answer.raw()
    if "duplicate" in lower:
        # Perhaps of this very post, whose answer was lost: the channel's posts are read before it is judged.
        kind = Unsure if answer.commit else Refused
        return kind(_("X has taken this very text before."), code="duplicate", raw=raw)
    if "suspended" in lower or "locked" in lower:
        says = _("X has suspended or locked the channel: %(reason)s")
        return Revoked(says, code="suspended", raw=raw, reason=said[:200])
    if "reply" in lower or "mentioned" in lower or "engaged" in lower:
        says = _("X lets programs answer only those who mentioned or quoted the channel.")
        return Refused(says, code="reply", raw=raw)
    if "scope" in lower or "unsupported authentication" in lower:
        return Revoked(_("The channel was connected without the rights this needs."), code="scope", raw=raw)
    return failure(answer, said)


def detail(answer: Answer) -> str:
    """What a problem says for people."""
    found = answer.json()
    problem: Mapping[str, Any] = found if isinstance(found, dict) else {}
    said = problem.get("detail") or problem.get("error_description") or problem.get("title") or ""
    errors = problem.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        said = errors[0].get("message") or errors[0].get("detail") or said
    return str(said)


def one(found: Mapping[str, Any]) -> dict[str, Any]:
    """The `data` of an answer about one thing; Refused where there is only an error, as in a 200."""
    data = found.get("data")
    if isinstance(data, dict):
        return data
    raise Refused(_("It is not there, or no longer."), code="gone", raw=str(found)[:500])


def many(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The `data` of an answer about several; none where there are none."""
    data = found.get("data")
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []
