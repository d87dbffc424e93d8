"""What happened, told to whoever cares: reactions in apps above, live screens, webhooks.

`emit()` inside an action runs the reactions that must hold together with it at once, in the same
transaction, and defers a job for each of the others; a rolled-back action has no events.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

from tabard.kernel.actor import Actor


@dataclass(frozen=True)
class Event:
    """A fact, as plain values (ids, words, times as ISO text), so that it survives as JSON."""

    def live(self) -> list[str]:
        """What changed, as `kind id unit` for open screens; empty where no screen shows it."""
        return []


E = TypeVar("E", bound=Event)
Reaction = Callable[[Actor, Any], None]


@dataclass(frozen=True)
class _Entry:
    name: str
    function: Reaction
    at_once: bool


_reactions: dict[type[Event], list[_Entry]] = {}
_by_name: dict[str, tuple[type[Event], _Entry]] = {}


def reaction(
    to: type[E], *, at_once: bool = False
) -> Callable[[Callable[[Actor, E], None]], Callable[[Actor, E], None]]:
    """Make a function react to an event. `at_once`: in the action's own transaction, for what may never
    be seen apart from it; otherwise in a job right after it."""

    def add(function: Callable[[Actor, E], None]) -> Callable[[Actor, E], None]:
        entry = _Entry(f"{function.__module__}.{function.__qualname__}", function, at_once)
        _reactions.setdefault(to, []).append(entry)
        _by_name[entry.name] = (to, entry)
        return function

    return add


def emit(by: Actor, event: Event) -> None:
    """Say that something happened. Only inside a transaction."""
    from tabard.kernel import jobs  # the job that reacts imports this module

    if not connection.in_atomic_block:
        raise RuntimeError("emit() outside a transaction: an event must stand or fall with its action")
    tell(event.live())
    for entry in _reactions.get(type(event), ()):
        if entry.at_once:
            entry.function(by, event)
        else:
            jobs.react.defer(
                reaction=entry.name, fact=dataclasses.asdict(event), name=by.name, person_id=by.person_id
            )


def react(name: str, fact: dict[str, Any], by: Actor) -> None:
    """Run one deferred reaction."""
    if name not in _by_name:
        importlib.import_module(name.rsplit(".", 1)[0])
    kind, entry = _by_name[name]
    entry.function(by, kind(**fact))


def tell(names: list[str]) -> None:
    """Tell open screens what changed, when the transaction commits."""
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('tabard_live', name) FROM unnest(%s::text[]) AS name", [names])
