"""The chain of seals, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tabard.audit.queries import seals
from tabard.kernel.endpoint import endpoint

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


class ChainOut(Schema):
    waiting: int
    late: bool
    check: CheckOut | None
    seals: list[SealOut]


@endpoint(router, "GET", "/audit/seals", may="audit.see", response=ChainOut)
def index(request: Any) -> Any:
    """How the chain stands: the newest seals, how many entries wait, and the last nightly check."""
    return {**seals.state(), "seals": seals.latest()}
