"""Sessions: an app password gives one, it is refreshed before it ends, and one refresh runs at a time.

Bluesky allows 30 logins in five minutes and 300 a day per channel, so a session is kept and handed back to be
stored. A refreshed session makes the one before it useless after two hours.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from tabard.connectors.base import Access
from tabard.connectors.errors import Expired, Refused, Revoked
from tabard.connectors.http import Answer, Http
from tabard.connectors.platforms.bluesky.client import bearer, checked, error, kind
from tabard.connectors.words import _

EARLY = 30  # seconds before its end that a session is refreshed
AHEAD = 300  # the same while something is prepared that will be sent in a moment
MANY = 5000  # channels whose newest session is remembered by one process
KEPT = ("accessJwt", "refreshJwt", "handle")

Call = Callable[[str], Awaitable[Answer]]


class Sessions:
    """The newest session of each channel in this process, so that callers with an older one profit."""

    def __init__(self) -> None:
        self._newest: OrderedDict[str, tuple[str, dict[str, Any]]] = OrderedDict()
        self._locks: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()

    async def ready(self, access: Access, http: Http) -> None:
        """See that the session lasts a while, so that the call that matters need not wait for a new one."""
        token = str(access.session.get("accessJwt") or "")
        if not token or ends_soon(token, http.clock(), AHEAD):
            await self._renewed(access, http, token)

    async def with_token(self, access: Access, http: Http, call: Call) -> Answer:
        """`await call(access token)`; once more with a new session if the server finds it too old."""
        token = str(access.session.get("accessJwt") or "")
        if not token or ends_soon(token, http.clock()):
            token = await self._renewed(access, http, token)
        answer = await call(token)
        if isinstance(found := None if answer.ok else error(answer), Expired):
            answer = await call(await self._renewed(access, http, token))
            if not answer.ok and kind(answer) == found.code:
                says = _("Bluesky no longer accepts this channel's app password.")
                raise Revoked(says, code=found.code, raw=answer.raw())
        return answer

    async def _renewed(self, access: Access, http: Http, used: str) -> str:
        """An access token newer than `used`. Whoever comes second takes what the first one got."""
        key = f"{access.base_url} {access.remote_id}"
        place = (id(asyncio.get_running_loop()), key)
        lock = self._locks.get(place) or self._locks.setdefault(place, asyncio.Lock())
        async with lock:
            of_secret, newest = self._newest.get(key, ("", {}))
            fresh = of_secret == access.secret.get("password") and newest.get("accessJwt") != used
            if not (newest and fresh and not ends_soon(str(newest["accessJwt"]), http.clock())):
                newest = await self._refresh(access, http)
                self._newest[key] = (str(access.secret.get("password")), newest)
                self._newest.move_to_end(key)
                while len(self._newest) > MANY:
                    self._newest.popitem(last=False)
            if access.session.get("accessJwt") != newest["accessJwt"]:
                access.session.update(newest)
                await access.keep(dict(access.session))
            return str(newest["accessJwt"])

    async def _refresh(self, access: Access, http: Http) -> dict[str, Any]:
        if refresh := str(access.session.get("refreshJwt") or ""):
            url = f"{access.base_url}/xrpc/com.atproto.server.refreshSession"
            answer = await http.call("POST", url, headers=bearer(refresh))
            if answer.ok:
                return picked(answer)
            if not isinstance(found := error(answer), Expired | Revoked | Refused):
                raise found
        return await log_in(access, http)


async def log_in(access: Access, http: Http) -> dict[str, Any]:
    """A new session by the app password."""
    url = f"{access.base_url}/xrpc/com.atproto.server.createSession"
    body = {"identifier": access.remote_id, "password": access.secret["password"]}
    return picked(checked(await http.call("POST", url, json=body)))


def picked(answer: Answer) -> dict[str, Any]:
    """What of a session is kept."""
    found = answer.data("accessJwt", "refreshJwt")
    if found.get("active") is False:
        says = _("Bluesky has taken this channel off: %(status)s.")
        raise Revoked(says, code="inactive", raw=answer.raw(), status=str(found.get("status") or ""))
    return {name: found[name] for name in KEPT if name in found}


def ends_soon(token: str, now: datetime, early: float = EARLY) -> bool:
    """Whether a token says that it ends within `early` seconds; one that says nothing is taken to be good."""
    try:
        part = token.split(".")[1]
        claims: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return float(claims["exp"]) - now.timestamp() < early
    except (ValueError, IndexError, KeyError, TypeError):
        return False
