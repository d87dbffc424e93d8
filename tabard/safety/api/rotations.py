"""What is to be changed, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org import queries as org
from tabard.org import tree
from tabard.register import queries as register
from tabard.safety import actions, queries

router = Router(tags=["Safety"])
ONE = "/rotations/{int:rotation_id}"


class RotationOut(Schema):
    """A password (`credential_id`), the key of a connection (`channel_id`) or a secret kept `elsewhere` that
    must be changed: an `app` on a platform, the secret of a `source` of identity, the `token` of a directory
    or the secret of a `stream` of the log, with its `elsewhere_key`, name and unit."""

    id: int
    credential_id: int | None
    channel_id: int | None
    elsewhere: str
    elsewhere_key: str
    called: str
    unit_id: int | None
    why: str
    reason: str
    person_id: int | None
    departure_id: int | None
    owner_id: int | None
    lead_id: int | None
    state: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    ended_by_id: int | None
    evidence: str


class RotationAsk(Schema):
    reason: str


class RotationDone(Schema):
    evidence: str


class RotationGive(Schema):
    owner_id: int


@endpoint(router, "GET", "/rotations", may="vault.see", response=Listed[RotationOut])
def rotations(
    request: Any,
    q: str = "",
    state: str = "",
    why: str = "",
    owner_id: int | None = None,
    person_id: int | None = None,
    departure_id: int | None = None,
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What is to be changed; what is over only with `state`, `person_id` or `departure_id`."""
    scope = org.unit(request.actor, unit_id) if unit_id else None
    asked = query(q=q, state=state, why=why, owner=owner_id, person=person_id, departure=departure_id)
    asked |= query(sort=sort, after=after, size=size)
    return listed(queries.rotations(request.actor, scope, asked))


@endpoint(router, "GET", ONE, may="vault.see", response=RotationOut)
def rotation(request: Any, rotation_id: int) -> Any:
    """One of them."""
    return queries.rotation(request.actor, rotation_id)


@endpoint(
    router,
    "POST",
    "/credentials/{int:credential_id}/rotations",
    may="vault.edit",
    does="rotation.ask",
    response={201: RotationOut},
)
def ask(request: Any, credential_id: int, body: RotationAsk) -> Any:
    """Have a password changed."""
    found = queries.credential(request.actor, credential_id)
    return Status(201, actions.ask_for_credential(request.actor, found, reason=body.reason))


@endpoint(
    router,
    "POST",
    "/channels/{int:channel_id}/rotations",
    may="vault.edit",
    does="rotation.ask_for_channel",
    response={201: RotationOut},
)
def ask_for_channel(request: Any, channel_id: int, body: RotationAsk) -> Any:
    """Have the key of a connection changed."""
    found = register.channel(request.actor, channel_id)
    return Status(201, actions.ask_for_channel(request.actor, found, reason=body.reason))


@endpoint(router, "POST", ONE + "/done", may="vault.edit", does="rotation.finish", response=RotationOut)
def finish(request: Any, rotation_id: int, body: RotationDone) -> Any:
    """The key of a connection was changed: say how. Passwords are done by setting the new one."""
    found = queries.rotation(request.actor, rotation_id)
    return actions.finish(request.actor, found, evidence=body.evidence)


@endpoint(router, "DELETE", ONE, may="vault.edit", does="rotation.drop", response=RotationOut)
def drop(request: Any, rotation_id: int, reason: str) -> Any:
    """It need not be changed, for a reason that stays."""
    return actions.drop(request.actor, queries.rotation(request.actor, rotation_id), reason=reason)


@endpoint(router, "PUT", ONE + "/owner", may="vault.edit", does="rotation.give", response=RotationOut)
def give(request: Any, rotation_id: int, body: RotationGive) -> Any:
    """Somebody else sees to it."""
    to = tree.person(request.actor, body.owner_id)
    return actions.give_rotation(request.actor, queries.rotation(request.actor, rotation_id), to=to)
