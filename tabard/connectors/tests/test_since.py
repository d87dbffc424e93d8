"""Reading on where one stopped: nothing twice, nothing missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tabard.connectors.base import Message
from tabard.connectors.since import Since

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def said(name: str, minute: float) -> Message:
    return Message(name, "reply", name, "7", "ada", NOON + timedelta(minutes=minute))


def names(found) -> list[str]:
    return [each.remote_id for each in found.items]


def test_what_was_told_is_not_told_again() -> None:
    first = Since().fresh([said("b", 1), said("a", 0)])
    assert names(first) == ["a", "b"]
    second = Since.read(first.cursor).fresh([said("c", 2), said("b", 1), said("a", 0)])
    assert names(second) == ["c"]


def test_what_comes_late_is_told() -> None:
    first = Since().fresh([said("b", 5)])
    assert names(Since.read(first.cursor).fresh([said("late", 3), said("b", 5)])) == ["late"]


def test_what_has_changed_is_told_again() -> None:
    first = Since().fresh([said("a", 0)])
    assert names(Since.read(first.cursor).fresh([said("a", 1)])) == ["a"]


def test_what_lies_long_back_is_not_dug_up() -> None:
    first = Since().fresh([said("b", 60)])
    assert names(Since.read(first.cursor).fresh([said("a", 0)])) == []


def test_a_quiet_time_forgets_nothing() -> None:
    first = Since().fresh([said("a", 0)])
    second = Since.read(first.cursor).fresh([])
    assert second.cursor == first.cursor


@pytest.mark.parametrize("cursor", ["", "x", "[]", '{"at": 1}', '{"at": "2026", "seen": 3}', "null"])
def test_a_cursor_that_cannot_be_read_begins_anew(cursor) -> None:
    assert names(Since.read(cursor).fresh([said("a", 0)])) == ["a"]
