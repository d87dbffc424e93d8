"""What a person or a unit holds, app by app, and how it changes hands: nothing is ever orphaned.

Each app's `holdings.py` registers what it keeps. A reorganisation, a hand-over and a leaver are loops
over this registry; a test proves that every foreign key to a person or a unit is claimed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise

from tabard.kernel.actor import Actor
from tabard.kernel.question import Question, counts


@dataclass(frozen=True)
class Item:
    """One thing held: enough to draw it and to name it in a plan."""

    id: int
    label: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Holding:
    """One kind of thing held.

    `claims` are the foreign keys it answers for, as `posts.Post.unit`. `held` and `items` tell what
    `holder_id` holds (the unit itself, without the units below); `hand_over` gives `ids` (None: all)
    to another holder, inside the action that is running, and returns how many changed hands.
    """

    name: str
    label: str | Promise
    holder: str  # "unit" or "person"
    claims: tuple[str, ...]
    held: Callable[[int], models.QuerySet[Any]]
    items: Callable[[int], Iterable[Item]]
    hand_over: Callable[[Actor, int, int, list[int] | None], int]
    # Of what a person holds, the ids of that which hangs on one channel.
    of_channel: Callable[[int, int], list[int]] = lambda holder_id, channel_id: []

    def count(self, holder_id: int) -> int:
        """How many of them `holder_id` holds."""
        return self.held(holder_id).count()


@dataclass(frozen=True)
class Tie:
    """What is a person's own and changes hands with nobody: `then` says what becomes of it when they go.

    `items` tells what there is of `person_id`, at most 500.
    """

    name: str
    label: str | Promise
    then: str | Promise
    items: Callable[[int], Iterable[Item]]


_holdings: dict[str, Holding] = {}
_asked: dict[str, Question] = {}
_ties: dict[str, Tie] = {}
_history: set[str] = set()


def hold(holding: Holding) -> Holding:
    """Register a holding."""
    if holding.name in _holdings:
        raise LookupError(f"two holdings are called {holding.name!r}")
    _holdings[holding.name] = holding
    _asked[holding.name] = Question(lambda holder_id: holding.held(holder_id).order_by().values("pk"))
    return holding


def tie(made: Tie) -> Tie:
    """Register what is a person's own."""
    if made.name in _ties:
        raise LookupError(f"two ties are called {made.name!r}")
    _ties[made.name] = made
    return made


def ties() -> list[Tie]:
    """All of them."""
    return list(_ties.values())


def history(*fields: str) -> None:
    """Foreign keys that say who did something once, and stay as they are whoever leaves."""
    _history.update(fields)


def holdings(holder: str) -> list[Holding]:
    """What a "unit" or a "person" can hold."""
    return [h for h in _holdings.values() if h.holder == holder]


def counted(holder: str, holder_id: int) -> list[tuple[Holding, int]]:
    """How many of each kind a "unit" or a "person" holds, where it holds any. One question."""
    kinds = holdings(holder)
    found = counts([(_asked[kind.name], (holder_id,)) for kind in kinds])
    return [(kind, count) for kind, count in zip(kinds, found, strict=True) if count]


def claimed() -> set[str]:
    """Every foreign key that a holding or the history answers for."""
    return _history | {claim for h in _holdings.values() for claim in h.claims}


def rows(
    model: type[models.Model], field: str, holder_id: int, ids: list[int] | None
) -> models.QuerySet[models.Model]:
    """The rows of `model` that `holder_id` holds by `field`, or those of them named in `ids`."""
    found = model._base_manager.filter(**{field: holder_id})
    return found if ids is None else found.filter(pk__in=ids)
