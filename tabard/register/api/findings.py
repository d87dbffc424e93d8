"""Findings of the register by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org.queries import person_named
from tabard.org.queries import unit as unit_of
from tabard.org.tree import root
from tabard.register import actions, finding_queries, queries

router = Router(tags=["Register"])
ONE = "/findings/{int:entry_finding_id}"


class EntryFinding(Schema):
    """What does not fit about a channel. `kind`: duplicate, contradictory, nobody, one_person, dormant or
    incomplete; `state`: open, kept (decided) or gone; `others`: for duplicates, the other channels."""

    id: int
    channel_id: int
    others: list[int]
    kind: str
    says: list[str]
    state: str
    reason: str
    until: date | None
    decided_by_id: int | None
    decided_at: datetime | None
    found_at: datetime


class FindingKept(Schema):
    reason: str
    days: int | None = None


class FindingMerged(Schema):
    into_id: int


class FindingRetired(Schema):
    reason: str


class FindingGiven(Schema):
    """People are ids, e-mails or names."""

    owner: str | int | None = None
    deputy: str | int | None = None


class Looked(Schema):
    """How many findings are new, changed or over."""

    changed: int


@endpoint(router, "GET", "/findings", may="channels.see", response=Listed[EntryFinding])
def findings(
    request: Any,
    q: str = "",
    kind: str = "",
    state: str = "",
    platform: str = "",
    channel_id: int | None = None,
    unit_id: int | None = None,
    within: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What does not fit in the register; open ones unless `state` asks for others."""
    scope = unit_of(request.actor, within) if within is not None else None
    asked = query(
        q=q, kind=kind, state=state, platform=platform, channel=channel_id, unit=unit_id, sort=sort,
        after=after, size=size,
    )  # fmt: skip
    return listed(finding_queries.findings(request.actor, scope, asked))


@endpoint(router, "POST", "/findings", may="channels.edit", does="findings.look", response=Looked)
def look(request: Any) -> Any:
    """Look through the whole register now."""
    return {"changed": actions.look_through(request.actor, root(request.actor))}


@endpoint(router, "GET", ONE, may="channels.see", response=EntryFinding)
def finding(request: Any, entry_finding_id: int) -> Any:
    """One finding."""
    return finding_queries.finding(request.actor, entry_finding_id)


@endpoint(router, "PUT", ONE + "/kept", may="channels.edit", does="finding.keep", response=EntryFinding)
def keep(request: Any, entry_finding_id: int, body: FindingKept) -> Any:
    """It may stay, for a reason; asked again when its facts change, or after `days`."""
    found = finding_queries.finding(request.actor, entry_finding_id)
    actions.keep_finding(request.actor, found, reason=body.reason, days=body.days)
    return finding_queries.finding(request.actor, entry_finding_id)


@endpoint(router, "DELETE", ONE + "/kept", may="channels.edit", does="finding.reopen", response=EntryFinding)
def reopen(request: Any, entry_finding_id: int) -> Any:
    """It may not stay after all."""
    actions.reopen_finding(request.actor, finding_queries.finding(request.actor, entry_finding_id))
    return finding_queries.finding(request.actor, entry_finding_id)


@endpoint(router, "PUT", ONE + "/merged", may="channels.edit", does="finding.merge", response=EntryFinding)
def merge(request: Any, entry_finding_id: int, body: FindingMerged) -> Any:
    """One of the channels stays; the others begin to be retired."""
    found = finding_queries.finding(request.actor, entry_finding_id)
    actions.merge_finding(request.actor, found, into=queries.channel(request.actor, body.into_id))
    return finding_queries.finding(request.actor, entry_finding_id)


@endpoint(router, "PUT", ONE + "/retired", may="channels.edit", does="finding.retire", response=EntryFinding)
def retire(request: Any, entry_finding_id: int, body: FindingRetired) -> Any:
    """The channel is no longer needed."""
    found = finding_queries.finding(request.actor, entry_finding_id)
    actions.retire_finding(request.actor, found, reason=body.reason)
    return finding_queries.finding(request.actor, entry_finding_id)


@endpoint(
    router, "PUT", ONE + "/people", may="channels.edit", does="finding.give_owner", response=EntryFinding
)
def give(request: Any, entry_finding_id: int, body: FindingGiven) -> Any:
    """Somebody answers for the channel from now on, or backs who does."""
    found = finding_queries.finding(request.actor, entry_finding_id)
    people = {n: person_named(request.actor, str(getattr(body, n) or ""), n) for n in ("owner", "deputy")}
    actions.give_owner(request.actor, found, **people)
    return finding_queries.finding(request.actor, entry_finding_id)
