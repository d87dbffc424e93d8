"""What is said to a page is told once, events are believed only if signed, and figures keep their names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

import tabard
from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import NOT_THERE, Published
from tabard.connectors.card import Act
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.linkedin import client
from tabard.connectors.platforms.linkedin.tests.shapes import APP, ms, refused, signed
from tabard.connectors.platforms.linkedin.tests.simulator import NUMBER, PAGE, LinkedInStage
from tabard.connectors.platforms.linkedin.tests.story import Story

ANA = "urn:li:person:aNaPetrov1"
UUID = "890e4665-4dfe-4ab1-b689-ed553bceeed0"


class TestSaid(Story):
    def fetch(self, on: LinkedInStage, cursor: str = "", http: Any = None) -> Any:
        return self.run(self.connector.fetch(on.access(), cursor, http or on.http()))

    def find(self, on: LinkedInStage, outgoing: Any, state: Any) -> Any:
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    # Reading

    def test_a_mention_and_an_answer_to_a_comment_say_what_they_are(self, on: LinkedInStage) -> None:
        on.noted(
            "SHARE_MENTION", {"share": {"owner": ANA, "text": "See @Tabard", "entity": "urn:li:share:9"}}
        )
        under = "urn:li:comment:(urn:li:activity:1,2)"
        made = {"owner": ANA, "text": "Me too", "entity": "urn:li:comment:(activity:1,3)", "object": under}
        on.noted("COMMENT", {"comment": made}, "urn:li:share:1")
        mention, answer = self.fetch(on).items
        assert (mention.kind, mention.remote_id, mention.reply_to) == ("mention", "urn:li:share:9", "")
        assert answer.remote_id == "urn:li:comment:(urn:li:activity:1,3)"
        assert (answer.reply_to, answer.thread) == (under, "urn:li:share:1")

    def test_our_own_comments_are_not_told(self, on: LinkedInStage) -> None:
        on.noted(
            "COMMENT", {"comment": {"owner": PAGE, "text": "x", "entity": "urn:li:comment:(activity:1,3)"}}
        )
        assert self.fetch(on).items == ()

    def test_what_comes_late_is_told_and_nothing_twice(self, on: LinkedInStage) -> None:
        on.say("First")
        first = self.fetch(on)
        late = on.say("Late")
        on.notes[-1]["lastModifiedAt"] = ms(on.now - timedelta(minutes=5))
        second = self.fetch(on, first.cursor)
        assert [each.remote_id for each in second.items] == [late]
        assert self.fetch(on, second.cursor).items == ()

    def test_a_busy_time_is_read_in_pieces_without_missing_or_repeating(self, on: LinkedInStage) -> None:
        start = on.now
        said = []
        for minute in range(900):
            on.now = start + timedelta(minutes=minute)
            said.append(on.say(f"{minute}"))
        told, cursor, more = [], "", True
        while more:
            found = self.fetch(on, cursor)
            told += [each.remote_id for each in found.items]
            cursor, more = found.cursor, found.more
        assert told == said

    def test_more_in_a_moment_than_can_be_read_is_said(self, on: LinkedInStage) -> None:
        note = {"action": "COMMENT", "lastModifiedAt": ms(on.now)}
        http = self.answering(on, httpx.Response(200, json={"elements": [note] * 100}))
        with pytest.raises(errors.Later) as later:
            self.fetch(on, http=http)
        assert later.value.code == "too_many"

    def test_what_was_changed_or_taken_away_is_told_again(self, on: LinkedInStage) -> None:
        urn = on.say("Befor")
        cursor = self.fetch(on).cursor
        on.now += timedelta(minutes=1)
        changed = {"owner": ANA, "text": "Before", "entity": urn}
        on.noted("COMMENT_EDIT", {"comment": changed})
        second = self.fetch(on, cursor)
        assert [(each.remote_id, each.text, each.gone) for each in second.items] == [(urn, "Before", False)]
        on.now += timedelta(minutes=1)
        on.noted("COMMENT_DELETE", {})["generatedActivity"] = urn
        third = self.fetch(on, second.cursor)
        assert [(each.remote_id, each.gone) for each in third.items] == [(urn, True)]

    def test_after_a_long_silence_no_more_is_asked_than_is_kept(self, on: LinkedInStage) -> None:
        on.say("First")
        cursor = self.fetch(on).cursor
        on.now += timedelta(days=200)
        self.fetch(on, cursor)
        assert f"start:{ms(on.now - timedelta(days=59))}," in str(on.requests[-1].url)

    @pytest.mark.parametrize("cursor", ["{}", "x", "[]", '{"at": 5, "seen": {}}', "null"])
    def test_a_cursor_that_is_none_begins_anew(self, on: LinkedInStage, cursor: str) -> None:
        said = on.say("Hello")
        assert [each.remote_id for each in self.fetch(on, cursor).items] == [said]

    @pytest.mark.parametrize(
        "change",
        [
            {"lastModifiedAt": None},
            {"lastModifiedAt": 10**18},
            {"lastModifiedAt": True},
            {"action": "LIKE"},
            {"decoratedGeneratedActivity": None},
            {"decoratedGeneratedActivity": {"comment": {"entity": "javascript:alert(1)"}}},
            {"decoratedGeneratedActivity": {"comment": [1]}, "generatedActivity": 7},
        ],
    )
    def test_a_note_that_cannot_be_read_hides_no_other(self, on: LinkedInStage, change: Any) -> None:
        on.say("Broken")
        said = on.say("Whole")
        on.notes[0] |= change
        http = self.answering(on, httpx.Response(200, json={"elements": on.notes}))
        assert [each.remote_id for each in self.fetch(on, http=http).items] == [said]

    # Answering

    def test_an_answer_to_a_comment_stands_under_it(self, on: LinkedInStage) -> None:
        said = on.say("When do you open?")
        answer = self.outgoing("At (about) 9_am", placement="comment", reply_to=said)
        made = self.published(on, answer)
        sent = json.loads(on.requests[-1].content)
        assert (sent["parentComment"], sent["actor"]) == (said, PAGE)
        assert sent["message"] == {"text": "At (about) 9_am"}
        assert made.url.startswith("https://www.linkedin.com/feed/update/urn:li:activity:")

    @pytest.mark.parametrize(("lost", "there"), [(_stage.LOSE_AFTER, True), (_stage.LOSE_BEFORE, False)])
    def test_a_comment_whose_answer_was_lost_is_looked_for(
        self, on: LinkedInStage, lost: str, there: bool
    ) -> None:
        post = self.published(on, self.outgoing())
        self.published(on, self.outgoing("Thanks", placement="comment", reply_to=post.remote_id))
        answer = self.outgoing("Thanks", key=OTHER, placement="comment", reply_to=post.remote_id)
        state = self.prepare(on, answer)
        on.switch(lost)
        with pytest.raises(errors.Unsure):
            self.commit(on, answer, state)
        on.switch(lost, False)
        found = self.find(on, answer, state)
        assert isinstance(found, Published) if there else found is NOT_THERE

    def test_a_comment_of_ours_is_changed_and_taken_away(self, on: LinkedInStage) -> None:
        post = self.published(on, self.outgoing())
        answer = self.outgoing("Befor", placement="comment", reply_to=post.remote_id)
        made = self.published(on, answer)
        changed = replace(answer, text="Before")
        self.run(self.connector.edit(on.access(), made.remote_id, changed, on.http()))
        assert [each.text for each in on.shown()] == ["Hello there", "Before"]
        for _again in range(2):
            self.run(self.connector.delete(on.access(), made.remote_id, on.http()))
        assert [each.text for each in on.shown()] == ["Hello there"]

    def test_a_post_of_somebody_else_can_be_liked_and_not_taken_away(self, on: LinkedInStage) -> None:
        self.run(self.connector.moderate(on.access(), "urn:li:share:9", Act.LIKE, on.http()))
        assert on.likes == {"urn:li:share:9"}
        with pytest.raises(errors.Refused):
            self.run(self.connector.moderate(on.access(), "urn:li:share:9", Act.DELETE, on.http()))

    # Events

    def test_the_question_whose_address_it_is_is_answered_as_json(self) -> None:
        said = json.loads(self.connector.challenge({"challengeCode": UUID}, APP))
        assert said["challengeCode"] == UUID
        assert len(said["challengeResponse"]) == 64

    def test_nobody_has_an_event_of_theirs_signed_by_asking(self) -> None:
        event = json.dumps({"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": []})
        for code in (f"hmacsha256={event}", "", UUID + "\n", UUID[:-1] + "x", UUID * 2):
            with pytest.raises(errors.Refused):
                self.connector.challenge({"challengeCode": code}, APP)
        with pytest.raises(errors.Refused):
            self.connector.challenge({"challengeCode": UUID}, {})

    def test_several_notes_of_an_event_each_go_to_their_page(self, on: LinkedInStage) -> None:
        on.say("One")
        other = {**on.notes[0], "organizationalEntity": "urn:li:organization:5"}
        gone = {**on.notes[0], "action": "COMMENT_DELETE"}
        like = {**on.notes[0], "action": "LIKE"}
        event = {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"}
        headers, body = signed({**event, "notifications": [on.notes[0], other, gone, like, 5]})
        heard = self.connector.hear(headers, body, APP)
        assert [(one.remote_id, one.messages[0].gone) for one in heard] == [
            (NUMBER, False),
            ("5", False),
            (NUMBER, True),
        ]

    @pytest.mark.parametrize(
        "event", [{}, {"type": "LEAD_ACTION", "notifications": [{}]}, {"type": [], "notifications": 5}]
    )
    def test_events_of_other_kinds_are_passed_over(self, event: Any) -> None:
        headers, body = signed(event)
        assert self.connector.hear(headers, body, APP) == ()

    def test_a_signed_body_that_is_no_event_is_refused(self) -> None:
        headers, body = signed([1])
        with pytest.raises(errors.Refused):
            self.connector.hear(headers, body, APP)

    # Figures

    def test_figures_stand_by_day_under_linkedins_names(self, on: LinkedInStage) -> None:
        found = self.run(
            self.connector.figures(on.access(), date(2026, 11, 19), date(2026, 11, 22), on.http())
        )
        assert (found[0].theirs, found[0].value, found[0].day) == ("firstDegreeSize", 1204, None)
        days = {one.day for one in found[1:]}
        assert days == {date(2026, 11, 19), date(2026, 11, 20)}  # the last two come late
        named = {one.theirs: (one.value, one.ours) for one in found if one.day == date(2026, 11, 20)}
        assert named["impressionCount"] == (820, "impressions")
        assert named["uniqueImpressionsCount"] == (510, "reach")
        assert named["organicFollowerGain"] == (7, "")
        assert named["pageViews"] == (42, "views")

    def test_no_more_than_a_year_is_asked_for(self, on: LinkedInStage) -> None:
        self.run(self.connector.figures(on.access(), date(2020, 1, 1), date(2030, 1, 1), on.http()))
        asked = [str(request.url) for request in on.requests if "timeIntervals" in str(request.url)]
        assert all(
            f"start:{ms(on.now) // 86_400_000 * 86_400_000 - 364 * 86_400_000}," in url for url in asked
        )
        before = len(on.requests)
        self.run(self.connector.figures(on.access(), date(2020, 1, 1), date(2020, 2, 1), on.http()))
        assert len(on.requests) == before + 1

    def test_a_role_that_is_not_told_the_followers_is_told_the_rest(self, on: LinkedInStage) -> None:
        real = on._figures

        def without(request: Any, parts: Any, query: Any, body: Any) -> httpx.Response:
            if parts[0] == "networkSizes":
                return refused(403, "ACCESS_DENIED", "networkSizes.GET", 100)
            return real(request, parts, query, body)

        on._figures = without
        found = self.run(
            self.connector.figures(on.access(), date(2026, 11, 19), date(2026, 11, 22), on.http())
        )
        assert found
        assert all(one.day for one in found)

    def test_posts_of_both_kinds_are_measured_and_what_is_gone_is_left_out(self, on: LinkedInStage) -> None:
        text = self.published(on, self.outgoing()).remote_id
        film = self.published(on, self.outgoing(placement="video", key=OTHER)).remote_id
        odd = ["urn:li:share:1", "urn:li:comment:(urn:li:activity:1,2)", "x),List(y"]
        found = self.run(self.connector.metrics(on.access(), [text, film, *odd], on.http()))
        assert set(found) == {text, film}
        assert found[film] == {
            "likes": 17,
            "shares": 6,
            "replies": 4,
            "impressions": 820,
            "reach": 510,
            "clicks": 21,
        }


def test_the_end_of_the_version_stands_among_the_dated_facts() -> None:
    facts = yaml.safe_load((Path(tabard.__file__).parent / "life/platform_facts.yaml").read_text())
    (fact,) = [each for each in facts if each["key"] == f"linkedin-{client.VERSION}"]
    assert fact["day"] == client.VERSION_ENDS
