"""People and groups of a directory, from rows to resources and back; every write is an action."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from scim2_models import Group, InvalidValueException, Meta

from tabard.access.actions import memberships, provisioning
from tabard.access.models import Directory, DirectoryGroup, Member, Membership
from tabard.access.scim import finding
from tabard.access.scim.shapes import PEOPLE
from tabard.kernel import text
from tabard.kernel.actor import Actor

# Kept in columns, made by us, or not kept at all (`password`).
_OURS = {"id", "meta", "externalId", "groups", "members", "password"}


class People:
    """`/Users`."""

    table = finding.people(PEOPLE)
    origin = (
        "FROM access_member m JOIN org_person p ON p.id = m.person_id"
        " WHERE m.directory_id = %(directory)s AND m.gone_at IS NULL"
    )

    def __init__(self, by: Actor, directory: Directory) -> None:
        self.by, self.directory = by, directory

    def rows(self) -> QuerySet[Member]:
        found: QuerySet[Member] = self.directory.members.filter(gone_at=None).select_related(
            "person__unit", "directory__unit"
        )
        return found

    def shaped(self, rows: Iterable[Member], *, light: bool = False) -> dict[int, Any]:
        """Resources by id; `groups` are looked up for all at once."""
        there = list(rows)
        groups: dict[int, list[dict[str, str]]] = {}
        for each in Membership.objects.filter(member__in=there).select_related("group").order_by("id"):
            told = {"value": str(each.group_id), "$ref": f"Groups/{each.group_id}", "type": "direct"}
            groups.setdefault(each.member_id, []).append({**told, "display": each.group.name})
        return {row.pk: self._shape(row, groups.get(row.pk, [])) for row in there}

    def _shape(self, row: Member, groups: list[dict[str, str]]) -> Any:
        # Where the directory has taken its word back, nothing is said, unless they have left.
        active = row.said.get("active") if row.person.left_at is None else False
        seen = zlib.crc32(repr((active, groups)).encode())
        document = {**row.said, "userName": row.user_name, "active": active, "groups": groups or None}
        return PEOPLE.model_validate(
            document | _common(row, "User", f"{row.version}.{seen:x}", row.created_at, row.changed_at)
        )

    def create(self, resource: Any) -> Member:
        resource.active = resource.active is not False
        return provisioning.add_member(self.by, self.directory, **_said_of_person(resource))

    def update(self, row: Member, resource: Any) -> None:
        provisioning.change_member(self.by, row, **_said_of_person(resource))

    def delete(self, row: Member) -> None:
        provisioning.drop_member(self.by, row)


class Groups:
    """`/Groups`."""

    table = finding.groups(Group)
    origin = "FROM access_directorygroup g WHERE g.directory_id = %(directory)s"

    def __init__(self, by: Actor, directory: Directory) -> None:
        self.by, self.directory = by, directory

    def rows(self) -> QuerySet[DirectoryGroup]:
        found: QuerySet[DirectoryGroup] = self.directory.groups.select_related("directory__unit")
        return found

    def shaped(self, rows: Iterable[DirectoryGroup], *, light: bool = False) -> dict[int, Any]:
        """Resources by id; `light`: without their members, of whom there may be thousands."""
        there = list(rows)
        members: dict[int, list[dict[str, str]]] = {}
        if not light:
            inside = Membership.objects.filter(group__in=there).order_by("id")
            for group, pk, display, name in inside.values_list(
                "group", "member", "display", "member__person__name"
            ):
                told = {"value": str(pk), "$ref": f"Users/{pk}", "type": "User", "display": display or name}
                members.setdefault(group, []).append(told)
        return {row.pk: self._shape(row, members.get(row.pk, [])) for row in there}

    def _shape(self, row: DirectoryGroup, members: list[dict[str, str]]) -> Any:
        document = {**row.said, "displayName": row.name, "members": members or None}
        return Group.model_validate(
            document | _common(row, "Group", str(row.version), row.created_at, row.changed_at)
        )

    def create(self, resource: Any) -> DirectoryGroup:
        return memberships.add_group(self.by, self.directory, **_said_of_group(resource))

    def update(self, row: DirectoryGroup, resource: Any) -> None:
        memberships.change_group(self.by, row, **_said_of_group(resource))

    def delete(self, row: DirectoryGroup) -> None:
        memberships.drop_group(self.by, row)


def _common(
    row: Member | DirectoryGroup, kind: str, version: str, created: datetime, changed: datetime
) -> dict[str, Any]:
    meta = Meta(resource_type=kind, created=created, last_modified=changed, version=f'W/"{version}"')
    return {"id": str(row.pk), "externalId": row.external_id or None, "meta": meta}


def _said(resource: Any, *more: str) -> dict[str, Any]:
    whole: dict[str, Any] = resource.model_dump()
    return {name: value for name, value in whole.items() if name not in _OURS.union(more)}


def _said_of_person(resource: Any) -> dict[str, Any]:
    return {
        "user_name": str(resource.user_name or "").strip(),
        "external_id": _external(resource),
        "active": resource.active is not False,
        "said": _said(resource, "userName"),
    }


def _said_of_group(resource: Any) -> dict[str, Any]:
    members: dict[int, str] = {}
    for each in resource.members or []:
        number = text.number(each.value)
        if number is None:
            raise InvalidValueException(
                detail=f"There is no person {str(each.value)[:40]!r} in this directory"
            )
        members[number] = str(each.display or "")[:200]
    return {
        "name": str(resource.display_name or ""),
        "external_id": _external(resource),
        "said": _said(resource, "displayName"),
        "members": members,
    }


def _external(resource: Any) -> str:
    said = str(resource.external_id or "").replace("\x00", "")
    if len(said) > 255 or text.hides(said):
        raise InvalidValueException(detail="externalId has 255 characters at most, and none that nobody sees")
    return said
