"""A shared credential of a channel of the Nordics, and somebody at the desk."""

import pytest

from tabard.kernel import clock
from tabard.safety import actions
from tests.cast import make_channel

PASSWORD = "correct-horse-7"
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def channel(cast):
    return make_channel(cast.nordics, "nordics", owner=cast.publisher)


@pytest.fixture
def kept(cast, channel):
    return actions.add_to_channel(
        cast.by("owner"),
        channel,
        plain={"name": "Nordics on Mastodon", "login": "press@meridian.example"},
        password=PASSWORD,
        codes=SEED,
        notes="The phone is in the safe.",
    )


@pytest.fixture
def now():
    """A moment that stands still."""
    with clock.at(clock.now()):
        yield clock.now()
