"""Calls of the Data API: the name it wants in each, its two kinds of answers, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Expired, Limited, Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import failure, object_of
from tabard.connectors.platforms.reddit.card import API
from tabard.connectors.words import _

_WAIT = re.compile(r"(\d+)\s*(millisecond|second|minute|hour)", re.I)
_SECONDS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600}


class Client:
    """One account."""

    def __init__(self, http: Http, token: str, app: Mapping[str, str]) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}", "User-Agent": agent(app)}

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, str(access.session.get("token") or ""), access.app)

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The object that stands there."""
        answer = await self.http.get(API + path, headers=self.headers, params={"raw_json": 1, **params})
        return data(answer)

    async def post(self, path: str, form: Mapping[str, Any], *, commit: bool = False) -> dict[str, Any]:
        """Send a form; `commit`: it is the call that shows. Gives what stands under `json`, where it does."""
        fields = {"api_type": "json", **{name: str(value) for name, value in form.items()}}
        answer = await self.http.call("POST", API + path, headers=self.headers, data=fields, commit=commit)
        found = data(answer)
        inner = found.get("json")
        known: Mapping[str, Any] = inner if isinstance(inner, dict) else {}
        if known.get("errors"):
            raise refusal(answer, known["errors"])
        return dict(known.get("data") or {})

    async def things(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """What a Listing holds: the data of each with its `kind`."""
        found = (await self.get(path, **params)).get("data") or {}
        return [
            {**each["data"], "kind": each.get("kind")}
            for each in found.get("children") or ()
            if isinstance(each, dict) and isinstance(each.get("data"), dict)
        ]


def agent(app: Mapping[str, str]) -> str:
    """The name without which every call is refused: the app's, and whose it is."""
    plain = {name: re.sub(r"[^\w.\-]", "", app.get(name, ""))[:60] for name in ("client_id", "owner")}
    return f"server:{plain['client_id']}:1 (by /u/{plain['owner']})"


def data(answer: Answer) -> dict[str, Any]:
    """The object of an answer that is a success, else its error is raised."""
    return object_of(answer, error)


def error(answer: Answer) -> ConnectorError:
    """What a status means."""
    found = answer.json()
    known: Mapping[str, Any] = found if isinstance(found, dict) else {}
    said = str(known.get("explanation") or known.get("message") or "")[:300]
    if answer.status == 401:
        return Expired(_("The platform no longer accepts this channel's credential."), raw=answer.raw())
    if answer.status == 403:
        # A community may keep somebody out while the account is well.
        code = str(known.get("reason") or "forbidden")
        says = _("The community, or Reddit itself, does not let this account in: %(reason)s")
        return Refused(says, code=code, raw=answer.raw(), reason=said)
    if answer.status == 404:
        return Refused(_("The platform refused it: %(reason)s"), code="gone", raw=answer.raw(), reason=said)
    return failure(answer, said, str(known.get("reason") or ""))


def refusal(answer: Answer, errors: Any) -> ConnectorError:
    """What a refusal inside of an answer 200 means: a code, a sentence, and the field."""
    first = errors[0] if isinstance(errors, list) and errors else ()
    code, said = (str(part) for part in (*first, "", "")[:2]) if isinstance(first, list) else ("", "")
    raw = answer.raw()
    if code == "RATELIMIT":
        found = _WAIT.search(said)
        seconds = float(found[1]) * _SECONDS[found[2].lower()] if found else 600.0
        until = answer.http.clock() + timedelta(seconds=min(max(seconds, 1.0), 86_400.0))
        return Limited(_("The platform's limit is reached for now."), until=until, code=code, raw=raw)
    if code == "USER_REQUIRED":
        return Revoked(_("The platform no longer accepts this channel's credential."), code=code, raw=raw)
    return Refused(_("The platform refused it: %(reason)s"), code=code, raw=raw, reason=said[:300] or code)
