"""What tests beside the contract stand on: the page in its box, and a post."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import pytest

from tabard.connectors.base import Connected, Outgoing, Published, State
from tabard.connectors.calls import Every
from tabard.connectors.contract_card import KEY
from tabard.connectors.contract_reach import BACK
from tabard.connectors.http import Http
from tabard.connectors.platforms.linkedin.tests.shapes import APP
from tabard.connectors.platforms.linkedin.tests.simulator import LinkedInStage
from tabard.connectors.registry import connector
from tabard.connectors.stage import NOW

T = TypeVar("T")


class Story:
    """Subclass it for tests of one matter."""

    @pytest.fixture
    def on(self) -> LinkedInStage:
        return LinkedInStage()

    @property
    def connector(self) -> Every:
        return connector("linkedin")

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(call)

    def outgoing(self, text: str = "Hello there", *, key: str = KEY, **more: Any) -> Outgoing:
        on, place = LinkedInStage(), str(more.get("placement") or "")
        given = {
            "media": (on.file(place),) if place in {"image", "video", "document"} else (),
            "options": on.options(place),
        }
        made = Outgoing(key=key, text=text, created_at=NOW, language="en", **{**given, **more})
        return replace(made, own=self.connector.mint(made))

    def prepare(self, on: LinkedInStage, outgoing: Outgoing, state: State | None = None) -> State:
        return self.run(self.connector.prepare(on.access(), outgoing, state or {}, on.http()))

    def commit(self, on: LinkedInStage, outgoing: Outgoing, state: State) -> Published:
        return self.run(self.connector.commit(on.access(), outgoing, state, on.http()))

    def published(self, on: LinkedInStage, outgoing: Outgoing) -> Published:
        return self.commit(on, outgoing, json.loads(json.dumps(self.prepare(on, outgoing))))

    def let_in(self, on: LinkedInStage) -> tuple[Connected, ...]:
        begun = self.run(self.connector.begin(APP, BACK, on.http()))
        return self.run(self.connector.finish({**begun.keep, **APP}, on.allow(begun.url), on.http()))

    def answering(self, on: LinkedInStage, answer: httpx.Response) -> Http:
        return replace(on.http(), transport=httpx.MockTransport(lambda request: answer))
