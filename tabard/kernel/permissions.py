"""May this actor do that here? The question is asked here, `org` answers it (wired in `config`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, ProveFirst
from tabard.kernel.place import Place

# Screens and endpoints that anybody may open, or anybody who is signed in. Must be typed out.
PUBLIC = "PUBLIC"
SIGNED_IN = "SIGNED_IN"

# How long having shown that it is you is enough for a dangerous act.
PROVED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Answer:
    """Yes, or no with the reason, which the screen shows on the disabled button."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Answer(True)


class Reaching(Protocol):
    """How far an actor may do one thing, applied to rows."""

    @property
    def everything(self) -> bool: ...

    def narrow(self, rows: Any, *, unit: str, channel: str = "", own: str = "") -> Any: ...


Judge = Callable[[Actor, str, Place | None], Answer]
Reacher = Callable[[Actor, str], Reaching]
Condition = Callable[[Actor, Place | None], Answer]

_judge: Judge | None = None
_reacher: Reacher | None = None
_catalogue: dict[str, str | Promise] = {}
_conditions: dict[str, list[Condition]] = {}


def wire(judge: Judge, reacher: Reacher, catalogue: Mapping[str, str | Promise]) -> None:
    """Called once, by `config`: who answers, and which permissions there are."""
    global _judge, _reacher
    _judge, _reacher = judge, reacher
    _catalogue.clear()
    _catalogue.update(catalogue)


def catalogue() -> dict[str, str | Promise]:
    """Every permission with its label."""
    return dict(_catalogue)


def condition(permission: str) -> Callable[[Condition], Condition]:
    """An "only if" of a permission, from an app above org: `posts.publish` only after reading the guide."""

    def add(check: Condition) -> Condition:
        _conditions.setdefault(permission, []).append(check)
        return check

    return add


def may(by: Actor, permission: str, place: Place | None) -> Answer:
    """Whether `by` may do `permission` at `place`; with no place: anywhere at all."""
    if permission not in _catalogue:
        raise LookupError(f"unknown permission {permission!r}")
    if _judge is None:
        raise RuntimeError("nobody answers may(): config has not wired org")
    if by.allowed is not None and permission not in by.allowed:
        return Answer(False, _("This key may not: it was made without “%s”.") % _catalogue[permission])
    answer = _judge(by, permission, place)
    if not answer:
        return answer
    for check in _conditions.get(permission, ()):
        if not (verdict := check(by, place)):
            return verdict
    return ALLOWED


def reach(by: Actor, permission: str) -> Reaching:
    """Where `by` may do `permission`, for apps that stand below the one that knows."""
    if _reacher is None:
        raise RuntimeError("nobody answers reach(): config has not wired org")
    return _reacher(by, permission)


def demand(by: Actor, permission: str, thing: Any) -> None:
    """Raise `Denied` unless `by` may do `permission` to `thing`; hidden if it may not even be seen."""
    place = thing.place()
    answer = may(by, permission, place)
    if answer:
        return
    seen_with = getattr(thing, "seen_with", "")
    hidden = bool(seen_with) and not may(by, seen_with, place)
    raise Denied(answer.reason, hidden=hidden)


def proved(by: Actor) -> bool:
    """Whether `by` may do dangerous things at this moment.

    Jobs and the command line may: what started them was asked. A token may if it was made for it.
    """
    if by.kind in {"job", "command"} or by.via == "job":
        return True
    if by.kind == "token":
        return by.dangerous
    return by.proved_at is not None and clock.within(by.proved_at, PROVED_FOR)


def demand_proof(by: Actor) -> None:
    """Raise `ProveFirst` unless `by` has shown lately that it is them. For acts that are dangerous only in
    some cases; where they always are, the action says `step_up=True`."""
    if proved(by):
        return
    if by.kind == "token":
        raise ProveFirst(_("This token was not made for dangerous acts."))
    raise ProveFirst(_("This is a dangerous act. Show once more that it is you, then do it again."))
