"""What headers say of budgets; what they say wrongly is as if they had said nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tabard.connectors.card import Budget, Per, Told
from tabard.connectors.telling import left_of

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
RATE = Told(left="x-left", until="x-until")


def budget(told: Told, n: int = 100) -> Budget:
    return Budget("posts", n, 900, Per.CHANNEL, {"publish": 1}, told)


def said(told: Told, headers: dict, call: str = "POST /2/tweets", n: int = 100):
    method, _, path = call.partition(" ")
    return left_of([budget(told, n)], method, path, headers, NOW).get("posts")


@pytest.mark.parametrize(
    "until", ["90", str(int(NOW.timestamp()) + 90), "2026-11-02T12:01:30Z", "Mon, 02 Nov 2026 12:01:30 GMT"]
)
def test_points_and_their_end(until) -> None:
    found = said(RATE, {"x-left": "7", "x-until": until})
    assert found.points == 7
    assert found.until == NOW + timedelta(seconds=90)


def test_only_the_calls_that_are_named_speak_of_it() -> None:
    headers = {"x-left": "7", "x-until": "90"}
    told = RATE.by("POST /2/tweets")
    assert said(told, headers, "POST /2/tweets")
    assert said(told, headers, "GET /2/tweets") is None
    assert said(told, headers, "POST /2/media/upload") is None


def test_of_several_budgets_the_one_of_that_size_is_meant() -> None:
    told = Told(left="x-left", until="x-until", most="x-most")
    headers = {"x-left": "7", "x-until": "90", "x-most": "5000, 5000;w=3600"}
    assert said(told, headers, n=5000).points == 7
    assert said(told, headers, n=3000) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-left": "7"},
        {"x-left": "seven", "x-until": "90"},
        {"x-left": "-1", "x-until": "90"},
        {"x-left": "nan", "x-until": "90"},
        {"x-left": "7", "x-until": "soon"},
        {"x-left": "7", "x-until": "-5"},
    ],
)
def test_what_cannot_be_read_says_nothing(headers) -> None:
    assert said(RATE, headers) is None


def test_nothing_is_believed_for_longer_than_a_day() -> None:
    assert said(RATE, {"x-left": "0", "x-until": "9999999"}).until <= NOW + timedelta(days=1)


USED = Told(used="x-app-usage")


def test_of_several_shares_the_one_nearest_its_end_counts() -> None:
    found = said(USED, {"x-app-usage": json.dumps({"call_count": 28, "total_time": 91, "total_cputime": 3})})
    assert found.points == 9


def test_a_share_of_each_account_and_when_it_comes_back() -> None:
    told = {"17841": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 19}]}
    found = said(USED, {"x-app-usage": json.dumps(told)})
    assert found.points == 0
    assert found.until == NOW + timedelta(minutes=19)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", "{}", '{"a": 1}', '{"a": [1]}', '{"call_count": "x"}']
)
def test_a_share_that_cannot_be_read_holds_nobody_back(text) -> None:
    found = said(USED, {"x-app-usage": text})
    assert found is None or found.points == 100
