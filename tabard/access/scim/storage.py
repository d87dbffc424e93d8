"""Where the protocol reads and writes: the people and groups of one directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, transaction
from scim2_models import (
    ConflictException,
    ForbiddenException,
    InvalidFilterException,
    InvalidValueException,
    NotFoundException,
    PreconditionFailedException,
    ResourceType,
    SCIMException,
    SearchRequest,
    UniquenessException,
)
from scim2_server.storage import ScimStorage, SearchPage

from tabard.access.actions.memberships import change_group_members
from tabard.access.models import Directory
from tabard.access.scim import finding
from tabard.access.scim.kinds import Groups, People
from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Denied, IllegalMove, Invalid, Missing, Refusal

LONGEST_FILTER = 4000


class Storage(ScimStorage):
    """One directory's people and groups, for one request."""

    def __init__(self, by: Actor, directory: Directory) -> None:
        self.directory = directory
        self.kinds: dict[str, Any] = {
            "User": People(by, directory),
            "Group": Groups(by, directory),
        }

    @contextmanager
    def operation(self) -> Iterator[None]:
        """An operation stands or falls as a whole; its refusals are told as the protocol has them."""
        try:
            with transaction.atomic():
                yield
        except Refusal as error:
            raise told(error) from error

    def get(self, resource_type: ResourceType, resource_id: str, *, response_parameters: Any = None) -> Any:
        """One resource. What is read without `response_parameters` is about to be written: it is locked."""
        kind = self._kind(resource_type)
        row = self._row(kind, resource_id, lock=response_parameters is None)
        return kind.shaped([row], light=without_members(response_parameters))[row.pk]

    def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *, position: Any = None
    ) -> SearchPage:
        """A page of what fits, of all kinds asked for together. Two queries, and two more for each kind."""
        kinds = [self._kind(each) for each in resource_types]
        question = finding.Question({"directory": self.directory.pk})
        rows = _rows(kinds, search_request, question)
        start, most = search_request.start_index_0 or 0, search_request.count or 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({rows}) found", question.given)  # noqa: S608
            total = cursor.fetchone()[0]
            down = str(search_request.sort_order or "").endswith("descending")
            way = "DESC NULLS FIRST" if down else "ASC NULLS LAST"
            cursor.execute(
                f"SELECT kind, id FROM ({rows}) found ORDER BY by {way}, kind DESC, id"  # noqa: S608
                f" LIMIT {int(most)} OFFSET {min(int(start), 2**31)}",
                question.given,
            )
            page = cursor.fetchall()
        light = without_members(search_request)
        found: dict[tuple[str, int], Any] = {}
        for kind in kinds:
            name = kind.table.kind
            ids = [pk for each, pk in page if each == name]
            shaped = cast(Any, kind).shaped(kind.rows().filter(pk__in=ids), light=light) if ids else {}
            found |= {(name, pk): resource for pk, resource in shaped.items()}
        return SearchPage(total, [found[key] for key in map(tuple, page) if key in found])

    def create(self, resource_type: ResourceType, resource: Any) -> Any:
        """Something new."""
        kind: Any = self._kind(resource_type)
        made = kind.create(resource)
        return kind.shaped([made])[made.pk]

    def update(
        self, resource_type: ResourceType, resource: Any, *, expected_version: str | None = None
    ) -> Any:
        """All of it anew."""
        kind: Any = self._kind(resource_type)
        row = self._expected(kind, str(resource.id), expected_version)
        kind.update(row, resource)
        return self._as_it_is(kind, row.pk)

    def delete(
        self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None
    ) -> None:
        """It is no more."""
        kind: Any = self._kind(resource_type)
        kind.delete(self._expected(kind, resource_id, expected_version))

    def let(self, group_id: str, come: dict[int, str], go: list[int]) -> Any:
        """Let some into a group and others out; the group as it is then, without who else is in it."""
        groups = self.kinds["Group"]
        row = self._row(groups, group_id, lock=False)
        change_group_members(groups.by, row, come=come, go=go)
        return groups.shaped(groups.rows().filter(pk=row.pk), light=True)[row.pk]

    def _kind(self, resource_type: ResourceType) -> People | Groups:
        found: People | Groups = self.kinds[str(resource_type.name)]
        return found

    def _row(self, kind: Any, resource_id: str, *, lock: bool) -> Any:
        number = text.number(resource_id)
        rows = kind.rows().select_for_update(of=("self",), no_key=True) if lock else kind.rows()
        for row in rows.filter(pk=number) if number is not None else ():
            return row
        raise NotFoundException(detail=f"{kind.table.kind} {resource_id[:60]!r} not found")

    def _expected(self, kind: Any, resource_id: str, version: str | None) -> Any:
        row = self._row(kind, resource_id, lock=True)
        if version is not None and kind.shaped([row], light=True)[row.pk].meta.version != version:
            raise PreconditionFailedException
        return row

    def _as_it_is(self, kind: Any, pk: int) -> Any:
        return kind.shaped(kind.rows().filter(pk=pk))[pk]


def without_members(asked: Any) -> bool:
    """Whether the answer leaves out who is in a group: they are then not read at all."""
    if asked is None:
        return False
    left_out = {str(path).rpartition(":")[2].lower() for path in asked.excluded_attributes or ()}
    wanted = {str(path).rpartition(":")[2].lower().partition(".")[0] for path in asked.attributes or ()}
    return "members" in left_out or bool(wanted and "members" not in wanted)


def _rows(kinds: list[People | Groups], asked: SearchRequest[Any], question: finding.Question) -> str:
    """Kind, id and what to sort by of everything that fits, as SQL."""
    if asked.filter is not None and len(str(asked.filter)) > LONGEST_FILTER:
        raise InvalidFilterException(detail=f"A filter may have {LONGEST_FILTER} characters at most")
    orders = [finding.order(kind.table, asked) for kind in kinds]
    sort = next((found[1] for found in orders if found), "text")
    parts = []
    for kind, found in zip(kinds, orders, strict=True):
        alias = kind.table.said.partition(".")[0]
        by = found[0] if found and found[1] == sort else f"NULL::{sort}"
        by = f'({by}) COLLATE "C"' if sort == "text" else by
        fits = finding.condition(kind.table, asked.filter, question) if asked.filter is not None else "true"
        name = kind.table.kind
        parts.append(f"SELECT '{name}' AS kind, {alias}.id, {by} AS by {kind.origin} AND {fits}")
    return " UNION ALL ".join(parts)


def told(error: Refusal) -> SCIMException:
    """One of our refusals as the protocol has it."""
    if isinstance(error, Conflict):
        return UniquenessException(detail=error.reason)
    if isinstance(error, Invalid):
        return InvalidValueException(detail=error.reason)
    if isinstance(error, Missing):
        return NotFoundException(detail=error.reason)
    if isinstance(error, Denied):
        return ForbiddenException(detail=error.reason)
    if isinstance(error, IllegalMove):
        return ConflictException(detail=error.reason)
    return InvalidValueException(detail=error.reason)
