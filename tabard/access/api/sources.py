"""How people sign in, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.access import actions, queries
from tabard.access.actions.sources import Settings
from tabard.access.queries.lists import SOURCES
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, Whole, endpoint, listed, query
from tabard.org import queries as org
from tabard.org import tree

router = Router(tags=["Access"])


class SourceOut(Schema):
    id: int
    slug: str
    unit_id: int
    name: str
    kind: str = Field(description="`oidc` or `saml`.")
    issuer: str
    client: str
    address: str
    logout_address: str
    certificates: str
    metadata_address: str
    metadata_certificate: str
    metadata_at: ByItself[datetime | None] = Field(description="When its own description was last read well.")
    metadata_problem: ByItself[str] = Field(description="Why it could not be read since; empty if it could.")
    domains: list[str]
    groups_claim: str
    links: bool
    makes_people: bool
    alone: bool
    brings_factor: bool
    encrypted: bool
    takes_cbc: bool
    sent_by: ByItself[str] = Field(
        description="SAML: by what its last answer was encrypted, or `clear`; empty before the first."
    )
    sent_at: ByItself[datetime | None]
    signs_out: bool
    enabled: bool


class SourceCertificateOut(Schema):
    name: str
    ends_at: datetime
    state: str = Field(description="`ok`, `warn`: ends within 30 days, `bad`: over.")
    ours: bool = Field(description="Ours for this source, not one it signs with.")


class SourceIn(Schema):
    name: str
    issuer: str = Field(description="The issuer, or of SAML the entity id.")
    client: str = ""
    secret: str = Field(default="", description="Empty leaves the one that is kept.")
    address: str = Field(default="", description="SAML: where browsers go to sign in.")
    logout_address: str = Field(default="", description="SAML: where browsers go to sign out there.")
    certificates: str = Field(default="", description="SAML: those it signs with, in PEM.")
    metadata_address: str = Field(
        default="", description="SAML: its own description, read daily; addresses and certificates follow it."
    )
    metadata_certificate: str = Field(
        default="", description="SAML: by which its description must be signed, in PEM."
    )
    domains: list[str] = []
    groups_claim: str = "groups"
    links: bool = Field(default=False, description="Takes over people who are here, by their e-mail.")
    makes_people: bool = False
    alone: bool = Field(default=False, description="No passwords for these domains.")
    brings_factor: bool = Field(default=False, description="Asks for a second factor itself.")
    encrypted: bool = Field(default=False, description="SAML: takes encrypted assertions only.")
    takes_cbc: bool = Field(
        default=False, description="SAML: takes AES-CBC too, legacy, where all of the answer is signed."
    )
    signs_out: bool = Field(default=False, description="Signing out here is signing out there too.")
    enabled: bool = True


class SourceChange(Whole, SourceIn):
    unread = frozenset({"secret"})


class SourceAdd(SourceIn):
    unit_id: int
    kind: str = Field(default="oidc", description="`oidc` or `saml`; stays as it is.")


class Rule(Schema):
    group: str
    role_id: int
    unit_id: int


class MemberChangeOut(Schema):
    person: str
    role: str
    unit: str
    group: str


class PreviewOut(Schema):
    gets: list[MemberChangeOut]
    loses: list[MemberChangeOut]


SOURCE = "/sources/{int:source_id}"


@endpoint(router, "GET", "/sources", may="sources.edit", response=Listed[SourceOut])
def sources(
    request: Any,
    q: str = "",
    state: str = "",
    kind: str = "",
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """The sources of identity, by name. `state`: `on` or `off`."""
    asked = query(q=q, state=state, kind=kind, sort=sort, after=after, size=size)
    return listed(SOURCES.page(request.actor, queries.sources(request.actor), asked))


@endpoint(router, "POST", "/sources", may="sources.edit", does="source.add", response={201: SourceOut})
def add_source(request: Any, body: SourceAdd) -> Any:
    """A source whose word is believed from now on."""
    given = body.dict()
    unit = org.unit(request.actor, given.pop("unit_id"))
    said = queries.as_described(Settings(**given))
    return Status(201, actions.add_source(request.actor, unit, said=said))


@endpoint(router, "GET", SOURCE, may="sources.edit", response=SourceOut)
def source(request: Any, source_id: int) -> Any:
    """One source of identity."""
    return queries.source(request.actor, source_id)


@endpoint(router, "PUT", SOURCE, may="sources.edit", does="source.change", response=SourceOut)
def change_source(request: Any, source_id: int, body: SourceChange) -> Any:
    """Say it anew, whole: every field but the secret, which stays if it is left out."""
    found = queries.source(request.actor, source_id)
    said = queries.as_described(Settings(kind=found.kind, **body.dict()), found)
    return actions.change_source(request.actor, found, said=said)


@endpoint(router, "GET", SOURCE + "/certificates", may="sources.edit", response=list[SourceCertificateOut])
def certificates(request: Any, source_id: int) -> Any:
    """Those it signs with, and ours for it, with their ends."""
    return queries.certificates(queries.source(request.actor, source_id))


@endpoint(router, "POST", SOURCE + "/keys", may="sources.edit", does="source.key_add", response=SourceOut)
def add_key(request: Any, source_id: int) -> Any:
    """The next key of ours for a SAML source, beside the one in use."""
    return actions.add_source_key(request.actor, queries.source(request.actor, source_id))


@endpoint(
    router, "DELETE", SOURCE + "/keys/older", may="sources.edit", does="source.key_drop", response=SourceOut
)
def drop_key(request: Any, source_id: int) -> Any:
    """Let the older of two keys go."""
    return actions.drop_source_key(request.actor, queries.source(request.actor, source_id))


@endpoint(router, "POST", SOURCE + "/read", may="sources.edit", does="source.read", response=SourceOut)
def read(request: Any, source_id: int) -> Any:
    """Read what a SAML source says of itself now; `metadata_problem` says if it could not be."""
    found = queries.source(request.actor, source_id)
    described, problem = queries.read(found)
    return actions.take_description(request.actor, found, found=described, problem=problem)


@endpoint(router, "GET", SOURCE + "/groups", may="sources.edit", response=list[Rule])
def groups(request: Any, source_id: int) -> Any:
    """What groups give."""
    return list(queries.source(request.actor, source_id).rules.all())


@endpoint(router, "POST", SOURCE + "/groups/preview", may="sources.edit", response=PreviewOut)
def preview(request: Any, source_id: int, body: list[Rule]) -> Any:
    """Who would get and who would lose what."""
    return queries.preview(queries.source(request.actor, source_id), _rules(request, body))


@endpoint(router, "PUT", SOURCE + "/groups", may="sources.edit", does="source.map", response=SourceOut)
def map_groups(request: Any, source_id: int, body: list[Rule]) -> Any:
    """These rules and no others."""
    found = queries.source(request.actor, source_id)
    return actions.map_groups(request.actor, found, rules=_rules(request, body))


def _rules(request: Any, body: list[Rule]) -> list[tuple[str, Any, Any]]:
    return [(r.group, tree.role(r.role_id), org.unit(request.actor, r.unit_id)) for r in body[:500]]
