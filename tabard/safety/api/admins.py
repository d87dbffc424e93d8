"""Who administers channels at their platforms, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org import queries as org
from tabard.org import tree
from tabard.register import queries as register
from tabard.safety import actions, jobs, reading
from tabard.safety.queries import admins

router = Router(tags=["Safety"])
ONE = "/admin-findings/{int:finding_id}"
OF_CHANNEL = "/channels/{int:channel_id}/administrators"
OF_UNIT = "/units/{int:unit_id}/administrators/reading"


class PlatformAdminOut(Schema):
    """One name on a platform's list: `person_id` as somebody confirmed, `suggested_id` as it seems."""

    id: int
    channel_id: int
    remote_id: str
    handle: str
    name: str
    email: str
    role: str
    since: datetime | None
    first_at: datetime
    last_at: ByItself[datetime]
    gone_at: datetime | None
    person_id: int | None
    suggested_id: ByItself[int | None]


class AdminFindingOut(Schema):
    """What does not fit about one of them. `kind`: left, unknown, no_grant or alone."""

    id: int
    channel_id: int
    admin_id: int
    kind: str
    person_id: int | None
    departure_id: int | None
    owner_id: int | None
    state: str
    next_step: str
    found_at: datetime
    due_at: datetime
    reason: str
    decided_by_id: int | None
    decided_at: datetime | None
    ended_at: datetime | None
    evidence: str

    @staticmethod
    def resolve_next_step(found: Any) -> str:
        return str(admins.DO[found.kind]) if found.state == "open" else ""


class AdminListOut(Schema):
    """One channel's list. `tells`: its platform has one; `one_login`: nobody has a role there."""

    tells: bool
    one_login: bool
    read_at: ByItself[datetime | None]
    tried_at: ByItself[datetime | None]
    problem: ByItself[str]
    administrators: list[PlatformAdminOut]
    gone: list[PlatformAdminOut]

    @staticmethod
    def resolve_administrators(found: Any) -> Any:
        return found.here

    @staticmethod
    def resolve_read_at(found: Any) -> Any:
        return found.reading and found.reading.read_at

    @staticmethod
    def resolve_tried_at(found: Any) -> Any:
        return found.reading and found.reading.tried_at

    @staticmethod
    def resolve_problem(found: Any) -> str:
        return found.reading.problem if found.reading else ""


class ReadingOut(Schema):
    """How many of the lists that were asked for together have been tried."""

    tried: int
    several: int


class AdminIs(Schema):
    person_id: int


class FindingAccept(Schema):
    reason: str


class FindingGive(Schema):
    owner_id: int


@endpoint(router, "GET", "/admin-findings", may="vault.see", response=Listed[AdminFindingOut])
def findings(
    request: Any,
    q: str = "",
    kind: str = "",
    state: str = "",
    platform: str = "",
    owner_id: int | None = None,
    person_id: int | None = None,
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What does not fit; what may stay or is over only with `state` or `person_id`."""
    scope = org.unit(request.actor, unit_id) if unit_id else None
    asked = query(q=q, kind=kind, state=state, platform=platform, owner=owner_id, person=person_id)
    asked |= query(sort=sort, after=after, size=size)
    return listed(admins.findings(request.actor, scope, asked))


@endpoint(router, "GET", ONE, may="vault.see", response=AdminFindingOut)
def finding(request: Any, finding_id: int) -> Any:
    """One of them."""
    return admins.finding(request.actor, finding_id)


@endpoint(
    router,
    "PUT",
    ONE + "/acceptance",
    may="vault.edit",
    does="admin_finding.accept",
    response=AdminFindingOut,
)
def accept(request: Any, finding_id: int, body: FindingAccept) -> Any:
    """It may stay, for a reason; not asked again until something changes."""
    found = admins.finding(request.actor, finding_id)
    return actions.accept_finding(request.actor, found, reason=body.reason)


@endpoint(
    router,
    "DELETE",
    ONE + "/acceptance",
    may="vault.edit",
    does="admin_finding.reopen",
    response=AdminFindingOut,
)
def reopen(request: Any, finding_id: int) -> Any:
    """It may not stay after all."""
    return actions.reopen_finding(request.actor, admins.finding(request.actor, finding_id))


@endpoint(
    router, "PUT", ONE + "/owner", may="vault.edit", does="admin_finding.give", response=AdminFindingOut
)
def give(request: Any, finding_id: int, body: FindingGive) -> Any:
    """Somebody else sees to it."""
    to = tree.person(request.actor, body.owner_id)
    return actions.give_finding(request.actor, admins.finding(request.actor, finding_id), to=to)


@endpoint(router, "GET", OF_CHANNEL, may="vault.see", response=AdminListOut)
def of_channel(request: Any, channel_id: int) -> Any:
    """Who administers a channel at its platform, as read last."""
    return admins.of_channel(request.actor, register.channel(request.actor, channel_id))


@endpoint(
    router,
    "POST",
    OF_CHANNEL + "/reading",
    may="vault.edit",
    does=("admins.read", "admins.not_read"),
    response=AdminListOut,
)
def read(request: Any, channel_id: int) -> Any:
    """Ask the platform now."""
    found = register.channel(request.actor, channel_id)
    reading.read(request.actor, found)
    return admins.of_channel(request.actor, found)


@endpoint(router, "GET", "/administrators/{int:admin_id}", may="vault.see", response=PlatformAdminOut)
def administrator(request: Any, admin_id: int) -> Any:
    """One name on a platform's list."""
    return admins.admin(request.actor, admin_id)


@endpoint(
    router,
    "PUT",
    "/administrators/{int:admin_id}/person",
    may="vault.edit",
    does="admin.name",
    response=PlatformAdminOut,
)
def name(request: Any, admin_id: int, body: AdminIs) -> Any:
    """Say who that is, on every list of the platform."""
    person = tree.person(request.actor, body.person_id)
    return actions.name_admin(request.actor, admins.admin(request.actor, admin_id), person=person)


@endpoint(
    router,
    "DELETE",
    "/administrators/{int:admin_id}/person",
    may="vault.edit",
    does="admin.unname",
    response=PlatformAdminOut,
)
def unname(request: Any, admin_id: int) -> Any:
    """It is not known who that is."""
    return actions.unname_admin(request.actor, admins.admin(request.actor, admin_id))


@endpoint(router, "POST", OF_UNIT, may="vault.edit", does="admins.ask", response={202: ReadingOut})
def ask(request: Any, unit_id: int) -> Any:
    """Have every list of the unit and those below it read."""
    place = org.unit(request.actor, unit_id)
    actions.ask_for_admins(request.actor, place)
    jobs.read_admins_now.defer()
    return Status(202, _reading(request, place))


@endpoint(router, "GET", OF_UNIT, may="vault.see", response=ReadingOut)
def how_far(request: Any, unit_id: int) -> Any:
    """How far that is."""
    return _reading(request, org.unit(request.actor, unit_id))


def _reading(request: Any, place: Any) -> dict[str, int]:
    tried, several = admins.progress(request.actor, place)
    return {"tried": tried, "several": several}
