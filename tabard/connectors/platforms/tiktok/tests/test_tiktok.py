"""TikTok keeps the contract of all connectors; signing in and figures there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.platforms.tiktok.tests import simulator as sim
from tabard.connectors.platforms.tiktok.tests.case import TikTokCase
from tabard.connectors.platforms.tiktok.tests.simulator import TikTokStage
from tabard.connectors.stage import Stage


class TestTikTok(TikTokCase, ConnectorContract):
    stage = TikTokStage

    # Signing in

    def test_a_server_signs_in_without_a_challenge_and_names_its_key(self, on: Stage) -> None:
        url, keep = self.begun(on)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_key"] == sim.APP["client_id"]
        assert "code_challenge" not in asked
        assert "verifier" not in keep
        scopes = {scope for every in self.card.auth[0].scopes.values() for scope in every}
        assert set(asked["scope"].split(",")) == scopes

    def test_who_leaves_out_the_right_to_publish_is_told_at_once(self, on: Stage) -> None:
        on.switch(sim.NARROW)
        with pytest.raises(errors.Refused) as refused:
            self.let_in(on)
        assert refused.value.code == "scope"

    def test_a_code_of_somebody_else_is_refused(self, on: Stage) -> None:
        url, keep = self.begun(on)
        query = {**on.allow(url), "code": "stolen"}
        with pytest.raises(errors.Refused):
            self.run(self.connector.finish(keep, query, on.http()))

    def test_a_right_that_is_gone_at_a_renewal_is_noticed(self, on: Stage) -> None:
        access = on.access()
        access.session["scopes"] = ["user.info.basic", "video.list"]
        with pytest.raises(errors.Revoked) as revoked:
            self.run(self.connector.check(access, on.http()))
        assert revoked.value.code == "scope"

    def test_only_what_was_allowed_is_asked_about_the_account(self, on: Stage) -> None:
        access = on.access()
        access.session["scopes"] = ["user.info.basic", "video.publish"]
        on.switch(sim.NARROW)
        found = self.run(self.connector.check(access, on.http()))
        assert (found.remote_id, found.handle, found.followers) == (sim.ME, "Tabard Town", None)

    def test_a_refresh_token_is_spent_once_and_ends_as_the_answer_says(self, on: Stage) -> None:
        access = on.access()
        self.run(self.connector.renew(access, on.http()))
        assert access.session["refresh"] == "rft.invented-refresh-0002"
        assert self.connector.ends(access) == on.now + timedelta(hours=2)
        before = dict(on.access().session)
        again = on.access()
        with pytest.raises(errors.Revoked):
            self.run(self.connector.renew(again, on.http()))
        assert dict(again.session) == before

    def test_a_fault_of_the_desk_that_looks_like_a_success_is_no_end(self, on: Stage) -> None:
        answer = httpx.Response(200, json={"error": "internal_error", "error_description": "Try again"})
        with pytest.raises(errors.Later):
            self.run(self.connector.renew(on.access(), self.answering(on, answer)))

    def test_an_access_that_has_ended_is_ended_there_too(self, on: Stage) -> None:
        access = on.access()
        on.now += timedelta(days=3)
        self.run(self.connector.revoke(access, on.http()))
        assert {"act.invented-access-0002", "rft.invented-refresh-0001"} <= on.ended

    @pytest.mark.parametrize("user", [None, [], {}, {"open_id": ""}, "x"])
    def test_an_account_without_a_number_is_none(self, on: Stage, user: Any) -> None:
        http = self.answering(on, sim.good({"user": user}))
        with pytest.raises(errors.Refused):
            self.run(self.connector.check(on.access(), http))

    # Figures

    def test_the_accounts_numbers_are_told_as_they_are(self, on: Stage) -> None:
        day = on.now.date()
        found = self.run(self.connector.figures(on.access(), day, day, on.http()))
        assert {(one.theirs, one.value, one.ours) for one in found} == {
            ("follower_count", 1204, "followers"),
            ("following_count", 12, "follows"),
            ("video_count", 31, "posts"),
            ("likes_count", 50321, ""),
        }

    def test_posts_are_counted_twenty_at_a_time_and_what_is_gone_is_left_out(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        ids = [*(str(n) for n in range(1, 40)), post.remote_id]
        before = len(on.requests)
        found = self.run(self.connector.metrics(on.access(), ids, on.http()))
        assert len(on.requests) - before == 2
        assert found == {post.remote_id: {"likes": 12, "shares": 5, "replies": 10, "views": 240}}

    def test_a_post_known_by_its_upload_is_counted_once_it_is_public(self, on: Stage) -> None:
        on.switch(sim.PRIVATE)
        post = self.published(on, self.outgoing())
        ids = [post.remote_id, "v_pub_file~v2-1.999"]
        assert self.run(self.connector.metrics(on.access(), ids, on.http())) == {}
        on.switch(sim.PRIVATE, False)
        found = self.run(self.connector.metrics(on.access(), ids, on.http()))
        assert set(found) == {post.remote_id}
