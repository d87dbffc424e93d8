"""Bluesky's calls over HTTP (XRPC), and what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.errors import ConnectorError, Expired, Later, Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import failure, limited
from tabard.connectors.words import _

STALE = frozenset({"ExpiredToken", "InvalidToken"})
ENDED = frozenset(
    {
        "AuthenticationRequired",
        "AuthMissing",
        "AccountTakedown",
        "AccountDeactivated",
        "AccountSuspended",
    }
)
GONE = frozenset({"RecordNotFound", "NotFound"})


async def query(
    http: Http, server: str, name: str, params: Mapping[str, Any] | None = None, token: str = ""
) -> Answer:
    """Ask `name` of `server`, whatever the answer."""
    return await http.get(f"{server}/xrpc/{name}", params=params, headers=bearer(token))


def bearer(token: str) -> dict[str, str]:
    """The header that shows a session; none without one."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def kind(answer: Answer) -> str:
    """The name of the error in an answer, or an empty string."""
    found = answer.json() if not answer.ok else None
    return str(found.get("error") or "") if isinstance(found, dict) else ""


def checked(answer: Answer) -> Answer:
    """`answer` if it is a success, else its error is raised."""
    if answer.ok:
        return answer
    raise error(answer)


def error(answer: Answer) -> ConnectorError:
    """What a refusal of the AT Protocol means: `error` is a name, `message` a sentence."""
    name, found, raw = kind(answer), answer.json(), answer.raw()
    said = str(found.get("message") or name) if isinstance(found, dict) else ""
    if answer.status == 429 or name == "RateLimitExceeded":
        return limited(answer)
    if answer.status >= 500:
        return failure(answer, said, code=name)
    if name in STALE:
        return Expired(_("The session with Bluesky is too old."), code=name, raw=raw)
    if name == "AuthFactorTokenRequired":
        says = _("Bluesky asks for a code. Use an app password instead of the real one.")
        return Revoked(says, code=name, raw=raw)
    if name in ENDED or answer.status == 401:
        return Revoked(_("Bluesky no longer accepts this channel's app password."), code=name, raw=raw)
    if name in GONE:
        return Refused(_("It is not there, or no longer."), code="gone", raw=raw)
    if name == "BlobNotFound":  # uploads that no post uses are cleared away: prepare must run again
        return Later(_("Bluesky has cleared the pictures away."), code="blob_gone", raw=raw, state={})
    return failure(answer, said, code=name)
