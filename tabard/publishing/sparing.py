"""What work that can wait may take of the platforms' budgets: only what publishing leaves over.

Half of what a budget can hold is kept for posts, and while a post waits for more, nothing else is asked. What
a platform says in its answers is kept as the sender keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from tabard.connectors.card import Card, Per
from tabard.connectors.registry import card
from tabard.connectors.telling import Left, left_of
from tabard.kernel import clock
from tabard.publishing.models import Delivery
from tabard.publishing.sender.budgets import LEARN, LOCK, MAKE, NEAR_S, WRITE, Cost, name_of, purse, written

KEPT = 0.5  # of what a budget can hold, for publishing
AGAIN_S = 30.0  # after which is asked again where posts wait


@dataclass
class Listening:
    """Hears, in the headers of answers, what a platform says is left of its budgets."""

    platform: str
    told: dict[str, Left] = field(default_factory=dict)

    def hear(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        budgets = card(self.platform).budgets
        self.told |= left_of(budgets, method, path, headers, clock.now())


def spare(platform: str, channel: int, what: str, *, kept: float = KEPT) -> float:
    """Take what a call of the kind `what` (`fetch`) costs: 0 if it may go now, else for how many seconds not.

    `kept`: the part of a budget that is left to posts which are not due yet.
    Never inside a transaction that waits for anything else: all who send look at the same rows.
    """
    known = card(platform)
    wanted = _costs(known, channel, what)
    if not wanted:
        return 0.0
    if _posts_wait(known, channel, what):
        return AGAIN_S
    return _taken(wanted, kept)


def learn(channel: int, heard: Listening) -> None:
    """Keep what the platform said."""
    known = card(heard.platform)
    told = {name_of(known, b, channel): heard.told[b.name] for b in known.budgets if b.name in heard.told}
    if not told:
        return
    names = sorted(told)
    given: dict[str, Any] = {
        "names": names,
        "told": [told[name].points for name in names],
        "until": [told[name].until for name in names],
        "near": NEAR_S,
    }
    with transaction.atomic(), connection.cursor() as db:
        db.execute(LOCK, {"names": names})
        db.execute(LEARN, given)


def _costs(known: Card, channel: int, what: str) -> list[Cost]:
    found = []
    for budget in known.budgets:
        if points := budget.costs.get(what, 0):
            of = channel if budget.per is Per.CHANNEL else None
            found.append(Cost(name_of(known, budget, channel), known.name, of, budget, points))
    return sorted(found, key=lambda cost: cost.name)


def _posts_wait(known: Card, channel: int, what: str) -> bool:
    """Whether a post is overdue and put off, where it draws on the same budget."""
    now = clock.now()
    late = Delivery.objects.filter(state="queued", due_at__lte=now, next_at__gt=now)
    shared = any(b.costs.get(what) and b.per is not Per.CHANNEL for b in known.budgets)
    there = late.filter(channel__platform=known.name) if shared else late.filter(channel=channel)
    return there.exists()


def _taken(wanted: list[Cost], kept: float) -> float:
    names = [cost.name for cost in wanted]
    made: dict[str, Any] = {
        "names": names,
        "platforms": [cost.platform for cost in wanted],
        "channels": [cost.channel for cost in wanted],
        "of": [cost.budget.name for cost in wanted],
        "most": [cost.most for cost in wanted],
    }
    with transaction.atomic(), connection.cursor() as db:
        db.execute(MAKE, made)
        db.execute(LOCK, {"names": names})
        columns = [column[0] for column in db.description or ()]
        rows = {row[0]: dict(zip(columns, row, strict=True)) for row in db.fetchall()}
        there = {cost.name: purse(rows[cost.name], cost) for cost in wanted}
        waits = [_wait(there[c.name].points, there[c.name].holds, c, kept) for c in wanted]
        if longest := max(waits):
            return longest
        for cost in wanted:
            there[cost.name].take(cost.points)
        db.execute(WRITE, made | written({name: there[name] for name in names}, {c.name: c for c in wanted}))
    return 0.0


def _wait(points: float, holds: float | None, cost: Cost, kept: float) -> float:
    """Seconds until `cost` can be taken and what is kept for publishing is still there."""
    missing = cost.most * kept + cost.points - points
    if missing <= 0:
        return 0.0
    return min(holds if holds is not None else missing / cost.rate, 3600.0) + 0.1
