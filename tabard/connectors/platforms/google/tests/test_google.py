"""Business Profiles, by the contract of all connectors and by what is special there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import NOT_THERE, Access, Published
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.families.tests import discovery
from tabard.connectors.platforms.google.card import LOCATIONS
from tabard.connectors.platforms.google.tests import simulator as sim
from tabard.connectors.platforms.google.tests.simulator import GoogleStage
from tabard.connectors.stage import Stage, picture

TIMES = {"title": "Market", "starts": "2026-12-24T10:00", "ends": "2026-12-24T18:30"}


class TestGoogle(ConnectorContract):
    stage = GoogleStage

    def made(self, on: Stage) -> dict[str, Any]:
        """The last post as it was sent."""
        sent = [r for r in on.requests if on.shows(r)]
        return dict(json.loads(sent[-1].content))

    # Connecting

    def test_a_location_of_two_accounts_comes_once(self, on: Stage) -> None:
        found = self.let_in(on)
        assert [one.profile.name for one in found] == ["Tabard Town Hall", "Tabard Library"]
        assert [one.profile.handle for one in found] == ["10281119596374313554", "10281119596374313555"]
        assert {one.access.session["account"] for one in found} == {"accounts/110001"}

    def test_who_manages_nothing_is_told(self, on: Stage) -> None:
        def empty(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/token":
                return httpx.Response(200, json=_stage.payload(self.folder, "authorises")["token"])
            return httpx.Response(200, json={})

        url, keep = self.begun(on)
        http = replace(on.http(), transport=httpx.MockTransport(empty))
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.finish(keep, on.allow(url), http))
        assert refused.value.code == "no_location"

    def test_a_location_that_is_gone_asks_for_a_person(self, on: Stage) -> None:
        def gone(request: httpx.Request) -> httpx.Response:
            return sim.refused(404, "NOT_FOUND")

        http = replace(on.http(), transport=httpx.MockTransport(gone))
        with pytest.raises(errors.Revoked):
            self.run(self.connector.check(on.access(), http))

    def test_the_refresh_token_stays(self, on: Stage) -> None:
        access = on.access()
        self.run(self.connector.renew(access, on.http()))
        assert access.session["refresh"] == "1//invented-refresh-0001"
        assert access.session["account"] == "accounts/110001"

    def test_who_is_only_invited_is_told_by_address(self, on: Stage) -> None:
        on.let_in("ben@tabard.example", "")
        on.people[0]["pendingInvitation"] = True
        [one] = self.run(self.connector.administrators(on.access(), on.http()))
        assert (one.email, one.name, one.role) == ("ben@tabard.example", "", "manager (invited)")

    # Posts

    def test_a_link_is_on_the_button_and_not_in_the_text(self, on: Stage) -> None:
        self.published(on, self.outgoing("Open late", link="https://t.example/late"))
        assert self.made(on) == {
            "summary": "Open late",
            "topicType": "STANDARD",
            "languageCode": "en",
            "callToAction": {"actionType": "LEARN_MORE", "url": "https://t.example/late"},
        }

    def test_a_button_that_calls_has_no_link(self, on: Stage) -> None:
        self.published(on, self.outgoing(link="https://t.example/", options={"action": "CALL"}))
        assert self.made(on)["callToAction"] == {"actionType": "CALL"}

    def test_a_picture_is_fetched_from_us_and_is_no_other_format(self, on: Stage) -> None:
        self.published(on, self.outgoing(media=(picture(form="PNG"),)))
        [media] = self.made(on)["media"]
        assert media["mediaFormat"] == "PHOTO"
        assert on.lent[media["sourceUrl"]][:3] == b"\xff\xd8\xff"

    def test_without_an_address_of_ours_a_picture_is_refused(self, on: Stage) -> None:
        access = replace(on.access(), lend=Access("google", "", "", "").lend)
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.prepare(access, self.with_picture(), {}, on.http()))
        assert refused.value.code == "no_address"

    def test_an_event_has_its_times_without_a_zone(self, on: Stage) -> None:
        self.published(on, self.outgoing(placement="event", options=TIMES))
        event = self.made(on)["event"]
        assert event["title"] == "Market"
        assert event["schedule"]["startDate"] == {"year": 2026, "month": 12, "day": 24}
        assert event["schedule"]["endTime"] == {"hours": 18, "minutes": 30, "seconds": 0, "nanos": 0}

    def test_an_offer_has_its_code_and_no_button(self, on: Stage) -> None:
        options = {**TIMES, "coupon": "SOUP", "terms": "Once"}
        link = "https://t.example/soup"
        self.published(on, self.outgoing(placement="offer", options=options, link=link))
        made = self.made(on)
        assert made["offer"] == {"couponCode": "SOUP", "termsConditions": "Once", "redeemOnlineUrl": link}
        assert "callToAction" not in made

    @pytest.mark.parametrize(
        "said", ["tomorrow", "2026-13-01T10:00", "2026-02-30T10:00", "2026-12-24", "24:00"]
    )
    def test_a_time_that_is_none_is_refused_before_any_call(self, on: Stage, said: str) -> None:
        outgoing = self.outgoing(placement="event", options={**TIMES, "ends": said})
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        assert refused.value.code == "time"
        assert on.requests == []

    def test_a_rejected_post_is_the_authors_to_mend(self, on: Stage) -> None:
        on.switch(sim.REJECTS)
        with pytest.raises(errors.Refused) as refused:
            self.published(on, self.outgoing())
        assert refused.value.code == "rejected"

    def test_a_post_that_is_not_decided_yet_counts_as_taken(self, on: Stage) -> None:
        on.switch(sim.SLOW)
        assert self.published(on, self.outgoing()).extra == {"state": "PROCESSING"}

    def test_the_post_of_a_lost_answer_is_not_an_older_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        state = self.interrupted(on, self.outgoing(key=OTHER), _stage.LOSE_BEFORE)
        found = self.run(self.connector.find(on.access(), self.outgoing(key=OTHER), state, on.http()))
        assert found is NOT_THERE

    def test_an_event_is_not_an_update_of_the_same_words(self, on: Stage) -> None:
        outgoing = self.outgoing(placement="event", options=TIMES)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        self.published(on, self.outgoing(key=OTHER))
        assert self.run(self.connector.find(on.access(), outgoing, state, on.http())) is NOT_THERE

    # Reviews

    def test_a_review_has_its_stars_and_no_name_is_anonymous(self, on: Stage) -> None:
        on.say("Fine")
        on.say("Good")
        on.reviews[1]["reviewer"] = {"isAnonymous": True}
        first, second = self.run(self.connector.fetch(on.access(), "", on.http())).items
        assert (first.stars, first.author_name) == (4, "Bo Lind")
        assert second.author_handle == "anonymous"
        assert first.author_id != second.author_id

    def test_a_changed_review_comes_again(self, on: Stage) -> None:
        on.say("Fine")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        on.now += timedelta(hours=1)
        on.reviews[0] |= {"comment": "Not so fine", "updateTime": sim.written(on.now)}
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [one.text for one in found.items] == ["Not so fine"]

    def test_two_reviews_of_the_same_moment_both_come_once(self, on: Stage) -> None:
        on.say("One")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        at = on.reviews[0]["updateTime"]
        on.say("Two")
        on.reviews[1]["updateTime"] = at
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [one.text for one in found.items] == ["Two"]
        assert self.run(self.connector.fetch(on.access(), found.cursor, on.http())).items == ()

    def test_more_reviews_than_a_page_all_come(self, on: Stage) -> None:
        on.say("First")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        said = [on.say(f"Review {n}") for n in range(120)]
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [one.remote_id for one in found.items] == said

    @pytest.mark.parametrize("cursor", ["x", "{}", "null", "5", "[]"])
    def test_a_damaged_cursor_begins_anew(self, on: Stage, cursor: str) -> None:
        on.say("Fine")
        assert len(self.run(self.connector.fetch(on.access(), cursor, on.http())).items) == 1

    def test_a_reply_stands_under_what_it_answers(self, on: Stage) -> None:
        """A review: posts cannot be answered here. Said again, it is the same answer."""
        review = on.say("When?")
        outgoing = self.outgoing("At ten.", placement="reply", reply_to=review)
        first = self.published(on, outgoing)
        assert self.published(on, outgoing).remote_id == first.remote_id
        assert on.reviews[0]["reviewReply"]["comment"] == "At ten."
        assert on.shown() == []
        found = self.run(self.connector.find(on.access(), outgoing, {}, on.http()))
        assert isinstance(found, Published)
        other = self.outgoing("At nine.", placement="reply", reply_to=review)
        assert self.run(self.connector.find(on.access(), other, {}, on.http())) is NOT_THERE

    # Figures

    def test_a_day_without_a_value_is_nought(self, on: Stage) -> None:
        until = on.now.date()
        found = self.run(self.connector.figures(on.access(), until - timedelta(days=7), until, on.http()))
        clicks = {f.day.day: f.value for f in found if f.theirs == "WEBSITE_CLICKS" and f.day}
        assert clicks == {18: 12, 19: 0}


def test_what_google_does_not_describe_fails() -> None:
    if discovery.folder() is None:
        pytest.skip("google-api-python-client, which has the descriptions, is not installed")
    name, base = "mybusinessbusinessinformation.v1", f"https://{LOCATIONS}/v1"
    discovery.validate(name, httpx.Request("GET", f"{base}/locations/1", params={"readMask": "name"}))
    for method, path, params, body in (
        ("GET", "/locations/1", {}, None),
        ("GET", "/locations/1", {"readMask": "name", "colour": "red"}, None),
        ("POST", "/locations/1", {"readMask": "name"}, None),
        ("GET", "/nothing", {}, None),
        ("PATCH", "/locations/1", {"updateMask": "title"}, {"title": 5}),
        ("PATCH", "/locations/1", {"updateMask": "title"}, {"colour": "red"}),
    ):
        with pytest.raises(discovery.Outside):
            discovery.validate(name, httpx.Request(method, base + path, params=params, json=body))
