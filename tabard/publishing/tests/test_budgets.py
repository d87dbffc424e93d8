"""Who is served where a budget does not do for all, and for how long the others wait."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from tabard.connectors.card import Budget, Per
from tabard.publishing.sender.budgets import Cost, Purse, in_turn, spend

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
POSTS = Budget("posts", 100, 1000, Per.APP, {"publish": 1})


def row(number: int, unit: int, minute: float = 0) -> dict:
    return {"id": number, "unit_id": unit, "due_at": NOON + timedelta(minutes=minute)}


def served(rows: list[dict], points: float, holds: float | None = None) -> tuple[list[int], dict[int, float]]:
    wanted = {each["id"]: [Cost("x posts", "x", None, POSTS, 1)] for each in rows}
    good, waits = spend(in_turn(rows), wanted, {"x posts": Purse(points, holds)})
    return [each["id"] for each in good], waits


def test_a_burst_of_one_unit_does_not_starve_another() -> None:
    burst = [row(number, unit=1) for number in range(50)]
    single = row(99, unit=2, minute=5)
    good, waits = served([*burst, single], points=4)
    assert 99 in good
    assert len(good) == 4
    assert len(waits) == 47


def test_what_was_due_first_goes_first_within_a_unit() -> None:
    good, _waits = served([row(1, 1, 9), row(2, 1, 3), row(3, 1, 6)], points=2)
    assert good == [2, 3]


def test_nobody_waits_longer_than_until_there_is_enough() -> None:
    _good, waits = served([row(1, 1)], points=0.5)
    assert waits[1] == pytest.approx(0.5 / (100 / 2 / 1000) + 0.1)


def test_what_was_told_is_waited_for_to_its_end() -> None:
    _good, waits = served([row(1, 1)], points=0, holds=240)
    assert waits[1] == pytest.approx(240.1)


def test_nobody_waits_longer_than_a_day() -> None:
    _good, waits = served([row(1, 1)], points=0, holds=math.inf)
    assert waits[1] == pytest.approx(86_400.1)


def test_what_nobody_knows_the_size_of_holds_nobody_back() -> None:
    good, waits = served([row(number, 1) for number in range(500)], points=math.inf)
    assert len(good) == 500
    assert not waits
