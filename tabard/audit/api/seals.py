"""The chain of seals, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tabard.audit.queries import seals
from tabard.kernel.endpoint import Listed, endpoint, listed, query

router = Router(tags=["Audit"])


class SealOut(Schema):
    number: int
    first_id: int
    last_id: int
    count: int
    head: str
    sealed_at: datetime
    key_name: str


class CheckOut(Schema):
    at: datetime
    sound: bool
    report: dict[str, Any]


class ChainOut(Listed[SealOut]):
    """The chain as a list of its seals, and how it stands as a whole."""

    waiting: int
    late: bool
    check: CheckOut | None


@endpoint(router, "GET", "/audit/seals", may="audit.see", response=ChainOut)
def index(
    request: Any, q: str = "", outside: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """How the chain stands: its seals, the newest first, how many entries wait, and the last nightly check.

    `q`: the number of a batch, or of an entry in it; `outside`: `kept`, `failed` or `none`.
    """
    asked = query(q=q, outside=outside, sort=sort, after=after, size=size)
    return {**seals.state(), **listed(seals.page(request.actor, asked))}
