"""Directories, by API. What they say themselves comes over SCIM, at `/scim/v2`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.access import actions, queries
from tabard.access.actions.directories import Placing, ranked
from tabard.access.api.sources import PreviewOut, Rule
from tabard.access.queries.lists import DIRECTORIES, KEYS
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, Whole, endpoint, listed, query
from tabard.org import queries as org
from tabard.org import tree

router = Router(tags=["Access"])


class DirectoryIn(Schema):
    name: str
    unit_id: int = Field(description="Where people land whom no rule places.")
    domains: list[str] = Field(default=[], description="E-mails it may give to people; none: any.")
    links: bool = Field(default=False, description="Takes over people who are here, by their e-mail.")


class DirectoryChange(Whole, DirectoryIn):
    pass


class DirectoryOut(Schema):
    id: int
    name: str
    unit_id: int
    domains: list[str]
    links: bool
    people: ByItself[int]
    open_tokens: int


class DirectoryTokenOut(Schema):
    id: int
    start: str
    keeper_id: int | None
    created_at: datetime
    used_at: ByItself[datetime | None]
    ends_at: datetime
    ended_at: datetime | None
    known_outside_since: datetime | None = Field(description="Somebody who knew it has left: renew it.")


class DirectoryTokenIn(Schema):
    ends_at: datetime | None = Field(default=None, description="A year from now if not said; two at most.")


class DirectoryTokenMade(DirectoryTokenOut):
    key: str = Field(description="Shown this once.")


class Placement(Schema):
    attribute: str = Field(description="department, division, organization, costCenter, userType or title")
    value: str
    unit_id: int
    role_id: int | None = None


class PlacedOut(Schema):
    person: str
    before: str
    after: str


ONE = "/directories/{int:directory_id}"


@endpoint(router, "GET", "/directories", may="sources.edit", response=Listed[DirectoryOut])
def directories(
    request: Any, q: str = "", state: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """The directories, by name. `state`: `on`, or `off` for those without a token."""
    asked = query(q=q, state=state, sort=sort, after=after, size=size)
    return listed(DIRECTORIES.page(request.actor, queries.directories(request.actor), asked))


@endpoint(
    router, "POST", "/directories", may="sources.edit", does="directory.add", response={201: DirectoryOut}
)
def add_directory(request: Any, body: DirectoryIn) -> Any:
    """A directory that may speak as soon as it has a token."""
    given = body.dict()
    made = actions.add_directory(request.actor, org.unit(request.actor, given.pop("unit_id")), **given)
    return Status(201, queries.directory(request.actor, made.pk))


@endpoint(router, "GET", ONE, may="sources.edit", response=DirectoryOut)
def directory(request: Any, directory_id: int) -> Any:
    """One directory."""
    return queries.directory(request.actor, directory_id)


@endpoint(router, "PUT", ONE, may="sources.edit", does="directory.change", response=DirectoryOut)
def change_directory(request: Any, directory_id: int, body: DirectoryChange) -> Any:
    """Say it anew, whole: every field."""
    given = body.dict()
    unit = org.unit(request.actor, given.pop("unit_id"))
    actions.change_directory(
        request.actor, queries.directory(request.actor, directory_id), unit=unit, **given
    )
    return queries.directory(request.actor, directory_id)


@endpoint(router, "GET", ONE + "/tokens", may="sources.edit", response=Listed[DirectoryTokenOut])
def tokens(
    request: Any, directory_id: int, q: str = "", state: str = "", after: str = "", size: int = 50
) -> Any:
    """Its tokens, the newest first. `state`: `open` or `ended`."""
    rows = queries.directory(request.actor, directory_id).tokens.all()
    return listed(KEYS.page(request.actor, rows, query(q=q, state=state, after=after, size=size)))


@endpoint(
    router,
    "POST",
    ONE + "/tokens",
    may="sources.edit",
    does="directory.token",
    response={201: DirectoryTokenMade},
)
def make_token(request: Any, directory_id: int, body: DirectoryTokenIn | None = None) -> Any:
    """A token by which it speaks."""
    found = queries.directory(request.actor, directory_id)
    end = body.ends_at if body else None
    return Status(201, actions.make_directory_token(request.actor, found, ends_at=end))


@endpoint(
    router,
    "DELETE",
    "/directory-tokens/{int:directory_token_id}",
    may="sources.edit",
    does="directory.token_end",
    response=DirectoryTokenOut,
)
def end_token(request: Any, directory_token_id: int) -> Any:
    """The key opens nothing from this moment on."""
    found = queries.directory_token(request.actor, directory_token_id)
    return actions.end_directory_token(request.actor, found)


@endpoint(router, "GET", ONE + "/groups", may="sources.edit", response=list[Rule])
def groups(request: Any, directory_id: int) -> Any:
    """What its groups give."""
    return list(queries.directory(request.actor, directory_id).rules.all())


@endpoint(router, "POST", ONE + "/groups/preview", may="sources.edit", response=PreviewOut)
def preview_groups(request: Any, directory_id: int, body: list[Rule]) -> Any:
    """Who would get and who would lose what."""
    return queries.preview(queries.directory(request.actor, directory_id), _rules(request, body))


@endpoint(router, "PUT", ONE + "/groups", may="sources.edit", does="directory.map", response=list[Rule])
def map_groups(request: Any, directory_id: int, body: list[Rule]) -> Any:
    """These rules and no others."""
    found = queries.directory(request.actor, directory_id)
    return list(actions.map_directory_groups(request.actor, found, rules=_rules(request, body)).rules.all())


@endpoint(router, "GET", ONE + "/places", may="sources.edit", response=list[Placement])
def places(request: Any, directory_id: int) -> Any:
    """Where it puts people; the first that fits counts."""
    return queries.place_rules(queries.directory(request.actor, directory_id))


@endpoint(router, "POST", ONE + "/places/preview", may="sources.edit", response=list[PlacedOut])
def preview_places(request: Any, directory_id: int, body: list[Placement]) -> Any:
    """Who would move, or get another role."""
    found = queries.directory(request.actor, directory_id)
    return queries.preview_places(found, ranked(found, _placings(request, body)))


@endpoint(
    router, "PUT", ONE + "/places", may="sources.edit", does="directory.place", response=list[Placement]
)
def place_people(request: Any, directory_id: int, body: list[Placement]) -> Any:
    """These rules and no others; whom another one fits now moves at once."""
    found = queries.directory(request.actor, directory_id)
    return queries.place_rules(actions.place_people(request.actor, found, rules=_placings(request, body)))


def _rules(request: Any, body: list[Rule]) -> list[tuple[str, Any, Any]]:
    return [(r.group, tree.role(r.role_id), org.unit(request.actor, r.unit_id)) for r in body[:500]]


def _placings(request: Any, body: list[Placement]) -> list[Placing]:
    return [
        (
            r.attribute,
            r.value,
            org.unit(request.actor, r.unit_id),
            tree.role(r.role_id) if r.role_id else None,
        )
        for r in body[:500]
    ]
