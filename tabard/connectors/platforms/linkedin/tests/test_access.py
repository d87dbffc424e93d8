"""Who signs in opens pages, and what was allowed is watched."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors.base import Published
from tabard.connectors.platforms.linkedin.tests import simulator as sim
from tabard.connectors.platforms.linkedin.tests.shapes import APP, ms
from tabard.connectors.platforms.linkedin.tests.simulator import NUMBER, LinkedInStage
from tabard.connectors.platforms.linkedin.tests.story import Story


class TestAccess(Story):
    def test_every_page_on_which_one_may_publish_is_given_once(self, on: LinkedInStage) -> None:
        found = self.let_in(on)
        assert [(one.profile.remote_id, one.profile.handle) for one in found] == [
            (NUMBER, "tabard-town"),
            ("5509810", "5509810"),
        ]
        assert found[0].profile.also == (NUMBER,)

    def test_a_brands_page_is_written_to_as_the_brand(self, on: LinkedInStage) -> None:
        brand = replace(self.let_in(on)[1].access, app=APP)
        asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            made = {"x-restli-id": "urn:li:share:1"} if request.method == "POST" else {}
            return httpx.Response(200, json={"elements": []}, headers=made)

        http = replace(on.http(), transport=httpx.MockTransport(answer))
        state = self.run(self.connector.prepare(brand, self.outgoing(), {}, http))
        self.run(self.connector.commit(brand, self.outgoing(), state, http))
        assert json.loads(asked[-1].content)["author"] == "urn:li:organizationBrand:5509810"

    def test_a_brands_post_is_found_by_either_of_its_names(self, on: LinkedInStage) -> None:
        brand = replace(self.let_in(on)[1].access, app=APP)
        at = ms(on.now)
        post = {"id": "urn:li:share:1", "commentary": "Hello there", "createdAt": at, "lastModifiedAt": at}
        state = {"begun": on.now.isoformat(), "before": []}
        for name, found in (
            ("organization:5509810", True),
            ("organization:1", False),
            ("person:5509810", False),
        ):
            items = {"elements": [{**post, "author": f"urn:li:{name}"}]}
            http = self.answering(on, httpx.Response(200, json=items))
            answer = self.run(self.connector.find(brand, self.outgoing(), state, http))
            assert isinstance(answer, Published) == found

    def test_nobody_signs_in_without_a_page(self, on: LinkedInStage) -> None:
        on.switch(sim.NO_ROLE)
        with pytest.raises(errors.Refused) as refused:
            self.let_in(on)
        assert refused.value.code == "no_channel"

    def test_a_right_that_the_app_did_not_get_is_named(self, on: LinkedInStage) -> None:
        on.switch(sim.NARROW)
        with pytest.raises(errors.Refused) as refused:
            self.let_in(on)
        assert "w_organization_social" in str(refused.value)

    def test_a_lost_role_and_a_lost_right_are_told_apart(self, on: LinkedInStage) -> None:
        for switch, code in ((sim.NO_ROLE, "role"), (sim.NARROW, "scope")):
            on.switch(switch)
            with pytest.raises(errors.Revoked) as revoked:
                self.run(self.connector.check(on.access(), on.http()))
            assert revoked.value.code == code
            on.switch(switch, False)

    def test_other_rights_than_before_are_kept(self, on: LinkedInStage) -> None:
        kept: list[Any] = []

        async def keep(session: Any) -> None:
            kept.append(dict(session))

        access = replace(on.access(), keep=keep)
        self.run(self.connector.check(access, on.http()))
        assert kept == []
        access.session["scopes"] = ["w_organization_social"]
        self.run(self.connector.check(access, on.http()))
        assert "rw_organization_admin" in kept[-1]["scopes"]

    def test_an_app_that_may_not_renew_asks_for_a_person(self, on: LinkedInStage) -> None:
        access = on.access()
        assert self.connector.renewable(access)
        access.session["refresh"] = ""
        assert not self.connector.renewable(access)
        assert self.connector.ends(access) is not None
        with pytest.raises(errors.Revoked) as revoked:
            self.run(self.connector.renew(access, on.http()))
        assert revoked.value.code == "ended"
        assert on.requests == []

    def test_both_keys_are_ended(self, on: LinkedInStage) -> None:
        self.run(self.connector.revoke(on.access(), on.http()))
        assert on.ended == {"AQX-invented-access-0001", "AQX-invented-refresh-0001"}

    def test_everybody_with_a_role_is_told_even_without_a_name(self, on: LinkedInStage) -> None:
        number = on.let_in("Ana Petrova", "")
        on.switch(sim.NAMELESS)
        (one,) = self.run(self.connector.administrators(on.access(), on.http()))
        assert (one.remote_id, one.name, one.role) == (number, "", "ADMINISTRATOR, CURATOR")
