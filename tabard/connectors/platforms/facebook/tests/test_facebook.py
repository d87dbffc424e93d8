"""Facebook keeps the contract; and what is special about its pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Published
from tabard.connectors.card import Act
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.facebook.tests import simulator as sim
from tabard.connectors.platforms.facebook.tests.simulator import NAME, PAGE, FacebookStage, parts
from tabard.connectors.stage import Stage, film, picture

PLACES = [("post", film()), ("reel", film()), ("story", film()), ("story", picture()), ("post", picture())]


class TestFacebook(ConnectorContract):
    stage = FacebookStage

    def prepare(self, on: Stage, outgoing, state: Any = None):
        return self.run(self.connector.prepare(on.access(), outgoing, state or {}, on.http()))

    def commit(self, on: Stage, outgoing, state: Any):
        return self.run(self.connector.commit(on.access(), outgoing, state, on.http()))

    def find(self, on: Stage, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    # Signing in

    def test_only_pages_on_which_one_may_publish_are_given(self, on: Stage) -> None:
        (found,) = self.let_in(on)
        assert (found.profile.handle, found.profile.also) == (NAME, (PAGE,))
        assert found.access.session["token"] == graph.TOKEN

    def test_a_right_that_was_left_out_is_named(self, on: Stage) -> None:
        on.switch(sim.NARROW)
        with pytest.raises(errors.Refused) as refused:
            self.let_in(on)
        assert "pages_manage_posts" in str(refused.value)

    def test_a_right_that_was_taken_back_is_noticed_and_a_new_one_kept(self, on: Stage) -> None:
        kept: list[Any] = []

        async def keep(session: Any) -> None:
            kept.append(dict(session))

        access = replace(on.access(), keep=keep)
        self.run(self.connector.check(access, on.http()))
        assert "pages_manage_posts" in kept[-1]["scopes"]
        on.switch(sim.NARROW)
        with pytest.raises(errors.Revoked) as revoked:
            self.run(self.connector.check(access, on.http()))
        assert "pages_manage_posts" in str(revoked.value)

    # What goes out

    @pytest.mark.parametrize(("placement", "item"), PLACES)
    def test_every_place_shows_its_file_once_and_only_at_the_last_call(
        self, on: Stage, placement, item
    ) -> None:
        outgoing = self.outgoing("Words", media=(item,), placement=placement)
        state = self.prepare(on, outgoing)
        assert on.shown() == []
        post = self.commit(on, outgoing, state)
        assert [each.remote_id for each in on.shown()] == [post.remote_id]
        assert post.url.startswith("https://www.facebook.com/")

    @pytest.mark.parametrize(("placement", "item"), PLACES)
    def test_a_lost_answer_is_found_wherever_it_went(self, on: Stage, placement, item) -> None:
        outgoing = self.outgoing("Words", media=(item,), placement=placement)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.find(on, outgoing, state)
        assert isinstance(found, Published)
        assert [each.remote_id for each in on.shown()] == [found.remote_id]

    @pytest.mark.parametrize(("placement", "item"), PLACES)
    def test_a_lost_request_is_known_to_have_shown_nothing(self, on: Stage, placement, item) -> None:
        outgoing = self.outgoing("Words", media=(item,), placement=placement)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE
        self.commit(on, outgoing, self.prepare(on, outgoing, state))
        assert len(on.shown()) == 1

    @pytest.mark.parametrize("placement", ["post", "reel", "story"])
    def test_an_upload_that_broke_off_is_taken_up_where_it_was(self, on: Stage, placement: str) -> None:
        outgoing = self.outgoing("Words", media=(film(),), placement=placement)
        on.switch(sim.BREAKS_OFF)
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.switch(sim.BREAKS_OFF, False)
        self.commit(on, outgoing, self.prepare(on, outgoing, later.value.state))
        (kept,) = on.films.values()
        assert kept.body == b"\x00\x01" * 450

    @pytest.mark.parametrize("placement", ["reel", "story"])
    def test_a_film_that_is_no_good_is_refused_after_its_upload(self, on: Stage, placement: str) -> None:
        on.switch(sim.BAD_FILM)
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing("Words", media=(film(),), placement=placement))
        assert "too short" in str(refused.value)

    def test_pictures_of_an_earlier_try_are_taken_again_while_they_last(self, on: Stage) -> None:
        outgoing = self.outgoing("Two", media=(picture("a"), picture("b")))
        state = self.prepare(on, outgoing)
        self.prepare(on, outgoing, state)
        assert len(on.photos) == 2
        on.now += timedelta(hours=21)
        self.prepare(on, outgoing, state)
        assert len(on.photos) == 4

    def test_pictures_are_made_small_and_lose_what_is_hidden(self, on: Stage) -> None:
        self.published(on, self.with_picture())
        (photo,) = on.photos.values()
        assert b"Secret Camera" not in photo["source"]
        assert photo["alt_text_custom"] == "A red square"

    def test_a_link_stands_beside_the_words_or_in_them(self, on: Stage) -> None:
        self.published(on, self.outgoing("Read", link="https://example.org/a"))
        self.published(on, self.outgoing("Read", key=OTHER, link="https://example.org/a", media=(picture(),)))
        sent = [parts(request) for request in on.requests if request.url.path.endswith("/feed")]
        assert (sent[0]["message"], sent[0]["link"]) == ("Read", "https://example.org/a")
        assert sent[1]["message"] == "Read\n\nhttps://example.org/a"
        assert "link" not in sent[1]

    # Whether it is there

    def test_a_post_of_the_same_words_that_was_there_before_is_another(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        outgoing = self.outgoing(key=OTHER)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE

    def test_the_same_words_without_the_picture_are_another_post(self, on: Stage) -> None:
        outgoing = self.with_picture()
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        self.published(on, self.outgoing(outgoing.text, key=OTHER))
        assert self.find(on, outgoing, state) is NOT_THERE

    def test_of_two_posts_of_the_same_words_nobody_can_tell(self, on: Stage) -> None:
        outgoing = self.outgoing()
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        self.published(on, self.outgoing(key=OTHER))
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_the_word_that_it_is_there_already_leads_to_a_look(self, on: Stage) -> None:
        outgoing = self.outgoing()
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        on.switch(sim.DUPLICATE)
        with pytest.raises(errors.Unsure):
            self.commit(on, outgoing, state)
        assert isinstance(self.find(on, outgoing, state), Published)
        assert len(on.shown()) == 1

    def test_a_list_that_goes_on_leaves_it_open(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing("Mine"), _stage.LOSE_BEFORE)
        for n in range(3):
            self.published(on, self.outgoing(f"Other {n}", key=f"{n}"))
        real = on._answer

        def paged(method: str, first: str, edge: str, sent: Any) -> httpx.Response:
            answer = real(method, first, edge, sent)
            if edge != "published_posts":
                return answer
            return httpx.Response(
                200, json={**answer.json(), "paging": {"next": "https://graph.facebook.com/x"}}
            )

        on._answer = paged
        assert self.find(on, self.outgoing("Mine"), state) is CANNOT_TELL

    def test_a_comment_whose_answer_was_lost_is_found(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        outgoing = self.outgoing("Thanks", key=OTHER, reply_to=post.remote_id, placement="comment")
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        assert isinstance(self.find(on, outgoing, state), Published)

    def test_nothing_is_shown_that_was_not_prepared(self, on: Stage) -> None:
        for outgoing in (self.with_picture(), self.outgoing("x", media=(film(),))):
            with pytest.raises(errors.Later):
                self.commit(on, outgoing, {})
        assert on.requests == []

    def test_a_film_that_was_forgotten_is_no_proof(self, on: Stage) -> None:
        outgoing = self.outgoing("x", media=(film(),), placement="reel")
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        on.films.clear()
        assert self.find(on, outgoing, state) is CANNOT_TELL

    # Afterwards

    def test_the_words_of_a_film_are_changed_too(self, on: Stage) -> None:
        post = self.published(on, self.outgoing("Before", media=(film(),)))
        on.films.clear()
        self.run(self.connector.edit(on.access(), post.remote_id, self.outgoing("After"), on.http()))
        assert [each.text for each in on.shown()] == ["After"]

    def test_deleting_with_a_dead_access_is_no_success(self, on: Stage) -> None:
        on.switch(_stage.REVOKED)
        with pytest.raises(errors.Revoked):
            self.run(self.connector.delete(on.access(), f"{PAGE}_1", on.http()))

    def test_people_who_are_not_told_of_are_heard_all_the_same(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        said = on.say("Hello", reply_to=post.remote_id)
        del on.said[said]["from"]
        (message,) = self.run(self.connector.fetch(on.access(), "", on.http())).items
        assert (message.text, message.author_id) == ("Hello", "")

    def test_hiding_what_is_gone_is_told_and_taking_it_away_is_not(self, on: Stage) -> None:
        with pytest.raises(errors.Refused):
            self.run(self.connector.moderate(on.access(), "77", Act.HIDE, on.http()))
        self.run(self.connector.moderate(on.access(), "77", Act.DELETE, on.http()))

    def test_a_figure_that_has_ended_does_not_hide_the_others(self, on: Stage) -> None:
        found = self.run(
            self.connector.figures(on.access(), date(2026, 11, 20), date(2026, 11, 22), on.http())
        )
        assert [(one.theirs, one.value, one.day) for one in found] == [
            ("followers_count", 1204, None),
            ("page_media_view", 510, date(2026, 11, 21)),
            ("page_media_view", 620, date(2026, 11, 22)),
            ("page_total_media_view_unique", 401, date(2026, 11, 22)),
        ]

    def test_a_film_counts_no_shares_and_a_post_that_is_gone_nothing(self, on: Stage) -> None:
        post = self.published(on, self.outgoing("x", media=(film(),), placement="reel"))
        found = self.run(self.connector.metrics(on.access(), [post.remote_id, f"{PAGE}_9"], on.http()))
        assert found == {post.remote_id: {"likes": 21, "replies": 4, "shares": 0}}

    # Always

    def test_every_call_proves_that_it_comes_from_the_app(self, on: Stage) -> None:
        self.published(on, self.with_picture())
        assert all("appsecret_proof" in parts(request) for request in on.requests)

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b'{"id": null}', b'{"error": "x"}', b"\xff", b"x" * 9_000_000]
    )
    def test_answers_that_say_nothing_are_trouble_and_no_success(self, on: Stage, body: bytes) -> None:
        answer = httpx.Response(200, content=body)
        http = replace(on.http(), transport=httpx.MockTransport(lambda request: answer))
        with pytest.raises(errors.Later):
            self.run(self.connector.prepare(on.access(), self.with_picture(), {}, http))
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), self.outgoing(), {}, http))

    @pytest.mark.parametrize(
        "wanted", [{}, {"start_offset": "x", "end_offset": "1"}, {"start_offset": None, "end_offset": None}]
    )
    def test_a_part_that_nobody_asked_for_is_not_sent(self, on: Stage, wanted: dict[str, Any]) -> None:
        body = {"video_id": "1", "upload_session_id": "2", **wanted}
        http = replace(
            on.http(), transport=httpx.MockTransport(lambda request: httpx.Response(200, json=body))
        )
        with pytest.raises(errors.Later):
            self.run(self.connector.prepare(on.access(), self.outgoing("x", media=(film(),)), {}, http))
