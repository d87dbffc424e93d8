"""Calls of API v5: the token, the pages of a list, and what its errors mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Expired, Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import failure, object_of
from tabard.connectors.words import _

PAGES = 20  # of a list, at most


class Client:
    """One account."""

    def __init__(self, http: Http, base_url: str, token: str) -> None:
        self.http = http
        self.base = f"{base_url.rstrip('/')}/v5"
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, access.base_url, str(access.session.get("token") or ""))

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The object that stands there."""
        return data(await self.http.get(self.base + path, headers=self.headers, params=params))

    async def send(self, method: str, path: str, body: Any, *, commit: bool = False) -> dict[str, Any]:
        """Send an object; `commit`: it is the call that shows."""
        url = self.base + path
        return data(await self.http.call(method, url, headers=self.headers, json=body, commit=commit))

    async def delete(self, path: str) -> None:
        """Take away what stands there; Refused with `gone` if nothing does."""
        answer = await self.http.call("DELETE", self.base + path, headers=self.headers)
        if not answer.ok:
            raise error(answer)

    async def items(self, path: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Everything in a list, page by page. A list that never ends is cut off."""
        asked = {"page_size": 250, **params}
        for _page in range(PAGES):
            found = await self.get(path, **asked)
            for item in found.get("items") or ():
                if isinstance(item, dict):
                    yield item
            if not found.get("bookmark"):
                return
            asked["bookmark"] = str(found["bookmark"])


def data(answer: Answer) -> dict[str, Any]:
    """The object of an answer that is a success, else its error is raised."""
    return object_of(answer, error)


def error(answer: Answer) -> ConnectorError:
    """What a refusal means: by its status; the numbers in it are known for few."""
    found = answer.json()
    known: Mapping[str, Any] = found if isinstance(found, dict) else {}
    said, raw = str(known.get("message") or "")[:300], answer.raw()
    if answer.status == 401:
        # The same words for a token that has ended and one that was taken away: renewing it tells.
        return Expired(_("The platform no longer accepts this channel's credential."), raw=raw)
    if answer.status == 403:
        says = _("The channel was connected without a right this needs, or whoever did lost it: %(reason)s")
        return Revoked(says, code="scope", raw=raw, reason=said)
    if answer.status == 404:
        return Refused(_("The platform refused it: %(reason)s"), code="gone", raw=raw, reason=said)
    return failure(answer, said, str(known.get("code") or ""))
