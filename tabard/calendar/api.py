"""The calendar by API."""

from __future__ import annotations

from typing import Any

from ninja import Router

from tabard.calendar import queries
from tabard.kernel.endpoint import Listed, Moment, endpoint, listed, query
from tabard.org.queries import unit as unit_of
from tabard.posts.schemas import PostRowOut, row_out

router = Router(tags=["Calendar"])


@endpoint(router, "GET", "/calendar", may="posts.see", response=Listed[PostRowOut])
def calendar(
    request: Any, begins: Moment, ends: Moment, unit_id: int | None = None, after: str = "", size: int = 50
) -> Any:
    """Posts due from `begins` until before `ends`, in order; at most 93 days."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    page = queries.between(request.actor, scope, begins, ends, query(after=after, size=size))
    rows: list[Any] = page.rows
    return {**listed(page), "items": [row_out(post, post.shown.state) for post in rows]}
