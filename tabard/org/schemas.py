"""How the organisation looks in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Moment
from tabard.org.models import Person, Unit
from tabard.org.policies import PolicyView
from tabard.org.succession import successor
from tabard.org.tree import Held, held_by_person, ties_of


class UnitOut(Schema):
    id: int
    name: str
    slug: str
    kind: str
    arms: str
    parent_id: int | None
    lead_id: int | None
    deputy_id: int | None
    zone: str
    reference: str
    closed_at: datetime | None
    risks: ByItself[list[str]]


class UnitMake(Schema):
    parent_id: int
    name: str
    kind: str = Field(description="region, district or team")
    lead_id: int | None = None
    deputy_id: int | None = None
    zone: str = ""
    reference: str = ""


class UnitChange(Schema):
    name: str | None = None
    lead_id: int | None = Field(None, description="0 leaves the place empty.")
    deputy_id: int | None = Field(None, description="0 leaves the place empty.")
    zone: str | None = None


class HeldOut(Schema):
    name: str
    label: str
    count: int
    items: list[dict[str, Any]]


class PolicyOut(Schema):
    matter: str
    label: str
    holds: Any
    here: Any = None
    inherited: Any = None
    source_unit_id: int | None
    tightened_above: bool


class PolicyValue(Schema):
    value: Any


class PersonOut(Schema):
    id: int
    name: str
    email: str
    title: str
    unit_id: int
    language: str
    zone: str
    is_active: bool


class PersonMake(Schema):
    unit_id: int
    email: str
    name: str
    title: str = ""
    language: str = "en"
    zone: str = ""


class PersonChange(Schema):
    name: str | None = None
    title: str | None = None
    email: str | None = None


class ProfileChange(Schema):
    name: str | None = None
    language: str | None = None
    zone: str | None = None
    theme: str | None = None
    single_keys: bool | None = None


class TiedOut(Schema):
    """What is a person's own; `then` says what becomes of it when they go."""

    name: str
    label: str
    then: str
    items: list[dict[str, Any]]


class ContinuityOut(Schema):
    """All that hangs on a person: what can be handed over, what is their own, who would stand in."""

    held: list[HeldOut]
    ties: list[TiedOut]
    successor_id: int | None


class HandOver(Schema):
    to_id: int | None = Field(None, description="Who gets what `each` names nobody for.")
    each: dict[str, int] = Field({}, description="Who gets a kind, by the name of the holding.")
    only: list[str] | None = Field(None, description="Names of holdings; left out: all of them.")


class GrantOut(Schema):
    id: int
    person_id: int
    role_id: int
    unit_id: int
    channel_id: int | None
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    grantor_id: int | None
    ended_at: datetime | None
    end_reason: str


class GrantMake(Schema):
    person_id: int
    role_id: int
    unit_id: int
    channel_id: int | None = None
    reason: str
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class Reason(Schema):
    reason: str


class RoleOut(Schema):
    id: int
    slug: str
    name: str
    permissions: list[str]
    built_in: bool


class RoleMake(Schema):
    name: str
    permissions: list[str]


class RolePermissions(Schema):
    permissions: list[str]


class AbsenceOut(Schema):
    id: int
    person_id: int
    deputy_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    ended_at: datetime | None


class AbsenceMake(Schema):
    deputy_id: int
    starts_at: Moment
    ends_at: Moment
    reason: str = ""


class ChangeOut(Schema):
    id: int
    unit_id: int
    kind: str
    state: str
    target_id: int | None
    parts: list[dict[str, Any]]
    plan: dict[str, dict[str, Any]]
    reason: str
    planned_at: datetime
    done_at: datetime | None


class ChangeMake(Schema):
    unit_id: int
    kind: str = Field(description="move, merge, split or close")
    reason: str
    target_id: int | None = None
    parts: list[str] = Field([], description="Names of the units that a split makes.")


class ChangePlan(Schema):
    plan: dict[str, dict[str, Any]] = Field(
        description='By holding: `{"register.channels": {"all": 7, "12": 9}}`; in a split also `part:0`.'
    )


def unit_out(unit: Unit, risks: list[str]) -> dict[str, Any]:
    names = [name for name in UnitOut.model_fields if name != "risks"]
    return {**{name: getattr(unit, name) for name in names}, "risks": risks}


def held_out(held: Held) -> dict[str, Any]:
    items = [{"id": i.id, "label": i.label, "detail": i.detail} for i in held.items]
    return {"name": held.holding.name, "label": str(held.holding.label), "count": held.count, "items": items}


def continuity_out(person: Person) -> dict[str, Any]:
    heir = successor(person)
    return {
        "held": [held_out(h) for h in held_by_person(person)],
        "ties": [
            {
                "name": t.tie.name,
                "label": str(t.tie.label),
                "then": str(t.tie.then),
                "items": [{"id": i.id, "label": i.label, "detail": i.detail} for i in t.items],
            }
            for t in ties_of(person)
        ],
        "successor_id": heir and heir.pk,
    }


def policy_out(view: PolicyView) -> dict[str, Any]:
    return {
        "matter": view.matter.name,
        "label": str(view.matter.label),
        "holds": view.holds,
        "here": view.here.value if view.here else None,
        "inherited": view.inherited,
        "source_unit_id": view.source.pk if view.source else None,
        "tightened_above": view.tightened_above,
    }
