"""The audit log by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tabard.audit import queries
from tabard.kernel.endpoint import Listed, endpoint, listed, query

router = Router(tags=["Audit"])


class EntryOut(Schema):
    id: int
    at: datetime
    said: str
    actor_kind: str
    actor_name: str
    person_id: int | None
    via: str
    origin: str
    action: str
    kind: str
    thing_id: int | None
    label: str
    unit_id: int | None
    channel_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    notes: dict[str, Any]


@endpoint(router, "GET", "/audit", may="audit.see", response=Listed[EntryOut])
def entries(
    request: Any,
    q: str = "",
    action: str = "",
    person: str = "",
    kind: str = "",
    thing: str = "",
    channel: str = "",
    since: str = "",
    until: str = "",
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Who did what to what, before and after; the newest first."""
    given = {"q": q, "action": action, "person": person, "kind": kind, "thing": thing, "channel": channel}
    asked = query(**given, since=since, until=until, sort=sort, after=after, size=size)
    return listed(queries.entries(request.actor, None, asked))


@endpoint(router, "GET", "/audit/{int:entry_id}", may="audit.see", response=EntryOut)
def entry(request: Any, entry_id: int) -> Any:
    """One entry."""
    return queries.entry(request.actor, entry_id)
