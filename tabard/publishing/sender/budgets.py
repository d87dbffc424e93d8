"""What a platform allows in a period, kept in the database so that all workers together stay within it.

Half of a budget may be spent at once, the other half comes back evenly over its period: in no period of that
length is it ever exceeded. Where the platform says itself what is left, that counts instead, until the moment
for which it was said. Where not everybody can be served, units take turns.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tabard.connectors.card import Budget, Card, Per
from tabard.connectors.registry import connector
from tabard.connectors.telling import Left
from tabard.posts.content import parts_of
from tabard.publishing.sender.carry import Carried
from tabard.publishing.sender.database import Database, Row, rows

MAKE = """
INSERT INTO publishing_budget (name, platform_id, channel_id, of, most, "left", at)
SELECT g.name, g.platform, g.channel, g.of, g.most, g.most, now()
FROM unnest(
    %(names)s::text[], %(platforms)s::text[], %(channels)s::bigint[], %(of)s::text[], %(most)s::float8[]
) AS g (name, platform, channel, of, most)
ON CONFLICT DO NOTHING
"""
LOCK = """
SELECT name, "left", extract(epoch FROM now() - at)::float8 AS ago, told,
       extract(epoch FROM told_until - now())::float8 AS holds
FROM publishing_budget WHERE name = ANY (%(names)s) ORDER BY name FOR UPDATE
"""
WRITE = """
UPDATE publishing_budget b
SET "left" = g.points, at = now(), most = g.most, told = greatest(b.told - g.spent, 0)
FROM unnest(%(names)s::text[], %(points)s::float8[], %(most)s::float8[], %(spent)s::float8[])
    AS g (name, points, most, spent)
WHERE b.name = g.name
"""
PUT_OFF = """
UPDATE publishing_delivery d SET next_at = now() + make_interval(secs => g.wait)
FROM unnest(%(ids)s::bigint[], %(waits)s::float8[]) AS g (id, wait) WHERE d.id = g.id AND d.state = 'queued'
"""
# Answers come in any order, and deliveries that were claimed since are not in them: of the same period the
# lowest counts.
LEARN = """
UPDATE publishing_budget b
SET told = CASE WHEN abs(extract(epoch FROM g.until - b.told_until)) < %(near)s
                THEN least(b.told, g.told) ELSE g.told END,
    told_until = g.until
FROM unnest(%(names)s::text[], %(told)s::float8[], %(until)s::timestamptz[]) AS g (name, told, until)
WHERE b.name = g.name AND g.until > now()
  AND (b.told_until IS NULL OR g.until > b.told_until - make_interval(secs => %(near)s))
