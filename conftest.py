"""Fixtures for every test. The database is the embedded PostgreSQL, or the one of DATABASE_URL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from tests.cast import Cast
from tests.cast import cast as build
from tests.own_database import own_database as own

HEAVY = {"hard", "devnet", "browser"}


@pytest.fixture(autouse=True)
def unspoken() -> Iterator[None]:
    """A reader's language stays in the thread that answered them, and the next test is another reader."""
    yield
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """Ten people in three units of one company."""
    return build()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: None, django_db_blocker: Any, django_db_keepdb: bool
) -> Iterator[None]:
    """The test database. pytest-django makes it only for tests it knows, not for those of `own_database`."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a database for this test alone, for tests with several processes or threads."""
    with django_db_blocker.unblock(), own() as url:
        yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that kill processes or drive a browser from competing with each other for two cores."""
    for item in items:
        if any(item.get_closest_marker(name) for name in HEAVY):
            item.add_marker(pytest.mark.xdist_group("heavy"))
