"""What every call of the API goes through: arrival, delay, permission, faults, and the answer or none."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from . import channels
from .ledger import PUBLISHING, Arrival
from .network import Network
from .problems import HungUp, Problem, invalid, missing
from .switches import Rules

HANG_UP = "tabard.hang_up"  # the server's extension that breaks a connection off; `server.py` provides it
LARGEST = 1_000_000  # bytes of a request's body, pictures apart
LONGEST_KEY = 200
# Seconds from arrival within which a call is done, however slow: who asks later what became of it learns the
# truth.
LATEST = 5.0


class Silence(Response):
    """No answer: the connection is broken off. Without a real one `HungUp` is raised instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hang_up = scope.get("extensions", {}).get(HANG_UP)
        if hang_up is None:
            raise HungUp
        hang_up()
        while (await receive())["type"] != "http.disconnect":
            pass


@dataclass
class Call:
    """One call, with what was found out about it so far."""

    net: Network
    request: Request
    arrival: Arrival
    body: bytes = b""
    bearer: sqlite3.Row | None = None
    rules: Rules = field(default_factory=Rules)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def channel(self) -> sqlite3.Row:
        assert self.bearer is not None
        return self.bearer

    @property
    def handle(self) -> str:
        return str(self.channel["handle"])

    @property
    def base(self) -> str:
        return str(self.request.base_url).rstrip("/")

    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        return json_of(self.body)

    @property
    def puts(self) -> bool:
        """Whether what the path names is to be so, rather than no longer."""
        return self.request.method == "PUT"

    def number(self, name: str) -> int:
        found = int(self.request.path_params[name])
        if found >= 2**63:  # more than the store can look for
            raise missing(name)
        return found

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def count(self, name: str, usual: int, most: int) -> int:
        """A whole number of the query, `usual` if it is not there."""
        given = self.query(name)
        if given and not (given.isascii() and given.isdigit() and len(given) < 19):
            raise invalid(name, f"{name} is a whole number.")
        return min(int(given), most) if given else usual


Act = Callable[[Call], Awaitable[Any]]
Endpoint = Callable[[Request], Awaitable[Response]]


def json_of(body: bytes) -> dict[str, Any]:
    """A JSON object; Problem 400 if it is none."""
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Problem(400, "no_json", "The body is no JSON.") from error
    if not isinstance(found, dict):
        raise Problem(400, "no_json", "The body is no JSON object.")
    return found


def bearer_of(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def body_of(request: Request, largest: int = LARGEST) -> bytes:
    """The whole body; Problem 413 as soon as it is too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise Problem(413, "too_large", f"The body has more than {largest:,} bytes.")
        parts.append(part)
    return b"".join(parts)


def answer(found: Any, status: int = 200) -> Response:
    return Response(status_code=204) if found is None else JSONResponse(found, status)


def by_channel(act: Act, *, writes: bool = False, enters: str = "", largest: int = LARGEST) -> Endpoint:
    """An endpoint for the bearer of a channel's token.

    act: gives JSON, a Response, or None for 204. writes: answers may get lost. enters: as what (`post`,
    `message`, `hide` ...) every arrival stands in the ledger; each spends of a limit.
    """

    async def endpoint(request: Request) -> Response:
        net: Network = request.app.state.network
        call = Call(net, request, Arrival(enters, "", net.clock(), time.monotonic()))
        try:
            return await _run(call, act, writes=writes, largest=largest)
        except ClientDisconnect:
            return Response(status_code=400)  # gone while still sending; nothing was done, nobody reads this

    return endpoint


async def _run(call: Call, act: Act, *, writes: bool, largest: int) -> Response:
    net, arrival = call.net, call.arrival
    try:
        call.body = await body_of(call.request, largest)
    except Problem as problem:
        return problem.response()
    call.bearer = channels.of_token(net, bearer_of(call.request))
    arrival.channel = call.bearer["handle"] if call.bearer else ""
    call.rules = net.switches.of(arrival.channel)
    await asyncio.sleep(min(call.rules.slow / 2, LATEST))
    lost_before = writes and net.switches.draw("lost_before", arrival.channel, call.rules.lost_before)
    arrival.answered = not (
        writes and net.switches.draw("lost_after", arrival.channel, call.rules.lost_after)
    )
    try:
        if arrival.kind:
            _describe(call)
        if lost_before:
            return await _refuse(call, "lost_before", Silence())
        _admit(call)
        found = await act(call)
        response = found if isinstance(found, Response) else answer(found)
    except Problem as problem:
        arrival.answered = True
        response = await _refuse(call, problem.code, problem.response())
    await asyncio.sleep(max(call.rules.slow / 2, call.rules.slow - LATEST))
    if not arrival.answered:
        return Silence()
    response.headers.update(call.headers)
    return response


def _describe(call: Call) -> None:
    """Write on the arrival what came, as far as it can be read; its faults are found later."""
    key = call.request.headers.get("idempotency-key", "")
    call.arrival.key = key[:LONGEST_KEY] or None
    call.arrival.post = call.number("post") if "post" in call.request.path_params else None
    if "who" in call.request.path_params:
        call.arrival.text = str(call.request.path_params["who"])[:LONGEST_KEY]
        return
    try:
        given = call.json()
    except Problem:
        return
    text, marker = given.get("text"), given.get("marker")
    call.arrival.text = text[:2000].encode("utf-8", "replace").decode() if isinstance(text, str) else ""
    call.arrival.marker = (
        (marker[:LONGEST_KEY] or None) if isinstance(marker, str) and marker.isprintable() else None
    )


def _admit(call: Call) -> None:
    """Problem unless this call may go on."""
    rules = call.rules
    if rules.down:
        raise Problem(503, "down", "Practice is down for maintenance.", headers={"Retry-After": "30"})
    if call.bearer is None:
        raise Problem(401, "unknown_token", "This token is not, or no longer, known.")
    if rules.revoked:
        raise Problem(401, "token_revoked", "The channel's owner has revoked this token.")
    if len(call.request.headers.get("idempotency-key", "")) > LONGEST_KEY:
        raise invalid("Idempotency-Key", f"A key has at most {LONGEST_KEY} characters.")
    if call.arrival.kind and rules.limit:
        call.headers |= call.net.switches.spend(call.handle, rules.limit, call.net.clock())
    if call.arrival.kind in PUBLISHING and rules.refuse:
        raise Problem(422, "refused", rules.refuse)


async def _refuse(call: Call, outcome: str, response: Response) -> Response:
    """`response`, after the arrival has been written down if it stands in the ledger."""
    if call.arrival.kind:
        call.arrival.answered = not isinstance(response, Silence)
        await call.net.store.write(lambda db: call.arrival.enter(db, outcome, None, None))
    return response


def by_admin(act: Act) -> Endpoint:
    """An endpoint for whoever runs this network, by the admin token. Never slow, never lost."""

    async def endpoint(request: Request) -> Response:
        net: Network = request.app.state.network
        call = Call(net, request, Arrival("", "", net.clock(), time.monotonic()))
        try:
            if not net.is_admin(bearer_of(request)):
                raise Problem(401, "unknown_token", "This needs the network's admin token.")
            call.body = await body_of(request, 50_000_000)
            found = await act(call)
        except Problem as problem:
            return problem.response()
        return found if isinstance(found, Response) else answer(found)

    return endpoint
