"""One's own API tokens, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.access import actions, queries
from tabard.access.queries.lists import TOKENS
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, Moment, endpoint, listed, query
from tabard.org.tree import person

router = Router(tags=["Access"])


class TokenOut(Schema):
    id: int
    name: str
    start: str
    permissions: list[str]
    dangerous: bool
    created_at: datetime
    expires_at: datetime | None
    used_at: ByItself[datetime | None]
    ended_at: datetime | None


class TokenMade(TokenOut):
    key: str = Field(description="Shown this once.")


class TokenMake(Schema):
    name: str
    permissions: list[str] = []
    expires_at: Moment | None = None
    dangerous: bool = Field(
        default=False, description="For acts that ask people to show again that it is them."
    )


@endpoint(router, "GET", "/tokens", may="own.profile", response=Listed[TokenOut])
def tokens(
    request: Any, q: str = "", state: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """One's own tokens, the newest first. `state`: `open` or `ended`."""
    asked = query(q=q, state=state, sort=sort, after=after, size=size)
    return listed(TOKENS.page(request.actor, queries.tokens(request.actor), asked))


@endpoint(router, "POST", "/tokens", may="own.profile", does="token.make", response={201: TokenMade})
def make_token(request: Any, body: TokenMake) -> Any:
    """A new token, made signed in; a token cannot make another."""
    me = person(request.actor, request.actor.person_id)
    made = actions.make_token(
        request.actor,
        me,
        name=body.name,
        permissions=body.permissions,
        expires_at=body.expires_at,
        dangerous=body.dangerous,
    )
    return Status(201, made)


@endpoint(router, "DELETE", "/tokens/{int:token_id}", may="own.profile", does="token.end", response=TokenOut)
def end_token(request: Any, token_id: int) -> Any:
    """The key opens nothing from this moment on."""
    return actions.end_token(request.actor, queries.token(request.actor, token_id))
