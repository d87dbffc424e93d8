"""Where people are signed in, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from tabard.access import actions, queries
from tabard.access.queries.lists import SESSIONS
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org import tree
from tabard.org.schemas import PersonOut

router = Router(tags=["Access"])


class SessionOut(Schema):
    id: int
    person_id: int
    way: str = Field(description="`password`, `passkey` or `source`.")
    through: str = Field(description="The source, by its name.")
    factor: bool = Field(description="Whether a second factor was shown in it.")
    address: str | None
    device: str
    started_at: datetime
    seen_at: ByItself[datetime]
    ends_at: datetime
    ended_at: datetime | None
    end_reason: str


class Ending(Schema):
    reason: str


PERSON = "/people/{int:person_id}"


@endpoint(router, "GET", "/sessions", may="own.profile", response=Listed[SessionOut])
def own_sessions(
    request: Any, q: str = "", way: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """Where one is signed in. `way`: `password`, `passkey` or `source`."""
    asked = query(q=q, way=way, sort=sort, after=after, size=size)
    return listed(SESSIONS.page(request.actor, queries.own_sessions(request.actor), asked))


@endpoint(
    router,
    "DELETE",
    "/sessions/{int:session_id}",
    may="own.profile",
    does="session.end",
    response=SessionOut,
)
def end_session(request: Any, session_id: int) -> Any:
    """Sign out there."""
    return actions.end_session(request.actor, queries.session(request.actor, session_id))


@endpoint(router, "DELETE", "/sessions", may="own.profile", does="session.end_others", response=PersonOut)
def end_others(request: Any) -> Any:
    """Sign out everywhere but here; with a token, everywhere."""
    me = tree.person(request.actor, request.actor.person_id)
    return actions.end_other_sessions(request.actor, me)


@endpoint(router, "GET", PERSON + "/sessions", may="sessions.end", response=Listed[SessionOut])
def sessions_of(
    request: Any,
    person_id: int,
    q: str = "",
    way: str = "",
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Where somebody is signed in."""
    rows = queries.sessions_of(request.actor, tree.person(request.actor, person_id))
    asked = query(q=q, way=way, sort=sort, after=after, size=size)
    return listed(SESSIONS.page(request.actor, rows, asked))


@endpoint(
    router, "POST", PERSON + "/sign-out", may="sessions.end", does="person.sign_out", response=PersonOut
)
def sign_out(request: Any, person_id: int, body: Ending) -> Any:
    """End every session of somebody."""
    return actions.sign_out(request.actor, tree.person(request.actor, person_id), reason=body.reason)


@endpoint(
    router,
    "POST",
    "/sessions/{int:session_id}/end",
    may="sessions.end",
    does="session.throw_out",
    response=SessionOut,
)
def throw_out(request: Any, session_id: int, body: Ending) -> Any:
    """End somebody else's session."""
    return actions.throw_out(request.actor, queries.session(request.actor, session_id), reason=body.reason)


@endpoint(
    router,
    "POST",
    PERSON + "/forget-factors",
    may="sessions.end",
    does="person.forget_factors",
    response=PersonOut,
)
def forget_factors(request: Any, person_id: int, body: Ending) -> Any:
    """Take away somebody's second factors and sign them out: they set up new ones."""
    return actions.forget_factors(request.actor, tree.person(request.actor, person_id), reason=body.reason)
