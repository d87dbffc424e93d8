"""A browser for the tests of the web: Debian's Chromium, or whichever playwright finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import browsing


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of Tabard over the empty test database, for pages that only read."""
    with django_db_blocker.unblock(), browsing.serving() as url:
        yield url


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Any]:
    """One Chromium for the tests of a module."""
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    page = browsing.new_page(browser)
    yield page
    page.context.close()


@pytest.fixture
def wrongs() -> Any:
    """`wrongs(page)`: what axe finds serious or critical, as short sentences."""
    return browsing.wrongs
