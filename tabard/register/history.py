"""What happened to one channel, out of the log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tabard.audit.models import Entry
from tabard.kernel import actions, permissions
from tabard.kernel.actor import Actor
from tabard.register.models import Channel


@dataclass(frozen=True)
class Line:
    """One thing that was done: a sentence, when, and what it changed."""

    state: str
    text: str
    at: datetime
    note: str = ""
    url: str = ""


def history(by: Actor, channel: Channel, most: int = 50) -> list[Line]:
    """The latest entries of the log about `channel`, for those who may read it. One query."""
    if not permissions.may(by, "audit.see", channel.place()):
        return []
    rows = Entry.objects.filter(kind="register.channel", thing_id=channel.pk).order_by("-id")[:most]
    return [Line(_state(e), _sentence(e), e.at, _changed(e)) for e in rows]


def _state(entry: Entry) -> str:
    return "failing" if entry.action == "channel.check_failed" else "done"


def _sentence(entry: Entry) -> str:
    spec = actions.registry.get(entry.action)
    if spec is None:
        return f"{entry.actor_name}: {entry.action}"
    values: Any = defaultdict(str, {**entry.notes, "who": entry.actor_name, "what": entry.label})
    sentence: str = str(spec.says) % values
    return sentence


def _changed(entry: Entry) -> str:
    """What changed, field by field; for something new there is no before."""
    why = str(entry.notes.get("why", ""))
    if not entry.before:
        return why
    quiet = {"checked_at", "url"}
    pairs = [
        f"{name.removesuffix('_id').replace('_', ' ')}: {_said(entry.before.get(name))} → {_said(new)}"
        for name, new in entry.after.items()
        if name not in quiet
    ]
    return "; ".join([*filter(None, [why]), *pairs[:6]])


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "–"
    return str(value) if value not in (None, "") else "–"
