"""The first half of the contract: what its tests stand on, and that a card is complete and honest."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Coroutine
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest

from tabard.connectors.base import Access, Outgoing, Published
from tabard.connectors.calls import PROTOCOLS, Checks, Every
from tabard.connectors.card import Ability, Card, Secret
from tabard.connectors.http import Http
from tabard.connectors.registry import connector
from tabard.connectors.stage import NOW, Stage, picture

T = TypeVar("T")
KEY = "6f9d2f5e-3c5e-4a51-9a6b-0d6c6f0a1b2c"
OTHER = "0b8b1f46-95a5-4c2c-8a1a-4e7b8a0c9d3e"


class CardContract:
    """Holds a platform's card, folder and class against each other."""

    stage: ClassVar[type[Stage]]

    # What the tests stand on

    @pytest.fixture
    def on(self) -> Stage:
        return self.stage()

    @property
    def folder(self) -> Path:
        return Path(inspect.getfile(self.stage)).parent.parent

    @property
    def connector(self) -> Every:
        return connector(self.folder.name)

    @property
    def card(self) -> Card:
        return self.connector.card

    def can(self, ability: Ability) -> None:
        if ability not in self.card.abilities:
            pytest.skip(f"{self.card.label} does not claim it: {ability}")

    def outgoing(self, text: str = "Hello there", *, key: str = KEY, **more: Any) -> Outgoing:
        """A post; with the file and the options without which its place takes none."""
        on, place = self.stage(), self.card.placement(more.get("placement", ""))
        given = {
            "media": (on.file(place.name),) if place.needs_media else (),
            "options": on.options(place.name),
        }
        made = Outgoing(key=key, text=text, created_at=NOW, language="en", **{**given, **more})
        return replace(made, own=self.connector.mint(made))

    async def publish(self, access: Access, outgoing: Outgoing, http: Http) -> Published:
        state = await self.connector.prepare(access, outgoing, {}, http)
        return await self.connector.commit(access, outgoing, json.loads(json.dumps(state)), http)

    def published(self, on: Stage, outgoing: Outgoing) -> Published:
        return self.run(self.publish(on.access(), outgoing, on.http()))

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(call)

    def with_picture(self) -> Outgoing:
        """A post with a picture where the platform takes one."""
        takes = self.card.placements[0].rule_for("image")
        more: dict[str, Any] = {"media": (picture(),)} if takes else {}
        return self.outgoing("With a picture", **more)

    # The card

    def test_card_names_the_platform_by_its_folder_and_a_mark_of_two_letters(self) -> None:
        assert self.card.name == self.folder.name
        assert self.card.label
        assert len(self.card.mark) == 2

    def test_card_claims_exactly_the_abilities_its_class_has(self) -> None:
        has = {ability for ability, protocol in PROTOCOLS.items() if isinstance(self.connector, protocol)}
        assert set(self.card.abilities) == has

    def test_card_says_how_an_app_is_made_there_if_one_is_needed(self) -> None:
        app = self.card.app
        if app is None:
            pytest.skip("needs no app of the installation")
        assert app.console.startswith("https://")
        assert app.steps
        assert all(app.steps)
        assert all(field.name and field.label for field in app.fields)
        assert any(field.kind == "secret" for field in app.fields)

    def test_every_connector_can_be_asked_whether_its_key_is_alive(self) -> None:
        assert isinstance(self.connector, Checks)

    def test_card_names_acts_only_if_it_moderates(self) -> None:
        assert bool(self.card.acts) == (Ability.MODERATES in self.card.abilities)

    def test_card_says_what_a_person_fills_in(self) -> None:
        assert self.card.auth
        for auth in self.card.auth:
            assert auth.label
            assert all(field.name and field.label for field in auth.fields)
            if auth.kind is Secret.OAUTH2:
                assert Ability.AUTHORISES in self.card.abilities
                assert auth.scopes[Ability.PUBLISHES]

    def test_card_limits_are_whole(self) -> None:
        assert self.card.placements
        for place in self.card.placements:
            assert all(limit.n > 0 for limit in place.text.limits)
            assert place.text.limits
            assert bool(place.media) == (place.media_count > 0)
            for rule in place.media:
                assert rule.mimes
                assert rule.size > 0
                assert 0 < rule.count <= place.media_count
        assert all(budget.seconds > 0 and budget.costs for budget in self.card.budgets)
        assert all(budget.n > 0 or budget.told for budget in self.card.budgets)
        assert self.card.timeout > 0
        assert self.card.settle >= 0

    def test_card_says_when_its_facts_were_read(self) -> None:
        read = date.fromisoformat(f"{self.card.as_of}-01")
        assert read >= date(2026, 1, 1)

    def test_a_platform_without_roles_lists_nobody(self) -> None:
        assert not (self.card.one_login and Ability.LISTS_ADMINS in self.card.abilities)

    def test_card_hosts_are_names_and_not_addresses(self) -> None:
        assert self.card.hosts
        assert not [host for host in self.card.hosts if "/" in host or "*" in host]

    def test_notes_and_payloads_are_in_the_folder(self) -> None:
        notes = (self.folder / "NOTES.md").read_text()
        for heading in ("## Sources", "## Limits", "## Oddities", "## Test credentials"):
            assert heading in notes
        missing = [a for a in self.card.abilities if not (self.folder / "payloads" / f"{a}.json").exists()]
        assert missing == []
