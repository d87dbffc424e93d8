"""What a platform allows in a period, kept in the database so that all workers together stay within it.

Half of a budget may be spent at once, the other half comes back evenly over its period: in no period of that
length is it ever exceeded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tabard.connectors.card import Budget, Per
from tabard.connectors.registry import connector
from tabard.publishing.sender.database import Database, Row, rows

MAKE = """
INSERT INTO publishing_budget (name, "left", at)
SELECT g.name, g.most, now() FROM unnest(%(names)s::text[], %(most)s::float8[]) AS g (name, most)
ON CONFLICT DO NOTHING
"""
LOCK = """
SELECT name, "left", extract(epoch FROM now() - at)::float8 AS ago FROM publishing_budget
WHERE name = ANY (%(names)s) ORDER BY name FOR UPDATE
"""
WRITE = """
UPDATE publishing_budget b SET "left" = g.points, at = now()
FROM unnest(%(names)s::text[], %(points)s::float8[]) AS g (name, points) WHERE b.name = g.name
"""
PUT_OFF = """
UPDATE publishing_delivery d SET next_at = now() + make_interval(secs => g.wait)
FROM unnest(%(ids)s::bigint[], %(waits)s::float8[]) AS g (id, wait) WHERE d.id = g.id AND d.state = 'queued'
"""


@dataclass(frozen=True)
class Cost:
    """What one delivery takes from one budget."""

    name: str
    budget: Budget
    points: int

    @property
    def most(self) -> float:
        return max(self.budget.n / 2, self.points)

    @property
    def rate(self) -> float:
        """Points that come back in a second."""
        return self.budget.n / 2 / self.budget.seconds


def costs(row: Row) -> list[Cost]:
    """What sending this delivery costs: the post itself and its uploads."""
    card = connector(row["platform_id"]).card
    found = []
    for budget in card.budgets:
        points = budget.costs.get("publish", 0) + budget.costs.get("upload", 0) * len(row["content"]["media"])
        if points:
            of = f"channel {row['channel_id']}" if budget.per is Per.CHANNEL else card.name
            found.append(Cost(f"{of} {budget.name}", budget, points))
    return found


async def keep_within(db: Database, found: list[Row]) -> list[Row]:
    """Those that there is a budget for, which is then spent; the others are put off until there is."""
    wanted = {row["id"]: costs(row) for row in found}
    named = {cost.name: cost for each in wanted.values() for cost in each}
    if not named:
        return found
    names = sorted(named)
    most = [named[name].most for name in names]
    await db.execute(MAKE, {"names": names, "most": most})
    there = {
        r["name"]: min(named[r["name"]].most, r["left"] + r["ago"] * named[r["name"]].rate)
        for r in await rows(db, LOCK, {"names": names})
    }
    good, waits = spend(found, wanted, there)
    await db.execute(WRITE, {"names": names, "points": [there[name] for name in names]})
    if waits:
        await db.execute(PUT_OFF, {"ids": list(waits), "waits": list(waits.values())})
    return good


def spend(
    found: Iterable[Row], wanted: Mapping[int, list[Cost]], there: dict[str, float]
) -> tuple[list[Row], dict[int, float]]:
    """Who gets what they need of `there`, which is made less; and how long, in seconds, each other waits."""
    good: list[Row] = []
    waits: dict[int, float] = {}
    for row in found:
        missing = [c for c in wanted[row["id"]] if there[c.name] < c.points]
        if missing:
            waits[row["id"]] = max((c.points - there[c.name]) / c.rate for c in missing) + 0.1
            continue
        for cost in wanted[row["id"]]:
            there[cost.name] -= cost.points
        good.append(row)
    return good, waits
