"""Shared credentials by API. What is secret comes out by a look or a code alone, and each is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org import queries as org
from tabard.register import queries as register
from tabard.safety import actions, queries
from tabard.safety.actions.credentials import PLAIN

router = Router(tags=["Safety"])
ONE, OUT = "/credentials/{int:credential_id}", "/check-outs/{int:check_out_id}"


class CredentialOut(Schema):
    """A shared credential: nothing secret is ever in it."""

    id: int
    unit_id: int | None
    channel_id: int | None
    name: str
    login: str
    recovery_email: str
    recovery_phone: str
    has_codes: bool
    changed_at: datetime | None
    forgotten_at: datetime | None

    @staticmethod
    def resolve_has_codes(found: Any) -> bool:
        return bool(found.seed)


class CredentialAdd(Schema):
    unit_id: int | None = Field(None, description="The unit, or else the channel, that it belongs to.")
    channel_id: int | None = None
    name: str
    login: str = ""
    password: str = Field("", description="Empty: one is made.")
    codes: str = Field("", description="The key of one-time codes: base32, or an otpauth address.")
    recovery_email: str = ""
    recovery_phone: str = ""
    notes: str = ""


class CredentialChange(Schema):
    name: str | None = None
    login: str | None = None
    recovery_email: str | None = None
    recovery_phone: str | None = None
    notes: str | None = Field(None, description="Kept sealed. Empty forgets them.")


class NewPassword(Schema):
    password: str = Field("", description="Empty: one is made.")


class Codes(Schema):
    codes: str = Field(description="Base32 or an otpauth address; empty forgets them.")


class Taking(Schema):
    hours: int | None = Field(
        None, description="At most what the policy allows, which is what it is without."
    )
    reason: str = ""


class Emergency(Schema):
    reason: str
    hours: int = 1


class CheckOutOut(Schema):
    id: int
    credential_id: int
    person_id: int
    reason: str
    emergency: bool
    asked_at: datetime
    taken_at: datetime | None
    until: datetime | None
    ended_at: datetime | None
    ended_how: str


class SeenOut(Schema):
    password: str
    before: str
    notes: str


class CodeOut(Schema):
    code: str
    seconds: int
    period: int


class LookOut(Schema):
    id: int
    person_id: int | None
    check_out_id: int | None
    what: str
    via: str
    at: datetime


def _of(request: Any, credential_id: int) -> Any:
    return queries.credential(request.actor, credential_id)


@endpoint(router, "GET", "/credentials", may="vault.see", response=Listed[CredentialOut])
def credentials(
    request: Any,
    q: str = "",
    state: str = "",
    unit_id: int | None = None,
    channel_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Shared credentials. `state`: free, out or change; `unit_id`: of this unit and those below it."""
    scope = org.unit(request.actor, unit_id) if unit_id else None
    asked = query(q=q, state=state, channel=channel_id, sort=sort, after=after, size=size)
    return listed(queries.credentials(request.actor, scope, asked))


@endpoint(
    router,
    "POST",
    "/credentials",
    may="vault.edit",
    does=("credential.add", "credential.add_to_channel"),
    response={201: CredentialOut},
)
def add_credential(request: Any, body: CredentialAdd) -> Any:
    """Keep a credential of a channel or of a unit."""
    given: dict[str, Any] = body.dict(include={"password", "codes", "notes"})
    given["plain"] = body.dict(include=set(PLAIN))
    if body.channel_id:
        channel = register.channel(request.actor, body.channel_id)
        return Status(201, actions.add_to_channel(request.actor, channel, **given))
    unit = org.unit(request.actor, body.unit_id or 0)
    return Status(201, actions.add_to_unit(request.actor, unit, **given))


@endpoint(router, "GET", ONE, may="vault.see", response=CredentialOut)
def credential(request: Any, credential_id: int) -> Any:
    """One credential, without anything secret."""
    return _of(request, credential_id)


@endpoint(router, "PATCH", ONE, may="vault.edit", does="credential.change", response=CredentialOut)
def change_credential(request: Any, credential_id: int, body: CredentialChange) -> Any:
    """Change what is said of it; what is left out stays."""
    plain = {n: said for n, said in body.dict(include=set(PLAIN)).items() if said is not None}
    found = _of(request, credential_id)
    return actions.change_credential(request.actor, found, plain=plain, notes=body.notes)


