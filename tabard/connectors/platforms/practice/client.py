"""Practice's calls over HTTP, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Later, Refused
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import asked_until, failure
from tabard.connectors.words import _

# Answers with which Practice says that nothing has happened, and that it will pass.
PASSING = frozenset({"down", "storage"})


class Client:
    """One channel's way to its network."""

    def __init__(self, http: Http, base_url: str, token: str) -> None:
        self.http = http
        self.base = base_url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, access.base_url, access.secret.get("token", ""))

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """GET a JSON object."""
        return checked(await self.http.get(self.base + path, params=params, headers=self.headers)).data()

    async def call(self, method: str, path: str, *, key: str = "", **more: Any) -> Answer:
        """Any other call that must succeed; `key` is its Idempotency-Key."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {}), **more.pop("headers", {})}
        return checked(await self.http.call(method, self.base + path, headers=headers, **more))


def checked(answer: Answer) -> Answer:
    """`answer` if it is a success, else its error is raised."""
    if answer.ok:
        return answer
    raise error(answer)


def error(answer: Answer) -> ConnectorError:
    """What a problem of Practice's means: it has a `code` for us and a `detail` for people."""
    found = answer.json()
    problem: Mapping[str, Any] = found if isinstance(found, dict) else {}
    code, said = str(problem.get("code") or ""), str(problem.get("detail") or "")
    if answer.status == 503 and code in PASSING:
        until = asked_until(answer.headers, answer.http.clock())
        return Later(
            _("The Practice network is down at the moment."), code=code, raw=answer.raw(), until=until
        )
    if answer.status == 404:
        return Refused(_("It is not there, or no longer."), code="gone", raw=answer.raw())
    return failure(answer, said, code)
