"""An impostor of the soups, and the case about it."""

from __future__ import annotations

import pytest

from tabard.watch.tests.casework import LINK, decided, opened
from tests.cast import make_channel


@pytest.fixture
def soups(cast):
    return make_channel(cast.nordics, "nordicsoups", "instagram")


@pytest.fixture
def found(cast, soups):
    """An impostor of the soups."""
    return decided(cast, LINK)


@pytest.fixture
def case(cast, found):
    return opened(cast, found)
