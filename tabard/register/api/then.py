"""The register's past by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tabard.kernel import clock
from tabard.kernel.endpoint import Moment, endpoint
from tabard.kernel.errors import Invalid
from tabard.register import then

router = Router(tags=["Register"])


class ChannelThenOut(Schema):
    """A channel as it was. Ids are those of units and people today."""

    id: int
    platform: str
    handle: str
    name: str
    url: str
    remote_id: str
    unit_id: int
    state: str
    owner_id: int | None
    deputy_id: int | None
    purpose: str
    audience: str
    languages: list[str]


class RegisterThenOut(Schema):
    """`known_since` where `at` is before it: channels are then as they were at that moment."""

    at: datetime
    known_since: datetime | None
    channels: list[ChannelThenOut]


class ChannelChangeOut(Schema):
    """`kinds` say what became of it; `before` is null for what was added."""

    id: int
    kinds: list[str]
    changed: list[str]
    before: ChannelThenOut | None
    after: ChannelThenOut
    instead_of_id: int | None


class RegisterChangesOut(Schema):
    since: datetime
    until: datetime
    known_since: datetime | None
    changes: list[ChannelChangeOut]


@endpoint(router, "GET", "/channels/then", may="channels.see", response=RegisterThenOut)
def register_then(request: Any, at: Moment) -> Any:
    """Every channel one may see as it was at a past moment, by handle."""
    asked, rows = then.at_moment(request.actor, request.scope, at)
    return {"at": asked.first, "known_since": asked.unsure, "channels": [_stood(r.stood) for r in rows]}


@endpoint(router, "GET", "/channels/changes", may="channels.see", response=RegisterChangesOut)
def register_changes(request: Any, since: Moment, until: Moment | None = None, kind: str = "") -> Any:
    """What changed in the register between two moments, with the kinds of each change."""
    if until is not None and until < since:
        raise Invalid({"until": ["`until` must not be before `since`."]})
    asked, found = then.changed_between(request.actor, request.scope, since, until or clock.now(), kind=kind)
    return {
        "since": asked.first,
        "until": asked.second,
        "known_since": asked.unsure,
        "changes": [
            {
                "id": each.change.channel_id,
                "kinds": each.change.kinds,
                "changed": [name.removesuffix("_id") for name in each.change.facts],
                "before": _stood(each.change.was) if each.change.was else None,
                "after": _stood(each.change.now),
                "instead_of_id": each.change.instead_of,
            }
            for each in found
        ],
    }


def _stood(stood: Any) -> dict[str, Any]:
    return {"id": stood.channel_id, "platform": stood.facts["platform_id"], **stood.facts}
