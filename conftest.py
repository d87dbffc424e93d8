"""Fixtures for every test. The database is the embedded PostgreSQL, or the one of DATABASE_URL."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.cast import cast as build


@pytest.fixture
def cast(db: None) -> Cast:
    """Ten people in three units of one company."""
    return build()
