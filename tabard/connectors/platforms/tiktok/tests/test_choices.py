"""What an author chooses at TikTok; photos and drafts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, Access
from tabard.connectors.platforms.tiktok.tests import simulator as sim
from tabard.connectors.platforms.tiktok.tests.case import PUBLIC, TikTokCase
from tabard.connectors.stage import Stage, picture


class TestChoices(TikTokCase):
    def test_what_nobody_switched_on_is_off(self, on: Stage) -> None:
        self.published(on, self.outgoing("Hello #town"))
        (asked,) = self.asked(on, "video/init")
        assert asked["post_info"] == {
            "title": "Hello #town",
            "privacy_level": "PUBLIC_TO_EVERYONE",
            "disable_comment": True,
            "disable_duet": True,
            "disable_stitch": True,
            "brand_content_toggle": False,
            "brand_organic_toggle": False,
            "is_aigc": False,
            "video_cover_timestamp_ms": 0,
        }

    def test_what_the_author_chose_is_sent(self, on: Stage) -> None:
        chosen = {
            **PUBLIC,
            "allow_comment": True,
            "allow_duet": True,
            "own_brand": True,
            "paid_partnership": True,
            "made_by_ai": True,
            "cover_at": "2,5",
        }
        self.published(on, self.outgoing(options=chosen))
        info = self.asked(on, "video/init")[0]["post_info"]
        assert not (info["disable_comment"])
        assert not (info["disable_duet"])
        assert info["disable_stitch"]
        assert info["brand_content_toggle"] is info["brand_organic_toggle"] is info["is_aigc"] is True
        assert info["video_cover_timestamp_ms"] == 2500

    @pytest.mark.parametrize("missing", ["privacy_level", "consent"])
    def test_nobody_chooses_for_the_author(self, on: Stage, missing: str) -> None:
        options = {name: value for name, value in PUBLIC.items() if name != missing}
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(options=options))
        assert refused.value.code == "no_option"
        assert on.requests == []

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"paid_partnership": True, "privacy_level": "SELF_ONLY"}, "branded_private"),
            ({"cover_at": "x"}, "cover"),
            ({"cover_at": "-1"}, "cover"),
            ({"cover_at": "1e3"}, "cover"),
            ({"cover_at": "12"}, "cover"),
            ({"cover_at": "²"}, "cover"),
        ],
    )
    def test_what_cannot_be_is_refused_before_any_call(
        self, on: Stage, options: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(options={**PUBLIC, **options}))
        assert refused.value.code == code
        assert on.requests == []

    @pytest.mark.parametrize(
        ("creator", "options", "code"),
        [
            ({"privacy_level_options": ["SELF_ONLY"]}, {}, "privacy_level_option_mismatch"),
            ({"comment_disabled": True}, {"allow_comment": True}, "comment_disabled"),
            ({"duet_disabled": True}, {"allow_duet": True}, "duet_disabled"),
            ({}, {"allow_stitch": True}, "stitch_disabled"),
            ({"max_video_post_duration_sec": 11}, {}, "too_long_video"),
        ],
    )
    def test_what_the_account_does_not_allow_is_told_before_anything_is_begun(
        self, on: Stage, creator: dict[str, Any], options: dict[str, Any], code: str
    ) -> None:
        on.creator |= creator
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(options={**PUBLIC, **options}))
        assert refused.value.code == code
        assert not on.uploads

    def test_when_todays_posts_are_used_up_nothing_is_begun(self, on: Stage) -> None:
        on.open_posts = 0
        with pytest.raises(errors.Limited) as limited:
            self.prepare(on, self.outgoing())
        assert limited.value.code == "spam_risk_too_many_posts"
        assert limited.value.until > on.now
        assert not on.uploads

    def test_an_account_that_says_nothing_of_what_it_allows_is_trouble(self, on: Stage) -> None:
        on.creator = {"privacy_level_options": None}
        with pytest.raises(errors.Later):
            self.prepare(on, self.outgoing())

    def test_a_caption_counts_units_of_utf16(self, on: Stage) -> None:
        self.prepare(on, self.outgoing("🎉" * 1100))
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing("🎉" * 1100 + "!"))
        assert refused.value.code == "too_long"


class TestPhotosAndDrafts(TikTokCase):
    def test_photos_are_lent_without_what_was_hidden_in_them(self, on: Stage) -> None:
        media = (picture("a", width=4000, height=3000), picture("b", form="PNG"))
        outgoing = self.outgoing(
            "Two photos",
            placement="photo",
            media=media,
            options={**PUBLIC, "title": "Town", "cover": "2", "add_music": True},
        )
        state = self.prepare(on, outgoing)
        assert on.shown() == []
        post = self.commit(on, outgoing, state)
        assert post.url == f"https://www.tiktok.com/@tabard_town/photo/{post.remote_id}"
        (asked,) = self.asked(on, "content/init")
        assert (asked["media_type"], asked["post_mode"]) == ("PHOTO", "DIRECT_POST")
        info, source = asked["post_info"], asked["source_info"]
        assert (info["title"], info["description"], info["auto_add_music"]) == ("Town", "Two photos", True)
        assert "disable_duet" not in info
        assert (source["source"], source["photo_cover_index"]) == ("PULL_FROM_URL", 1)
        assert len(source["photo_images"]) == 2
        assert all(mime == "image/jpeg" and b"Secret Camera" not in body for body, mime in on.lent.values())

    @pytest.mark.parametrize(
        "options", [{"title": "🎉" * 46}, {"cover": "2"}, {"cover": "0"}, {"cover": "x"}]
    )
    def test_a_title_or_a_cover_that_cannot_be_is_refused(self, on: Stage, options: dict[str, str]) -> None:
        with pytest.raises(errors.Refused):
            self.prepare(on, self.outgoing(placement="photo", options={**PUBLIC, **options}))
        assert on.requests == []

    def test_where_tabard_has_no_address_photos_are_refused_and_a_video_goes(self, on: Stage) -> None:
        access = replace(on.access(), lend=Access("t", "", "", "").lend)
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.prepare(access, self.outgoing(placement="photo"), {}, on.http()))
        assert refused.value.code == "no_address"
        self.run(self.connector.prepare(access, self.outgoing(), {}, on.http()))

    def test_an_address_that_is_not_verified_is_told(self, on: Stage) -> None:
        outgoing = self.outgoing(placement="photo")
        state = {**self.prepare(on, outgoing), "urls": ["https://elsewhere.example/a.jpg"]}
        with pytest.raises(errors.Refused) as refused:
            self.commit(on, outgoing, state)
        assert refused.value.code == "url_ownership_unverified"

    def test_photos_whose_answer_was_lost_are_found_by_their_words(self, on: Stage) -> None:
        outgoing = self.outgoing("Walks", placement="photo")
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.find(on, outgoing, state)
        assert found.remote_id == on.shown()[0].remote_id

    def test_photos_that_are_not_found_may_be_there_all_the_same(self, on: Stage) -> None:
        outgoing = self.outgoing("Walks", placement="photo")
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_photos_that_are_worked_on_keep_their_number(self, on: Stage) -> None:
        on.switch(sim.SLOW)
        outgoing = self.outgoing("Walks", placement="photo")
        with pytest.raises(errors.Unsure) as unsure:
            self.commit(on, outgoing, self.prepare(on, outgoing))
        kept = json.loads(json.dumps(unsure.value.state))
        assert self.find(on, outgoing, kept) is CANNOT_TELL
        on.switch(sim.SLOW, False)
        assert self.find(on, outgoing, kept).remote_id == on.shown()[0].remote_id
        self.commit(on, outgoing, self.prepare(on, outgoing, kept))
        assert len(self.asked(on, "content/init")) == 1

    def test_photos_that_could_not_be_fetched_are_given_again(self, on: Stage) -> None:
        on.fails = "photo_pull_failed"
        outgoing = self.outgoing("Walks", placement="photo")
        with pytest.raises(errors.Later) as later:
            self.commit(on, outgoing, self.prepare(on, outgoing))
        on.fails = ""
        self.commit(on, outgoing, self.prepare(on, outgoing, later.value.state))
        assert len(on.shown()) == 1

    @pytest.mark.parametrize("number", [None, "", 5, {}])
    def test_photos_that_were_taken_without_a_number_are_open(self, on: Stage, number: Any) -> None:
        outgoing = self.outgoing("Walks", placement="photo")
        state = self.prepare(on, outgoing)
        http = self.answering(on, sim.good({"publish_id": number}))
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), outgoing, state, http))

    def test_a_video_draft_has_no_settings_and_waits_in_the_inbox(self, on: Stage) -> None:
        outgoing = self.outgoing("", placement="video_draft")
        post = self.commit(on, outgoing, self.prepare(on, outgoing))
        assert post.remote_id in on.uploads
        assert on.shown() == []
        assert self.asked(on, "creator_info/query") == []
        assert set(self.asked(on, "inbox/video/init")[0]) == {"source_info"}

    def test_a_photo_draft_keeps_its_words(self, on: Stage) -> None:
        outgoing = self.outgoing("Walks", placement="photo_draft", options={"title": "Town"})
        self.commit(on, outgoing, self.prepare(on, outgoing))
        (asked,) = self.asked(on, "content/init")
        assert asked["post_mode"] == "MEDIA_UPLOAD"
        assert asked["post_info"] == {"title": "Town", "description": "Walks"}

    def test_a_draft_without_a_number_is_nowhere_to_be_found(self, on: Stage) -> None:
        outgoing = self.outgoing("Walks", placement="photo_draft")
        assert self.find(on, outgoing, self.prepare(on, outgoing)) is CANNOT_TELL
