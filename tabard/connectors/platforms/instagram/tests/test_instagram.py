"""Instagram keeps the contract; and what is special about it."""

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
from tabard.connectors.checks import check
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.instagram.tests import simulator as sim
from tabard.connectors.platforms.instagram.tests.simulator import ME, NAME, InstagramStage
from tabard.connectors.stage import Stage, film, picture


class TestInstagram(ConnectorContract):
    stage = InstagramStage

    def prepare(self, on: Stage, outgoing, state: Any = None):
        return self.run(self.connector.prepare(on.access(), outgoing, state or {}, on.http()))

    def find(self, on: Stage, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    def comment(self, text: str, reply_to: str, **more: Any):
        return self.outgoing(text, key=OTHER, reply_to=reply_to, placement="comment", **more)

    # Signing in

    def test_every_profile_of_every_page_is_found_those_of_a_business_too(self, on: Stage) -> None:
        found = {one.profile.handle: one.access for one in self.let_in(on)}
        assert set(found) == {NAME, "tabard_museum"}
        assert found["tabard_museum"].session["token"] == "token-of-the-museum"
        assert "token-of-the-person-invented" not in str([access.session for access in found.values()])

    def test_where_no_profile_is_tied_to_a_page_it_says_what_to_do(self, on: Stage) -> None:
        on.switch(sim.NO_PROFILE)
        with pytest.raises(errors.Refused) as refused:
            self.let_in(on)
        assert refused.value.code == "no_channel"

    def test_who_leaves_out_the_right_to_publish_is_told_which(self, on: Stage) -> None:
        on.switch(sim.NARROW)
        with pytest.raises(errors.Refused) as refused:
            self.let_in(on)
        assert "instagram_content_publish" in str(refused.value)

    def test_a_right_that_was_taken_back_is_noticed_and_a_new_one_kept(self, on: Stage) -> None:
        kept: list[Any] = []

        async def keep(session: Any) -> None:
            kept.append(dict(session))

        access = replace(on.access(), keep=keep)
        self.run(self.connector.check(access, on.http()))
        assert "instagram_content_publish" in kept[-1]["scopes"]
        on.switch(sim.NARROW)
        with pytest.raises(errors.Revoked) as revoked:
            self.run(self.connector.check(access, on.http()))
        assert "instagram_content_publish" in str(revoked.value)

    # What goes out

    def test_a_film_alone_is_a_reel_given_as_bytes(self, on: Stage) -> None:
        self.published(on, self.outgoing("Look", media=(film(),)))
        (made,) = on.made.values()
        assert (made.fields["media_type"], made.fields["share_to_feed"]) == ("REELS", "true")
        assert [len(body) for body in on.bytes_.values()] == [900]
        assert on.lent == {}

    def test_a_reel_may_stay_out_of_the_posts(self, on: Stage) -> None:
        hidden = {"share_to_feed": False}
        self.published(on, self.outgoing("Look", media=(film(),), placement="reel", options=hidden))
        (made,) = on.made.values()
        assert made.fields["share_to_feed"] == "false"

    def test_an_upload_that_broke_off_is_taken_up_where_it_was(self, on: Stage) -> None:
        on.switch(sim.BREAKS_OFF)
        outgoing = self.outgoing("Look", media=(film(),))
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.switch(sim.BREAKS_OFF, False)
        state = self.prepare(on, outgoing, later.value.state)
        self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        assert len(on.made) == 1
        assert [request.headers["offset"] for request in on.requests if "offset" in request.headers] == [
            "0",
            "400",
        ]

    def test_pictures_and_films_stand_in_their_order(self, on: Stage) -> None:
        media = (picture("a", alt="One"), film(), picture("b", width=700, alt="Three"))
        self.published(on, self.outgoing("Both", media=media))
        assert [post.alts for post in on.shown()] == [("One", "", "Three")]
        parent = list(on.made.values())[-1].fields
        assert parent["children"].split(",") == list(on.made)[:3]

    @pytest.mark.parametrize("media", [(picture(),), (film(),)])
    def test_a_story_has_neither_words_nor_descriptions(self, on: Stage, media) -> None:
        outgoing = self.outgoing("Unseen", media=media, placement="story")
        assert "not_shown" in {finding.code for finding in check(self.card, "story", outgoing)}
        self.published(on, outgoing)
        (made,) = on.made.values()
        assert made.fields["media_type"] == "STORIES"
        assert not {"caption", "alt_text"} & set(made.fields)

    def test_a_png_becomes_a_jpeg_and_nothing_hidden_is_lent(self, on: Stage) -> None:
        self.published(on, self.outgoing("Two", media=(picture("a", form="PNG"), picture("b"))))
        assert {mime for _body, mime in on.lent.values()} == {"image/jpeg"}
        assert not [body for body, _mime in on.lent.values() if b"Secret Camera" in body]

    def test_too_many_hashtags_are_refused_before_any_call(self, on: Stage) -> None:
        with pytest.raises(errors.Refused):
            self.prepare(on, self.outgoing(" ".join(f"#a{n}" for n in range(31))))
        assert on.requests == []

    def test_when_todays_posts_are_used_up_nothing_is_made(self, on: Stage) -> None:
        on.switch(graph.FULL)
        with pytest.raises(errors.Limited):
            self.prepare(on, self.outgoing())
        assert not on.made

    def test_a_file_that_is_no_good_is_refused_after_its_upload(self, on: Stage) -> None:
        on.switch(graph.BAD_FILE)
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing())
        assert refused.value.code == "media"

    def test_a_part_that_was_not_fetched_is_made_again(self, on: Stage) -> None:
        on.switch(graph.NO_FETCH)
        outgoing = self.outgoing(media=(picture("a"), picture("b", width=700)))
        with pytest.raises(errors.Later) as later:
            self.prepare(on, outgoing)
        on.switch(graph.NO_FETCH, False)
        state = self.prepare(on, outgoing, later.value.state)
        self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        assert len(on.shown()) == 1

    # Whether it is there

    @pytest.mark.parametrize("placement", ["feed", "reel", "story"])
    def test_a_lost_answer_is_found_wherever_it_went(self, on: Stage, placement: str) -> None:
        on.switch(graph.FORGETS)
        media = (film(),) if placement == "reel" else (picture(),)
        outgoing = self.outgoing("Words", media=media, placement=placement)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.find(on, outgoing, state)
        assert isinstance(found, Published)
        assert [post.remote_id for post in on.shown()] == [found.remote_id]

    def test_a_repeated_showing_is_unsure_and_the_first_is_found(self, on: Stage) -> None:
        outgoing = self.outgoing()
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        assert isinstance(self.find(on, outgoing, state), Published)
        assert len(on.shown()) == 1

    def test_an_older_post_of_the_same_words_is_not_taken_for_this_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        outgoing = self.outgoing(key=OTHER)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE

    def test_a_container_that_nobody_knows_is_no_proof(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_BEFORE)
        on.made.clear()
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL

    # Comments

    def test_a_comment_is_answered_at_another_address_than_a_post(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        said = on.say("When?", reply_to=post.remote_id)
        self.published(on, self.comment("At noon", said))
        paths = [request.url.path for request in on.requests if on.shows(request)]
        assert paths[-1].endswith(f"/{said}/replies")
        assert on.shown()[-1].reply_to == said

    def test_a_comment_whose_answer_was_lost_is_found(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        for lost, wanted in ((_stage.LOSE_BEFORE, NOT_THERE), (_stage.LOSE_AFTER, Published)):
            outgoing = self.comment("At noon", post.remote_id)
            state = self.interrupted(on, outgoing, lost)
            found = self.find(on, outgoing, state)
            assert found is wanted or isinstance(found, Published)
        self.published(on, self.comment("At noon", post.remote_id))
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_a_comment_without_anything_it_answers_is_refused(self, on: Stage) -> None:
        with pytest.raises(errors.Refused):
            self.prepare(on, self.outgoing("Hello", placement="comment"))
        assert on.requests == []

    def test_answers_to_comments_come_too_and_ours_do_not(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        said = on.say("When?", reply_to=post.remote_id)
        inner = {"id": "5", "text": "Yes, when?", "timestamp": sim.written(on.now), "parent_id": said}
        ours = {**inner, "id": "6", "username": NAME}
        on.said[said]["replies"] = {"data": [{**inner, "username": "ben"}, ours]}
        found = self.run(self.connector.fetch(on.access(), "", on.http()))
        assert [(each.remote_id, each.reply_to, each.thread) for each in found.items] == [
            (said, post.remote_id, post.remote_id),
            ("5", said, post.remote_id),
        ] or {each.remote_id for each in found.items} == {said, "5"}

    def test_hiding_a_comment_that_is_gone_is_told(self, on: Stage) -> None:
        with pytest.raises(errors.Refused):
            self.run(self.connector.moderate(on.access(), "77", Act.HIDE, on.http()))

    # Figures

    def test_a_story_is_asked_for_what_it_counts(self, on: Stage) -> None:
        story = self.published(on, self.outgoing("", media=(picture(),), placement="story"))
        found = self.run(self.connector.metrics(on.access(), [story.remote_id, "17"], on.http()))
        assert found == {
            story.remote_id: {"views": 310, "reach": 240, "replies": 1, "shares": 3, "total_interactions": 30}
        }

    def test_reach_is_told_by_day(self, on: Stage) -> None:
        found = self.run(
            self.connector.figures(on.access(), date(2026, 11, 20), date(2026, 11, 22), on.http())
        )
        assert [(one.theirs, one.value, one.day) for one in found] == [
            ("followers_count", 1204, None),
            ("media_count", 87, None),
            ("reach", 510, date(2026, 11, 21)),
            ("reach", 620, date(2026, 11, 22)),
        ]

    # Always

    def test_every_call_proves_that_it_comes_from_the_app(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        assert all("appsecret_proof" in graph.read(request) for request in on.requests)

    def test_the_token_goes_to_no_other_host(self, on: Stage) -> None:
        made = on._container

        def elsewhere(sent: Any) -> httpx.Response:
            answer = made(sent).json()
            return httpx.Response(200, json={**answer, "uri": "https://evil.example/ig-api-upload/1"})

        on._container = elsewhere
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing("Look", media=(film(),)))
        assert refused.value.code == "forbidden_host"
        assert "evil.example" not in {request.url.host for request in on.requests}

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b'{"id": null}', b'{"error": "x"}', b"\xff", b"x" * 9_000_000]
    )
    def test_answers_that_say_nothing_are_trouble_and_no_success(self, on: Stage, body: bytes) -> None:
        answer = httpx.Response(200, content=body)
        http = replace(on.http(), transport=httpx.MockTransport(lambda request: answer))
        with pytest.raises(errors.Later):
            self.run(self.connector.prepare(on.access(), self.outgoing(), {}, http))
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), self.outgoing(), {"container": "1"}, http))

    def test_a_profile_that_is_no_longer_tied_is_noticed(self, on: Stage) -> None:
        answer = graph.gone()
        http = replace(on.http(), transport=httpx.MockTransport(lambda request: answer))
        with pytest.raises(errors.Refused):
            self.run(self.connector.check(on.access(), http))
        assert on.access().remote_id == ME
