"""Keeping the log: what the kernel calls at the end of every action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.actions import Entry as Done
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.bulk import insert_values
from tabard.kernel.facts import label

# A thing, what it was, what it is, and what else is to be known of the change.
Written = tuple[Model, dict[str, Any], dict[str, Any], dict[str, Any]]
# What of an entry is written; the database makes its salts.
WRITTEN = (
    *("at", "actor_kind", "actor_name", "person_id", "via", "origin", "action", "kind", "thing_id", "label"),
    *("unit_id", "unit_path", "channel_id", "before", "after", "notes"),
)


def record(done: Done) -> None:
    """Write one entry, inside the action's own transaction."""
    place: Any = getattr(done.thing, "place", lambda: None)()
    Entry.objects.create(
        at=clock.now(),
        actor_kind=done.by.kind,
        actor_name=done.by.name[:200],
        person_id=done.by.person_id,
        via=done.by.via,
        origin=done.by.origin[:200],
        action=done.action,
        kind=done.thing._meta.label_lower,
        thing_id=done.thing.pk,
        label=label(done.thing),
        unit_id=place and place.unit_id,
        unit_path=place.unit_path if place else "",
        channel_id=place and place.channel_id,
        before=done.before,
        after=done.after,
        notes=done.notes,
    )


def last_change(thing: Model) -> dict[str, Any]:
    """Who changed a thing last, when, by which action, and the names of its fields; empty if nobody did."""
    there = Entry.objects.filter(kind=thing._meta.label_lower, thing_id=thing.pk).order_by("-id")
    for entry in there[:1]:
        fields = sorted({*entry.before, *entry.after})
        return {"by": entry.actor_name, "at": entry.at, "action": entry.action, "fields": fields}
    return {}


@step
def record_many(
    by: Actor, action: str, done: Iterable[Written], *, called: Callable[[Any], str] = label
) -> None:
    """Entries of an action that changes many things at once: one per thing, written together.

    `called`: what a thing is called, where whoever writes many of them knows it with less work.
    """
    first = (clock.now(), by.kind, by.name[:200], by.person_id, by.via, by.origin[:200], action)
    rows = []
    for thing, before, after, notes in done:
        place: Any = thing.place()  # type: ignore[attr-defined]
        where = (place.unit_id, place.unit_path, place.channel_id)
        what = (thing._meta.label_lower, thing.pk, called(thing)[:200])
        rows.append((*first, *what, *where, before, after, notes))
    insert_values(Entry, WRITTEN, rows)
