"""Fixtures for every test. The database is the embedded PostgreSQL, or the one of DATABASE_URL."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.cast import cast as build

HEAVY = {"hard", "devnet", "browser"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Ten people in three units of one company."""
    return build()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that kill processes or drive a browser from competing with each other for two cores."""
    for item in items:
        if any(item.get_closest_marker(name) for name in HEAVY):
            item.add_marker(pytest.mark.xdist_group("heavy"))
