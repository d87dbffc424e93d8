"""Threads keeps the contract; and what is special about it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Access, Media, Published
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.contract_reach import BACK
from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.threads.tests import simulator as sim
from tabard.connectors.platforms.threads.tests.simulator import ME, NAME, ThreadsStage, written
from tabard.connectors.platforms.threads.tests.spec import Outside, known, validate
from tabard.connectors.stage import Stage, picture


def film(key: str = "film") -> Media:
    async def load() -> bytes:
        return b"\x00" * 900

    return Media(key, "video", "video/mp4", 900, load, alt="A film", width=1080, height=1920, seconds=12.0)


class TestThreads(ConnectorContract):
    stage = ThreadsStage

    def prepare(self, on: Stage, outgoing, state: Any = None):
        return self.run(self.connector.prepare(on.access(), outgoing, state or {}, on.http()))

    def find(self, on: Stage, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    def answering(self, on: Stage, answer: httpx.Response):
        return replace(on.http(), transport=httpx.MockTransport(lambda request: answer))

    # Signing in

    def test_only_what_is_used_is_asked_for_and_the_secret_stays_here(self, on: Stage) -> None:
        url, _keep = self.begun(on)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["redirect_uri"] == BACK
        assert set(asked["scope"].split(",")) == {
            s for all_ in self.card.auth[0].scopes.values() for s in all_
        }

    def test_who_leaves_out_the_right_to_publish_is_told_at_once(self, on: Stage) -> None:
        on.switch(sim.NARROW)
        with pytest.raises(errors.Refused) as refused:
            self.let_in(on)
        assert refused.value.code == "scope"

    def test_a_right_that_was_taken_back_is_noticed(self, on: Stage) -> None:
        on.switch(sim.NARROW)
        with pytest.raises(errors.Revoked) as revoked:
            self.run(self.connector.check(on.access(), on.http()))
        assert revoked.value.code == "scope"

    def test_where_nobody_tells_of_rights_nothing_is_concluded(self, on: Stage) -> None:
        real = on._answer
        on._answer = lambda method, path, sent: (
            graph.refused(200, 0, "(#200) Permissions error")
            if path == "debug_token"
            else real(method, path, sent)
        )
        (found,) = self.let_in(on)
        assert found.access.session["scopes"] == []
        assert self.run(self.connector.check(on.access(), on.http())).remote_id == ME

    def test_a_code_of_somebody_else_is_refused(self, on: Stage) -> None:
        url, keep = self.begun(on)
        query = {**on.allow(url), "code": "stolen"}
        with pytest.raises(errors.Refused):
            self.run(self.connector.finish(keep, query, on.http()))

    def test_a_renewal_keeps_the_rights_and_a_new_access_is_not_renewed(self, on: Stage) -> None:
        access = on.access()
        scopes = access.session["scopes"]
        self.run(self.connector.renew(access, on.http()))
        assert access.session["scopes"] == scopes
        assert access.session["token"] == graph.FRESH
        asked = len(on.requests)
        with pytest.raises(errors.Later) as later:
            self.run(self.connector.renew(access, on.http()))
        assert later.value.until == on.now + timedelta(days=1)
        assert len(on.requests) == asked

    # Preparing

    def test_several_files_are_one_post_in_their_order(self, on: Stage) -> None:
        media = (picture("a", alt="One"), film(), picture("b", width=320, alt="Three"))
        self.published(on, self.outgoing("Both", media=media))
        assert [post.alts for post in on.shown()] == [("One", "A film", "Three")]
        (parent,) = [m.fields for m in on.made.values() if "children" in m.fields]
        assert parent["media_type"] == "CAROUSEL"
        assert parent["children"].split(",") == list(on.made)[:3]

    def test_what_is_lent_has_nothing_hidden_in_it(self, on: Stage) -> None:
        self.published(on, self.with_picture())
        ((body, mime),) = on.lent.values()
        assert mime == "image/jpeg"
        assert b"Secret Camera" not in body

    def test_where_tabard_has_no_address_a_picture_is_refused_and_a_text_goes(self, on: Stage) -> None:
        access = replace(on.access(), lend=Access("t", "", "", "").lend)
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.prepare(access, self.with_picture(), {}, on.http()))
        assert refused.value.code == "no_address"
        self.run(self.connector.prepare(access, self.outgoing(), {}, on.http()))

    def test_a_slow_container_is_waited_for(self, on: Stage) -> None:
        on.switch(graph.SLOW)
        self.published(on, self.with_picture())
        assert len(on.shown()) == 1

    def test_a_very_slow_one_is_kept_for_later(self, on: Stage) -> None:
        on.switch(graph.SLOW)
        outgoing = self.with_picture()
        on.make = lambda sent, urls: _never(on, ThreadsStage.make(on, sent, urls))
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        assert later.value.until > on.now
        kept = later.value.state
        on.made[kept["container"]].looks = 1
        assert self.prepare(on, outgoing, kept)["container"] == kept["container"]
        assert len(on.made) == 1

    def test_a_file_that_was_not_fetched_is_given_again_in_a_new_container(self, on: Stage) -> None:
        on.switch(graph.NO_FETCH)
        with pytest.raises(errors.Later) as later:
            self.prepare(on, self.with_picture())
        assert later.value.code == "not_fetched"
        on.switch(graph.NO_FETCH, False)
        state = self.prepare(on, self.with_picture(), later.value.state)
        self.run(self.connector.commit(on.access(), self.with_picture(), state, on.http()))
        assert len(on.shown()) == 1

    def test_a_file_that_is_no_good_is_refused_after_its_upload(self, on: Stage) -> None:
        on.switch(graph.BAD_FILE)
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.with_picture())
        assert refused.value.code == "media"
        assert "ASPEC" in str(refused.value)

    @pytest.mark.parametrize("status", ["EXPIRED", "ERROR"])
    def test_a_container_that_has_ended_is_made_anew(self, on: Stage, status: str) -> None:
        first = self.prepare(on, self.outgoing())
        on.made[first["container"]].status = status
        assert self.prepare(on, self.outgoing(), first)["container"] != first["container"]

    def test_when_todays_posts_are_used_up_nothing_is_made(self, on: Stage) -> None:
        on.switch(graph.FULL)
        with pytest.raises(errors.Limited) as limited:
            self.prepare(on, self.outgoing())
        assert limited.value.until > on.now
        assert not on.made
        self.prepare(on, self.outgoing(reply_to="18050206876707110"))  # answers are counted apart

    def test_more_than_five_different_links_are_refused_before_any_call(self, on: Stage) -> None:
        links = " ".join(f"https://example.org/{n}" for n in range(6))
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(links))
        assert refused.value.code == "too_many_links"
        assert on.requests == []
        self.prepare(on, self.outgoing(" ".join(["https://example.org/1"] * 6)))

    def test_an_emoji_counts_its_bytes(self, on: Stage) -> None:
        with pytest.raises(errors.Refused):
            self.prepare(on, self.outgoing("🎉" * 126))
        self.prepare(on, self.outgoing("🎉" * 125))

    @pytest.mark.parametrize("topic", ["St. Tabard", "Soup & bread"])
    def test_a_topic_that_is_none_is_refused_before_any_call(self, on: Stage, topic: str) -> None:
        with pytest.raises(errors.Refused):
            self.prepare(on, self.outgoing(options={"topic_tag": topic}))
        assert on.requests == []

    def test_what_the_author_chose_is_sent(self, on: Stage) -> None:
        chosen = {"reply_control": "mentioned_only", "topic_tag": "Town"}
        self.published(on, self.outgoing("Read", link="https://example.org/a", options=chosen))
        (made,) = on.made.values()
        assert made.fields["text"] == "Read\n\nhttps://example.org/a"
        assert (made.fields["reply_control"], made.fields["topic_tag"]) == ("mentioned_only", "Town")
        assert "auto_publish_text" not in made.fields

    # Whether it is there

    def test_a_container_that_cannot_be_seen_yet_is_shown_a_little_later(self, on: Stage) -> None:
        state = self.prepare(on, self.outgoing())
        on.switch(graph.NOT_VISIBLE)
        with pytest.raises(errors.Later) as later:
            self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert later.value.state is None
        on.switch(graph.NOT_VISIBLE, False)
        assert self.prepare(on, self.outgoing(), state)["container"] == state["container"]

    @pytest.mark.parametrize("text", ["Hello", " Two  lines\n\nhere ", "👨‍👩‍👧‍👦 مرحبا"])
    def test_a_container_that_is_forgotten_is_found_as_a_post(self, on: Stage, text: str) -> None:
        on.switch(graph.FORGETS)
        outgoing = self.outgoing(text)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.find(on, outgoing, state)
        assert isinstance(found, Published)
        assert found.remote_id == on.shown()[0].remote_id

    def test_a_forgotten_container_without_a_post_is_never_taken_for_not_there(self, on: Stage) -> None:
        on.switch(graph.FORGETS)
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        on.posts.clear()
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL

    def test_of_two_posts_of_the_same_words_nobody_can_tell(self, on: Stage) -> None:
        outgoing = self.outgoing()
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        self.published(on, self.outgoing(key=OTHER))
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_an_older_post_of_the_same_words_is_not_taken_for_this_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        outgoing = self.outgoing(key=OTHER)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE
        on.made[state["container"]].status = "PUBLISHED"
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_a_repeated_showing_of_one_container_makes_no_second_post(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        again = self.prepare(on, self.outgoing(), state)
        with pytest.raises(errors.ConnectorError):
            self.run(self.connector.commit(on.access(), self.outgoing(), again, on.http()))
        assert len(on.shown()) == 1

    def test_an_answer_whose_sending_was_lost_is_found_among_answers(self, on: Stage) -> None:
        first = self.published(on, self.outgoing())
        outgoing = self.outgoing("Thanks", key=OTHER, reply_to=first.remote_id)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        assert isinstance(self.find(on, outgoing, state), Published)

    def test_a_post_whose_page_is_not_told_is_published_all_the_same(self, on: Stage) -> None:
        state = self.prepare(on, self.outgoing())
        on._post = lambda number: {"id": number}
        post = self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert post.url == f"https://www.threads.com/@{NAME}"

    def test_deleting_with_a_dead_access_is_no_success(self, on: Stage) -> None:
        on.switch(_stage.REVOKED)
        with pytest.raises(errors.Revoked):
            self.run(self.connector.delete(on.access(), "18050206876707110", on.http()))

    # What is said

    def test_what_comes_late_is_told_and_nothing_twice(self, on: Stage) -> None:
        on.say("First")
        first = self.run(self.connector.fetch(on.access(), "", on.http()))
        late = on.say("Late")
        on.said[late]["timestamp"] = written(on.now - timedelta(minutes=5))
        second = self.run(self.connector.fetch(on.access(), first.cursor, on.http()))
        assert [each.remote_id for each in second.items] == [late]
        third = self.run(self.connector.fetch(on.access(), second.cursor, on.http()))
        assert third.items == ()

    def test_our_own_answers_are_not_told(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        mine = on.say("Ours", reply_to=post.remote_id)
        on.said[mine] |= {"username": NAME, "is_reply_owned_by_me": True}
        assert self.run(self.connector.fetch(on.access(), "", on.http())).items == ()

    @pytest.mark.parametrize(
        "cursor", ["{}", "x", "[]", '{"at": 5, "seen": {}}', '{"at": "x", "seen": []}', "null"]
    )
    def test_a_cursor_that_is_none_begins_anew(self, on: Stage, cursor: str) -> None:
        said = on.say("Hello")
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [each.remote_id for each in found.items] == [said]

    def test_a_long_list_is_read_on_until_what_is_known(self, on: Stage) -> None:
        first = self.run(self.connector.fetch(on.access(), "", on.http()))
        assert first.cursor == ""
        begun = on.say("Known")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        new = [on.say(f"New {n}") for n in range(7)]
        numbers = [*reversed(new), begun]

        def paged(post: str) -> Any:
            after = dict(on.requests[-1].url.params).get("after", "0")
            start = int(after)
            items = [on.said[n] for n in numbers[start : start + 3]]
            return {"data": items, "paging": {"cursors": {"after": str(start + 3)} if items else {}}}

        on._heard = paged
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [each.remote_id for each in found.items] == new

    def test_events_of_other_kinds_are_passed_over(self, on: Stage) -> None:
        headers, body = on.tell("Hello")
        event = json.loads(body)
        for values in (None, [], "x", [{"field": "mentions", "value": {"id": "1"}}], [{"field": "replies"}]):
            headers, body = graph.signed({**event, "values": values})
            assert self.connector.hear(headers, body, on.app()) == ()
        several = [event["values"], event["values"]]
        headers, body = graph.signed({**event, "values": several})
        assert [heard.remote_id for heard in self.connector.hear(headers, body, on.app())] == [ME, ME]

    def test_the_question_whose_address_it_is_is_answered_to_who_knows_our_word(self, on: Stage) -> None:
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "our-word"}
        assert self.connector.challenge(asked, on.app()) == "1158201444"
        for wrong, app in (
            ({**asked, "hub.verify_token": "guessed"}, on.app()),
            ({**asked, "hub.mode": "unsubscribe"}, on.app()),
            ({**asked, "hub.verify_token": ""}, {**on.app(), "verify_token": ""}),
            ({}, {}),
        ):
            with pytest.raises(errors.Refused):
                self.connector.challenge(wrong, app)

    # Figures

    def test_views_are_told_by_day_and_followers_as_they_are(self, on: Stage) -> None:
        found = self.run(
            self.connector.figures(on.access(), date(2026, 11, 20), date(2026, 11, 22), on.http())
        )
        assert [(one.theirs, one.value, one.day) for one in found] == [
            ("views", 31, date(2026, 11, 21)),
            ("views", 44, date(2026, 11, 22)),
            ("followers_count", 1204, None),
        ]

    def test_a_post_that_is_gone_has_no_figures(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        found = self.run(self.connector.metrics(on.access(), ["17", post.remote_id], on.http()))
        assert set(found) == {post.remote_id}

    # Always

    def test_the_wait_in_the_header_is_kept(self, on: Stage) -> None:
        on.switch(_stage.LIMITED)
        with pytest.raises(errors.Limited) as limited:
            self.prepare(on, self.outgoing())
        assert limited.value.until == on.now + timedelta(minutes=12)

    @pytest.mark.parametrize(
        "header", ["", "x", "[]", "{}", '{"1": [{"estimated_time_to_regain_access": -5}]}']
    )
    def test_a_wait_that_is_none_is_a_short_one(self, on: Stage, header: str) -> None:
        answer = graph.refused(613)
        answer.headers["x-business-use-case-usage"] = header
        with pytest.raises(errors.Limited) as limited:
            self.run(self.connector.check(on.access(), self.answering(on, answer)))
        assert on.now < limited.value.until <= on.now + timedelta(days=1)

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"5", b'{"id": null}', b'{"id": true}', b'{"error": "x"}', b"\xff"]
    )
    def test_answers_that_say_nothing_are_trouble_and_no_success(self, on: Stage, body: bytes) -> None:
        http = self.answering(on, httpx.Response(200, content=body))
        with pytest.raises(errors.Later):
            self.run(self.connector.prepare(on.access(), self.outgoing(), {}, http))
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), self.outgoing(), {"container": "1"}, http))


def _never(on: ThreadsStage, answer: httpx.Response) -> httpx.Response:
    on.made[answer.json()["id"]].looks = 1000
    return answer


def test_what_is_not_in_the_collection_fails() -> None:
    if known() is None:
        pytest.skip("TABARD_REFERENCE_DATA does not say where the collection of requests lies")
    validate("POST", "me/threads", {"text", "media_type", "access_token"})
    for method, path, names in (
        ("POST", "me/posts", {"text"}),
        ("PUT", "me/threads", {"text"}),
        ("POST", "me/threads", {"message"}),
        ("GET", "18050206876707110/likes", {"fields"}),
    ):
        with pytest.raises(Outside):
            validate(method, path, names)