"""
NEAR_S = 30.0  # by which two answers about the same period may differ
LONGEST_S = timedelta(days=1).total_seconds()


@dataclass(frozen=True)
class Cost:
    """What one delivery takes from one budget. `channel`: None if all channels share it."""

    name: str
    platform: str
    channel: int | None
    budget: Budget
    points: int

    @property
    def most(self) -> float:
        """What is there at most, by our own count; 100 of a budget that only the platform knows."""
        return max(self.budget.n / 2, self.points) if self.budget.n else 100.0

    @property
    def rate(self) -> float:
        """Points that come back in a second."""
        return (self.budget.n or 100.0) / 2 / self.budget.seconds


@dataclass
class Purse:
    """What is there of one budget, and what was `spent` of it now. `holds`: for how long it was told so, in
    seconds.
    """

    points: float
    holds: float | None = None
    spent: float = 0.0

    def wait(self, cost: Cost) -> float:
        """Seconds until there is enough for `cost`."""
        if self.holds is not None:
            return self.holds
        return (cost.points - self.points) / cost.rate

    def take(self, points: int) -> None:
        self.points -= points
        self.spent += points


def name_of(card: Card, budget: Budget, channel: int) -> str:
    """The name of a budget, for one channel or for all of a platform."""
    of = f"channel {channel}" if budget.per is Per.CHANNEL else card.name
    return f"{of} {budget.name}"


def costs(row: Row) -> list[Cost]:
    """What sending this delivery costs: the post itself and its uploads."""
    card = connector(row["platform_id"]).card
    files = len(parts_of(row["content"])[row["part"]]["media"])
    found = []
    for budget in card.budgets:
        points = budget.costs.get("publish", 0) + budget.costs.get("upload", 0) * files
        if points:
            channel = row["channel_id"] if budget.per is Per.CHANNEL else None
            name = name_of(card, budget, row["channel_id"])
            found.append(Cost(name, card.name, channel, budget, points))
    return found


async def keep_within(db: Database, found: list[Row]) -> list[Row]:
    """Those that there is a budget for, which is then spent; the others are put off until there is."""
    wanted = {row["id"]: costs(row) for row in found}
    named = {cost.name: cost for each in wanted.values() for cost in each}
    if not named:
        return found
    names = sorted(named)
    made = {
        "names": names,
        "platforms": [named[name].platform for name in names],
        "channels": [named[name].channel for name in names],
        "of": [named[name].budget.name for name in names],
        "most": [named[name].most for name in names],
    }
    await db.execute(MAKE, made)
    there = {r["name"]: purse(r, named[r["name"]]) for r in await rows(db, LOCK, {"names": names})}
    good, waits = spend(in_turn(found), wanted, there)
    await db.execute(WRITE, {**made, **written({name: there[name] for name in names}, named)})
    if waits:
        await db.execute(PUT_OFF, {"ids": list(waits), "waits": list(waits.values())})
    return good


def written(there: Mapping[str, Purse], named: Mapping[str, Cost]) -> dict[str, list[float]]:
    """What `WRITE` takes beside the names, in the order of `there`."""
    return {
        "points": [_counted(purse, named[name]) for name, purse in there.items()],
        "spent": [purse.spent for purse in there.values()],
    }


def purse(kept: Row, cost: Cost) -> Purse:
    """What there is of a budget in this moment, from its row as `LOCK` reads it."""
    if kept["told"] is not None and kept["holds"] is not None and kept["holds"] > 0:
        return Purse(kept["told"], kept["holds"])
    if not cost.budget.n:
        return Purse(math.inf)
    return Purse(min(cost.most, kept["left"] + kept["ago"] * cost.rate))


def _counted(purse: Purse, cost: Cost) -> float:
    """Our own count afterwards: it goes on from what the platform said."""
    return min(cost.most, max(purse.points, 0.0))


def in_turn(found: Iterable[Row]) -> list[Row]:
    """The first of each unit, then the second of each, and what was due first before others."""
    of_unit: dict[int, int] = defaultdict(int)
    placed = []
    for row in sorted(found, key=lambda row: (row["due_at"], row["id"])):
        placed.append((of_unit[row["unit_id"]], row))
        of_unit[row["unit_id"]] += 1
    return [row for _turn, row in sorted(placed, key=lambda each: each[0])]


def spend(
    found: Iterable[Row], wanted: Mapping[int, list[Cost]], there: Mapping[str, Purse]
) -> tuple[list[Row], dict[int, float]]:
    """Who gets what they need of `there`, which is made less; and how long, in seconds, each other waits."""
    good: list[Row] = []
    waits: dict[int, float] = {}
    for row in found:
        missing = [c for c in wanted[row["id"]] if there[c.name].points < c.points]
        if missing:
            longest = max(there[c.name].wait(c) for c in missing)
            waits[row["id"]] = min(longest, LONGEST_S) + 0.1
            continue
        for cost in wanted[row["id"]]:
            there[cost.name].take(cost.points)
        good.append(row)
    return good, waits


async def learn(db: Database, carried: Iterable[Carried]) -> None:
    """Keep what the platforms said while these were on their way."""
    told: dict[str, Left] = {}
    for each in carried:
        card = connector(each.row["platform_id"]).card
        for budget in card.budgets:
            if (left := each.told.get(budget.name)) is not None:
                name = name_of(card, budget, each.channel)
                before = told.get(name)
                told[name] = left if before is None or left.points < before.points else before
    if told:
        names = sorted(told)
        given = {
            "names": names,
            "told": [told[name].points for name in names],
            "until": [told[name].until for name in names],
        }
        await rows(db, LOCK, {"names": names})  # in the order of everybody who wants several
        await db.execute(LEARN, {**given, "near": NEAR_S})
