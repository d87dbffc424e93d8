"""What the tests of TikTok beside the contract stand on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, ClassVar

import httpx
import pytest

from tabard.connectors.base import Outgoing, Published
from tabard.connectors.contract import ConnectorContract as Contract
from tabard.connectors.platforms.tiktok.tests.simulator import MEGA, TikTokStage
from tabard.connectors.stage import Stage, film

PUBLIC = {"privacy_level": "PUBLIC_TO_EVERYONE", "consent": True}
BIG = 14 * MEGA  # two pieces, the second with the rest


class TikTokCase:
    """The contract's ways of making a post and publishing it, without its tests."""

    stage: ClassVar[type[Stage]] = TikTokStage
    connector, card, folder, run = Contract.connector, Contract.card, Contract.folder, Contract.run
    outgoing, publish, published = Contract.outgoing, Contract.publish, Contract.published
    interrupted = Contract.interrupted

    @pytest.fixture
    def on(self) -> Stage:
        return self.stage()

    def prepare(self, on: Stage, outgoing: Outgoing, state: Any = None) -> dict[str, Any]:
        return self.run(self.connector.prepare(on.access(), outgoing, state or {}, on.http()))

    def commit(self, on: Stage, outgoing: Outgoing, state: Any) -> Published:
        return self.run(self.connector.commit(on.access(), outgoing, state, on.http()))

    def find(self, on: Stage, outgoing: Outgoing, state: Any) -> Any:
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    def big(self, **more: Any) -> Outgoing:
        return self.outgoing("A long one", media=(film(size=BIG),), **more)

    def puts(self, on: Stage) -> list[str]:
        return [r.headers["content-range"] for r in on.requests if r.method == "PUT"]

    def asked(self, on: Stage, path: str) -> list[Any]:
        return [json.loads(r.content) for r in on.requests if r.url.path == f"/v2/post/publish/{path}/"]

    def answering(self, on: Stage, answer: httpx.Response) -> Any:
        return replace(on.http(), transport=httpx.MockTransport(lambda request: answer))
