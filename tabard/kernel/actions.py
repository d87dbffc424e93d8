"""Every write is an action: permission, change, audit entry and event in one transaction.

    @action("post.submit", may="posts.submit", on=Post, says=_("%(who)s asked for approval of %(what)s"))
    def submit(by: Actor, post: Post, *, note: str = "") -> Post: ...

The first argument is who acts, the second what it is done to (for something new: the unit or channel
it is made in). Screens, API, command line and jobs call the same function.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import DatabaseError, models, transaction
from django.utils.functional import Promise

from tabard.kernel import matching, permissions, scanning
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Infected, Missing
from tabard.kernel.facts import changes, facts, label
from tabard.kernel.guards import told

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Spec:
    """What is known of an action: for the audit log, the API, the command line and the tests."""

    name: str
    may: str
    on: type[models.Model]
    says: str | Promise
    function: Callable[..., Any]
    step_up: bool = False


@dataclass
class Entry:
    """What goes into the audit log. `notes` are facts the action adds with `note()`."""

    by: Actor
    action: str
    thing: models.Model
    before: dict[str, Any]
    after: dict[str, Any]
    notes: dict[str, Any] = field(default_factory=dict)


Recorder = Callable[[Entry], None]
# Refuses where what somebody acts by was ended while they acted.
Standing = Callable[[Actor], None]

# Writes down that a virus was found in what somebody brought, after all else was undone.
Finder = Callable[[Actor, Infected], None]

registry: dict[str, Spec] = {}
_recorder: Recorder | None = None
_standing: Standing | None = None
_finder: Finder | None = None
_current: ContextVar[Entry | None] = ContextVar("tabard_action", default=None)


def wire(recorder: Recorder, standing: Standing, finder: Finder) -> None:
    """Called once, by `config`: who keeps the log, who knows whether somebody may still act, and who writes
    down a virus."""
    global _recorder, _standing, _finder
    _recorder, _standing, _finder = recorder, standing, finder


def action(
    name: str, *, may: str, on: type[M], says: str | Promise, lock: bool = True, step_up: bool = False
) -> Callable[[Callable[Concatenate[Actor, M, P], R]], Callable[Concatenate[Actor, M, P], R]]:
    """Register a write. `lock=False` where `on` is only the place in which something new is made.

    `step_up=True` marks a dangerous act: whoever does it must have shown lately that it is them.
    """

    def wrap(function: Callable[Concatenate[Actor, M, P], R]) -> Callable[Concatenate[Actor, M, P], R]:
        if name in registry:
            raise LookupError(f"two actions are called {name!r}")

        @functools.wraps(function)
        def run(by: Actor, thing: M, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with _refusals_told(by), transaction.atomic():
                fresh = _fresh(thing, lock=lock)
                permissions.demand(by, may, fresh)
                if step_up:
                    permissions.demand_proof(by)
                matching.met(fresh, *args, *kwargs.values())
                entry = Entry(by, name, fresh, facts(fresh), {})
                with _entered(entry):
                    result = function(by, fresh, *args, **kwargs)
                _finish(entry, result)
                _record(entry)
                if _standing and _current.get() is None:
                    _standing(by)
            return result

        registry[name] = Spec(name, may, on, says, run, step_up)
        return cast("Callable[Concatenate[Actor, M, P], R]", run)

    return wrap


def step(function: Callable[P, R]) -> Callable[P, R]:
    """A write that is only ever a part of actions: refuses to run outside one."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _current.get() is None:
            raise RuntimeError(f"{function.__qualname__} writes and was called outside an action")
        return function(*args, **kwargs)

    return run


def scanned(by: Actor, data: bytes, *, name: str, field: str = "file") -> bytes:
    """`data` once a virus scanner has seen it: for files that are read before there is an action. What it
    finds is written down."""
    with _refusals_told(by):
        scanning.demand_clean(data, name=name, field=field)
    return data


def note(**known: Any) -> None:
    """Add facts to the audit entry of the action that is running; `says` may name them."""
    entry = _current.get()
    if entry is None:
        raise RuntimeError("note() outside an action")
    entry.notes.update(known)


@contextmanager
def _entered(entry: Entry) -> Iterator[None]:
    token = _current.set(entry)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def _refusals_told(by: Actor) -> Iterator[None]:
    try:
        yield
    except Infected as error:
        if _finder and _current.get() is None:  # an action inside another is undone with it
            _finder(by, error)
        raise
    except DatabaseError as error:
        if refusal := told(error):
            raise refusal from error
        raise


def _fresh(thing: M, *, lock: bool) -> M:
    """The row as it stands now, locked, so that what is checked is what is changed."""
    if thing.pk is None:
        return thing
    # `__class__`, because the signed-in person of a request is a lazy stand-in for the row.
    rows = thing.__class__._base_manager.filter(pk=thing.pk)
    found = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if found is None:
        raise Missing(f"{label(thing)} is gone.")
    return found


def _finish(entry: Entry, result: Any) -> None:
    """What the log says was changed: the thing itself, or the new thing that was made in it."""
    made = result if isinstance(result, models.Model) else entry.thing
    if (type(made), made.pk) == (type(entry.thing), entry.thing.pk):
        entry.thing = made
        entry.before, entry.after = changes(entry.before, facts(made))
    else:
        entry.thing = made
        entry.before, entry.after = {}, facts(made)


def _record(entry: Entry) -> None:
    if _recorder is None:
        raise RuntimeError("nobody keeps the log: config has not wired audit")
    _recorder(entry)
