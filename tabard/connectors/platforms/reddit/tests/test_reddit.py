"""Reddit, by the contract of all connectors and by what is special there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import NOT_THERE, Published
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.reddit.client import agent
from tabard.connectors.platforms.reddit.tests import simulator as sim
from tabard.connectors.platforms.reddit.tests.simulator import RedditStage
from tabard.connectors.stage import Stage

WHERE = {"subreddit": "TabardTown", "title": "Winter"}


class TestReddit(ConnectorContract):
    stage = RedditStage

    def find(self, on: Stage, outgoing: Any, state: Any) -> Any:
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    # Posts

    @pytest.mark.parametrize("name", ["TabardTown", "r/TabardTown", "tabardtown"])
    def test_a_community_is_written_with_or_without_its_r(self, on: Stage, name: str) -> None:
        self.published(on, self.outgoing(options={**WHERE, "subreddit": name}))
        assert on.forms[-1]["sr"].casefold() == "tabardtown"

    def test_a_link_is_the_post_itself(self, on: Stage) -> None:
        outgoing = self.outgoing(placement="link", link="https://t.example/s", options=WHERE)
        self.published(on, outgoing)
        assert (on.forms[-1]["kind"], on.forms[-1]["url"]) == ("link", "https://t.example/s")
        assert "text" not in on.forms[-1]

    def test_a_link_without_one_is_refused_before_any_call(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.published(on, self.outgoing(placement="link", options=WHERE))
        assert refused.value.code == "no_link"
        assert on.requests == []

    def test_what_was_set_is_sent_and_nothing_else(self, on: Stage) -> None:
        options = {**WHERE, "nsfw": True, "spoiler": False, "flair": "f-1"}
        self.published(on, self.outgoing(options=options))
        assert on.forms[-1]["nsfw"] == "true"
        assert on.forms[-1]["flair_id"] == "f-1"
        assert "spoiler" not in on.forms[-1]

    def test_what_the_community_wants_is_told(self, on: Stage) -> None:
        on.switch(sim.FLAIR)
        with pytest.raises(errors.Refused) as refused:
            self.published(on, self.outgoing())
        assert refused.value.code == "SUBMIT_VALIDATION_FLAIR_REQUIRED"
        assert "post flair" in str(refused.value)

    def test_a_community_that_is_not_there_is_told(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.published(on, self.outgoing(options={**WHERE, "subreddit": "nowhere"}))
        assert refused.value.code == "SUBREDDIT_NOEXIST"

    # Finding

    def test_an_older_post_of_the_same_words_is_not_taken_for_this_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        state = self.interrupted(on, self.outgoing(key=OTHER), _stage.LOSE_BEFORE)
        assert self.find(on, self.outgoing(key=OTHER), state) is NOT_THERE

    @pytest.mark.parametrize("other", [{"subreddit": "walks"}, {"title": "Summer"}])
    def test_the_same_words_elsewhere_are_another_post(self, on: Stage, other: dict[str, str]) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_BEFORE)
        self.published(on, self.outgoing(key=OTHER, options={**WHERE, **other}))
        assert self.find(on, self.outgoing(), state) is NOT_THERE

    def test_the_link_of_a_lost_answer_is_found(self, on: Stage) -> None:
        outgoing = self.outgoing(placement="link", link="https://t.example/s", options=WHERE)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        assert isinstance(self.find(on, outgoing, state), Published)

    def test_the_comment_of_a_lost_answer_is_found_under_what_it_answers(self, on: Stage) -> None:
        said = on.say("When?", reply_to="t3_100")
        outgoing = self.outgoing("At ten.", placement="comment", reply_to=said)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        assert isinstance(self.find(on, outgoing, state), Published)
        other = self.outgoing("At ten.", placement="comment", reply_to="t1_other")
        assert self.find(on, other, state) is NOT_THERE

    # The inbox

    def test_a_private_message_is_told_from_a_comment(self, on: Stage) -> None:
        one = _stage.payload(self.folder, "converses")["direct"]
        on.inbox.append(one)
        [message] = self.run(self.connector.fetch(on.access(), "", on.http())).items
        assert (message.kind, message.reply_to) == ("direct", "")
        assert message.extra["subject"] == "A question"

    def test_two_messages_of_the_same_second_both_come_once(self, on: Stage) -> None:
        on.say("One")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        on.say("Two")
        on.inbox[1]["data"]["created_utc"] = on.inbox[0]["data"]["created_utc"]
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [one.text for one in found.items] == ["Two"]
        assert self.run(self.connector.fetch(on.access(), found.cursor, on.http())).items == ()

    def test_more_messages_than_a_page_all_come(self, on: Stage) -> None:
        on.say("First")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        said = [on.say(f"Message {n}") for n in range(230)]
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [one.remote_id for one in found.items] == said

    # Access

    def test_the_app_says_whose_it_is_and_nothing_can_be_put_into_that(self) -> None:
        said = agent({"client_id": "abc\r\nX-Evil: 1", "owner": "tabard_town)\n"})
        assert said == "server:abcX-Evil1:1 (by /u/tabard_town)"

    def test_an_app_without_an_owner_is_not_used(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.begin({**sim.APP, "owner": ""}, "https://tabard.example/", on.http()))
        assert refused.value.code == "app"

    def test_a_code_that_is_no_good_is_not_a_channel(self, on: Stage) -> None:
        url, keep = self.begun(on)
        with pytest.raises(errors.ConnectorError):
            self.run(self.connector.finish(keep, {**on.allow(url), "code": "old"}, on.http()))

    def test_the_refresh_token_stays(self, on: Stage) -> None:
        access = replace(on.access())
        self.run(self.connector.renew(access, on.http()))
        assert access.session["refresh"] == "1234-invented-refresh"

    @pytest.mark.parametrize(
        ("said", "seconds"),
        [("Take a break for 9 minutes", 540), ("for 30 seconds", 30), ("for 2 hours", 7200), ("a lot", 600)],
    )
    def test_the_wait_stands_in_the_text(self, on: Stage, said: str, seconds: int) -> None:
        case = {"status": 200, "body": {"json": {"errors": [["RATELIMIT", said, "ratelimit"]]}}}
        error = self.answered(on, case, {})
        assert isinstance(error, errors.Limited)
        assert error.until == on.now + timedelta(seconds=seconds)
