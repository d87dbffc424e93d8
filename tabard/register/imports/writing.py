"""Carrying out a plan, set-wise, inside the action that is running."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from tabard.audit.record import Written, record_many
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.events import emit
from tabard.org.actions.many import keep_units
from tabard.register.events import ChannelChanged
from tabard.register.imports.columns import CHANNELS
from tabard.register.imports.outcomes import CHANGED, NEW, Plan, Row
from tabard.register.models import Channel

FIELDS = (
    "handle", "url", "remote_id", "former_handles", "name", "unit", "reference", "state", "owner", "deputy",
    "recovery_owner", "purpose", "audience", "languages", "business_manager", "recovery_email",
    "second_factor", "admins", "followers", "last_activity_at", "search",
)  # fmt: skip


@step
def write(by: Actor, plan: Plan, source: str) -> None:
    """Store what the plan makes and changes; every thing gets its own entry in the log."""
    if plan.kind == CHANNELS:
        _channels(plan)
        _tell(by, plan)
        names = "channel.add", "channel.change"
    else:
        _units(plan)
        names = "unit.add", "unit.change"
    record_many(by, names[0], [*_between(plan, source), *_entries(plan.things(NEW), source)])
    record_many(by, names[1], _entries(plan.things(CHANGED), source))


def _channels(plan: Plan) -> None:
    """Handles that change hands within one file are freed before they are given again."""
    changed = plan.things(CHANGED)
    renamed = [r.thing.pk for r in changed if {"handle", "remote_id"} & set(r.changes)]
    Channel.objects.filter(pk__in=renamed).update(
        handle=Concat(Value("~"), Cast("pk", CharField())), remote_id=""
    )
    Channel.objects.bulk_update([r.thing for r in changed], FIELDS, batch_size=500)
    Channel.objects.bulk_create([r.thing for r in plan.things(NEW)], batch_size=1000)


def _tell(by: Actor, plan: Plan) -> None:
    """Tell whoever keeps something of a channel that it begins to be retired, is retired, or comes back."""
    for row in plan.things(CHANGED):
        if "state" in row.changes:
            emit(by, ChannelChanged(row.thing.pk, row.thing.unit_id, row.thing.state))


def _units(plan: Plan) -> None:
    made = [*plan.between, *(r.thing for r in plan.things(NEW))]
    keep_units(made, [r.thing for r in plan.things(CHANGED)])


def _between(plan: Plan, source: str) -> Iterator[Written]:
    for unit in plan.between:
        yield unit, {}, {"name": unit.name, "kind": unit.kind}, {"import": source}


def _entries(rows: list[Row], source: str) -> Iterator[Written]:
    for row in rows:
        before = {name: was for name, (was, _now) in row.changes.items() if was is not None}
        after = {name: now for name, (_was, now) in row.changes.items()}
        yield row.thing, before, after, {"import": source, "row": row.number}
