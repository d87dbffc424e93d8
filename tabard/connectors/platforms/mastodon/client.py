"""Mastodon's calls over HTTP: the credential, the bodies, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

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
        """Send `body` as a form, which most servers read; as JSON to one that says that it takes no forms."""
        url, headers = self.base + path, {**self.headers, **(headers or {})}
        answer = await self.http.call(method, url, data=_form(body), headers=headers, commit=commit)
        if answer.status == 415:
            answer = await self.http.call(method, url, json=dict(body), headers=headers, commit=commit)
        return answer


def one(path: str, identifier: object) -> str:
    """The path of one thing. Ids are numbers, letters, or on some servers whole addresses."""
    return f"{path}/{quote(str(identifier), safe='')}"


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
    """`answer` if it is a success, else its error is raised; some servers say yes and mean no."""
    if not answer.ok:
        raise error(answer)
    found = answer.json()
    if isinstance(found, dict) and found.get("error") and "id" not in found and not answer.commit:
        raise _said_with_a_yes(answer, _sentence(found))
    return answer


def _said_with_a_yes(answer: Answer, said: str) -> ConnectorError:
    """An error that came as a success. After a post is sent it tells nothing; that is looked for instead."""
    if "token" in said.lower() and re.search("invalid|revoked|expired", said, re.I):
        return Revoked(_("The platform no longer accepts this channel's credential."), raw=answer.raw())
    return failure(answer, said)


def error(answer: Answer) -> ConnectorError:
    """What a refusal means: servers say it as JSON, each in its own way, as plain text, or as a page."""
    said = _said(answer)
    raw, low = answer.raw(), said.lower()
    if answer.status == 403 and ("scope" in low or "insufficient permission" in low):
        return Revoked(_("The channel was connected without the rights this needs."), code="scope", raw=raw)
    if answer.status == 422 and "finished processing" in low:
        return Later(_("The server is still at work on the files."), code="processing", raw=raw)
    if answer.status in {404, 410}:
        return Refused(_("It is not there, or no longer."), code="gone", raw=raw)
    code = "too_long" if "character limit" in low else ""
    return failure(answer, said, code)


def _said(answer: Answer) -> str:
    """The server's own sentence, or nothing where there is none for people."""
    found = answer.json()
    if isinstance(found, dict):
        return _sentence(found)
    if found is None and answer.headers.get("content-type", "").startswith("text/plain"):
        return " ".join(answer.body[:300].decode("utf-8", "replace").split())
    title = re.search(rb"<title>([^<]{1,200})</title>", answer.body[:4000], re.I)
    return " ".join(title[1].decode("utf-8", "replace").split()) if title else ""


def _sentence(found: Mapping[str, Any]) -> str:
    """Mastodon has `error` and `error_description`; others `message`, or an error with parts of its own."""
    for name in ("error_description", "message", "error", "errors"):
        value = found.get(name)
        if isinstance(value, dict):
            value = value.get("message") or "; ".join(f"{k}: {_flat(v)}" for k, v in value.items())
        if value and not isinstance(value, bool):
            return _flat(value)
    return ""


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
