"""A public register that is on, with one channel in it, one that is not, and one that was."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tabard.public import actions, making
from tabard.public.screens import official
from tabard.public.throttle import Buckets
from tests.cast import Cast, make_channel


@pytest.fixture
def anybody(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor without a session, who has not asked before."""
    monkeypatch.setattr(official, "buckets", Buckets())
    return Client(raise_request_exception=False)


@pytest.fixture
def channels(cast: Cast) -> dict[str, Any]:
    """On: `shown` is public, `hidden` is ours and nobody's business."""
    by = cast.by("owner")
    shown = make_channel(cast.nordics, "meridian_nordics", "x", url="https://x.com/meridian_nordics")
    hidden = make_channel(cast.nordics, "meridian_launch", "x", url="https://x.com/meridian_launch")
    actions.turn_on(by, cast.organisation, contact="press@meridian.example")
    actions.show(by, shown, shown="yes", lasting=True)
    making.publish()
    return {"shown": shown, "hidden": hidden}