@endpoint(router, "DELETE", ONE, may="vault.edit", does="credential.forget", response=CredentialOut)
def forget_credential(request: Any, credential_id: int) -> Any:
    """Keep nothing of it but who has ever seen it."""
    return actions.forget(request.actor, _of(request, credential_id))


@endpoint(
    router, "PUT", ONE + "/password", may="vault.use", does="credential.set_password", response=CredentialOut
)
def set_password(request: Any, credential_id: int, body: NewPassword) -> Any:
    """A new password; whatever asked for the change is done."""
    return actions.set_password(request.actor, _of(request, credential_id), password=body.password)


@endpoint(
    router, "PUT", ONE + "/codes", may="vault.edit", does="credential.set_codes", response=CredentialOut
)
def set_codes(request: Any, credential_id: int, body: Codes) -> Any:
    """Where one-time codes come from. It goes in and never comes out."""
    return actions.set_codes(request.actor, _of(request, credential_id), codes=body.codes)


@endpoint(
    router,
    "POST",
    ONE + "/check-outs",
    may="vault.use",
    does="credential.take",
    response={201: CheckOutOut},
)
def take(request: Any, credential_id: int, body: Taking) -> Any:
    """Have it alone for a while."""
    found = _of(request, credential_id)
    return Status(201, actions.take(request.actor, found, hours=body.hours, reason=body.reason))


@endpoint(
    router,
    "POST",
    ONE + "/emergencies",
    may="vault.emergency",
    does="credential.emergency",
    response={201: CheckOutOut},
)
def emergency(request: Any, credential_id: int, body: Emergency) -> Any:
    """Have it at once, whoever else has it. Everybody who keeps it is told."""
    found = _of(request, credential_id)
    return Status(201, actions.emergency(request.actor, found, reason=body.reason, hours=body.hours))


@endpoint(
    router, "POST", ONE + "/waiting", may="vault.use", does="credential.wait", response={201: CheckOutOut}
)
def wait(request: Any, credential_id: int) -> Any:
    """Be one of the next."""
    return Status(201, actions.wait(request.actor, _of(request, credential_id)))


@endpoint(
    router,
    "DELETE",
    ONE + "/waiting",
    may="vault.use",
    does="credential.stop_waiting",
    response=CredentialOut,
)
def stop_waiting(request: Any, credential_id: int) -> Any:
    """No longer wait."""
    return actions.stop_waiting(request.actor, _of(request, credential_id))


@endpoint(router, "POST", ONE + "/looks", may="vault.see", does="credential.look", response=SeenOut)
def look(request: Any, credential_id: int) -> Any:
    """The password and the notes, for whoever has it out. The look is written down."""
    return actions.look(request.actor, _of(request, credential_id))


@endpoint(router, "POST", ONE + "/codes", may="vault.see", does="credential.code", response=CodeOut)
def code(request: Any, credential_id: int) -> Any:
    """The one-time code of this moment, and for how many seconds it counts."""
    return actions.one_time_code(request.actor, _of(request, credential_id))


@endpoint(router, "GET", ONE + "/looks", may="vault.see", response=Listed[LookOut])
def looks(request: Any, credential_id: int, after: str = "", size: int = 50) -> Any:
    """Who has ever seen what of it, the latest first."""
    found = _of(request, credential_id)
    return listed(queries.looks(request.actor, found, query(after=after, size=size)))


@endpoint(router, "GET", "/check-outs", may="vault.see", response=Listed[CheckOutOut])
def check_outs(
    request: Any,
    q: str = "",
    state: str = "",
    emergency: str = "",
    person_id: int | None = None,
    credential_id: int | None = None,
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Who has, waits for or had which credential, the newest first.

    `state`: `out`, `waiting` or `over`; `emergency`: `yes` or `no`.
    """
    scope = org.unit(request.actor, unit_id) if unit_id else None
    who = {"person": person_id, "credential": credential_id}
    asked = query(q=q, state=state, emergency=emergency, **who, sort=sort, after=after, size=size)
    return listed(queries.check_outs(request.actor, scope, asked))


@endpoint(
    router,
    "DELETE",
    OUT,
    may="vault.see",
    does="credential.give_back",
    response=CheckOutOut,
)
def give_back(request: Any, check_out_id: int) -> Any:
    """Give it back, or take it back from somebody."""
    return actions.give_back(request.actor, queries.check_out(request.actor, check_out_id))
