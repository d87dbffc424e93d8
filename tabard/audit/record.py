"""Keeping the log: what the kernel calls at the end of every action."""

from __future__ import annotations

from typing import Any

from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.actions import Entry as Done
from tabard.kernel.facts import label


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
