"""An impostor of the soups, and the case about it."""

from __future__ import annotations

import pytest

from tabard.watch.tests.casework import LINK, decided, opened
from tabard.watch.tests.farmland import running
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


@pytest.fixture
def land(tmp_path, settings, monkeypatch):
    """A farm of sites beside the job that asks them."""
    with running(tmp_path, settings, monkeypatch) as there:
        yield there
