"""The calendar by API."""

from __future__ import annotations

from typing import Any

from ninja import Router

from tabard.calendar import queries
from tabard.kernel.endpoint import Moment, endpoint
from tabard.org.queries import unit as unit_of
from tabard.posts.schemas import PostRowOut, row_out

router = Router(tags=["Calendar"])


@endpoint(router, "GET", "/calendar", may="posts.see", response=list[PostRowOut])
def calendar(request: Any, begins: Moment, ends: Moment, unit_id: int | None = None) -> list[Any]:
    """Posts due from `begins` until before `ends`, in order; at most 93 days and 2,000 posts."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    rows = queries.between(request.actor, scope, begins, ends)
    return [row_out(row.post, row.state) for row in rows]
