"""Real networks on loopback. Where one is not installed its tests are skipped; in CI they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.networks import bluesky


@pytest.fixture(scope="session")
def bluesky_network() -> Iterator[bluesky.Network]:
    """A Bluesky network that runs for the whole session."""
    if not bluesky.installed():
        says = "The Bluesky network is not installed: make networks"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(says)
        pytest.skip(says)
    with bluesky.running() as network:
        yield network
