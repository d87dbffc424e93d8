"""Mastodon's calls over HTTP: the credential, the bodies, and what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Later, Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import failure
from tabard.connectors.words import _


class Client:
    """One channel's server."""

    def __init__(self, http: Http, base_url: str, token: str = "") -> None:
        self.http = http
        self.base = base_url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, access.base_url, access.secret.get("token", ""))

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """GET, whatever the answer."""
        return await self.http.get(self.base + path, params=params, headers=self.headers)

    async def need(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """GET that must succeed."""
        return checked(await self.get(path, params))

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        *,
        commit: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send `body` as a form: the documentation allows JSON too, but not every server reads that."""
        headers = {**self.headers, **(headers or {})}
        return await self.http.call(
            method, self.base + path, data=_form(body), headers=headers, commit=commit
        )


def _form(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as the fields of a form; lists get the `[]` that Rails wants."""
    form: dict[str, Any] = {}
    for name, value in body.items():
        if isinstance(value, list):
            form[f"{name}[]"] = value
        else:
            form[name] = str(value).lower() if isinstance(value, bool) else value
    return form


def checked(answer: Answer) -> Answer:
    """`answer` if it is a success, else its error is raised."""
    if answer.ok:
        return answer
    raise error(answer)


def error(answer: Answer) -> ConnectorError:
    """What Mastodon's refusal means. Its own sentence is in `error`, details in `error_description`."""
    found = answer.json()
    said = str(found.get("error_description") or found.get("error") or "") if isinstance(found, dict) else ""
    raw, low = answer.raw(), said.lower()
    if answer.status == 403 and "scope" in low:
        return Revoked(_("The channel was connected without the rights this needs."), code="scope", raw=raw)
    if answer.status == 422 and "finished processing" in low:
        return Later(_("The server is still at work on the files."), code="processing", raw=raw)
    if answer.status in {404, 410}:
        return Refused(_("It is not there, or no longer."), code="gone", raw=raw)
    code = "too_long" if "character limit" in low else ""
    return failure(answer, said, code)
