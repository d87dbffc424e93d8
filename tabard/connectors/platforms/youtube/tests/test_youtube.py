"""YouTube, by the contract of all connectors and by what is special there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Outgoing, Published
from tabard.connectors.checks import errors as wrong
from tabard.connectors.contract import TEXTS, ConnectorContract
from tabard.connectors.families.tests import discovery
from tabard.connectors.platforms.youtube.card import ANALYTICS, DATA, MANAGE, READ
from tabard.connectors.platforms.youtube.tests import simulator as sim
from tabard.connectors.platforms.youtube.tests.simulator import YoutubeStage
from tabard.connectors.stage import Stage, film, picture

TITLE = {"title": "A walk through town"}


class TestYoutube(ConnectorContract):
    stage = YoutubeStage

    def with_picture(self) -> Outgoing:
        """The picture is the video's cover: alone it is no post."""
        return self.outgoing("With a picture", media=(film(), picture()))

    def made(self, on: Stage) -> dict[str, Any]:
        """The last video as it was shown."""
        return dict(json.loads([r for r in on.requests if on.shows(r)][-1].content))

    # What the contract takes for granted and is otherwise here

    @pytest.mark.parametrize("text", TEXTS)
    def test_a_text_arrives_as_it_was_written(self, on: Stage, text: str) -> None:
        """Angle brackets are taken nowhere on YouTube: they are refused, never changed."""
        if "<" in text:
            with pytest.raises(errors.Refused):
                self.run(self.connector.prepare(on.access(), self.outgoing(text), {}, on.http()))
            assert on.requests == []
            text = text.replace("<", "(").replace(">", ")")
        post = self.published(on, self.outgoing(text))
        assert [(shown.remote_id, shown.text) for shown in on.shown()] == [(post.remote_id, text)]
        assert post.url == f"https://www.youtube.com/watch?v={post.remote_id}"

    def test_pictures_arrive_with_their_descriptions(self, on: Stage) -> None:
        """One picture, as the video's cover; nobody takes a description of it."""
        post = self.published(on, self.with_picture())
        assert on.covers[post.remote_id][:3] == b"\xff\xd8\xff"
        assert b"Secret Camera" not in on.covers[post.remote_id]

    # Connecting

    def test_only_the_rights_that_are_needed_are_asked_for(self, on: Stage) -> None:
        url, _keep = self.begun(on)
        asked = httpx.URL(url).params["scope"].split()
        assert sorted(asked) == sorted([MANAGE, READ, ANALYTICS])

    def test_the_channel_that_was_chosen_has_its_handle(self, on: Stage) -> None:
        [one] = self.let_in(on)
        assert (one.profile.handle, one.profile.also) == ("tabardtown", (sim.CHANNEL,))
        assert (one.profile.followers, one.profile.posts) == (812, 97)
        assert one.access.session["uploads"] == sim.LIST

    @pytest.mark.parametrize("answer", [{"items": []}, {}, {"items": "none"}])
    def test_who_has_no_channel_is_told(self, on: Stage, answer: dict[str, Any]) -> None:
        def empty(request: httpx.Request) -> httpx.Response:
            token = request.url.path == "/token"
            return httpx.Response(
                200, json=_stage.payload(self.folder, "authorises")["token"] if token else answer
            )

        url, keep = self.begun(on)
        http = replace(on.http(), transport=httpx.MockTransport(empty))
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.finish(keep, on.allow(url), http))
        assert refused.value.code == "no_channel"

    def test_an_access_for_another_channel_asks_for_a_person(self, on: Stage) -> None:
        with pytest.raises(errors.Revoked) as revoked:
            self.run(self.connector.check(replace(on.access(), remote_id="UCother"), on.http()))
        assert revoked.value.code == "other_channel"

    # What is said of a video

    def test_everything_that_was_set_arrives(self, on: Stage) -> None:
        options = {
            **TITLE,
            "tags": "town, #market , winter fair,town",
            "category": "25",
            "privacy": "unlisted",
            "kids": "no",
            "license": "creativeCommon",
            "spoken": "bg",
            "embeddable": False,
            "synthetic": True,
        }
        self.published(on, self.outgoing("Hello", options=options, link="https://t.example/"))
        assert self.made(on) == {
            "id": "Tabard00001",
            "snippet": {
                "title": "A walk through town",
                "description": "Hello\n\nhttps://t.example/",
                "tags": ["town", "market", "winter fair"],
                "categoryId": "25",
                "defaultLanguage": "en",
                "defaultAudioLanguage": "bg",
            },
            "status": {
                "privacyStatus": "unlisted",
                "license": "creativeCommon",
                "embeddable": False,
                "containsSyntheticMedia": True,
                "selfDeclaredMadeForKids": False,
            },
        }

    @pytest.mark.parametrize(("set_", "said"), [({}, "true"), ({"notify": False}, "false")])
    def test_subscribers_are_told_unless_somebody_says_no(
        self, on: Stage, set_: dict[str, Any], said: str
    ) -> None:
        self.published(on, self.outgoing(options={**TITLE, **set_}))
        [begun] = [r for r in on.requests if r.method == "POST" and r.url.path.endswith("/videos")]
        assert begun.url.params["notifySubscribers"] == said

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"title": "a < b"}, "refused"),
            ({"title": "я" * 101}, "too_long"),
            ({"title": "  "}, "empty"),
            ({**TITLE, "tags": "a b," * 120 + "c" * 30}, None),
            ({**TITLE, "tags": ",".join(f"tag number {n:03}" for n in range(40))}, "tags"),
            ({**TITLE, "tags": "<b>"}, "tags"),
            ({**TITLE, "spoken": "Bulgarian language"}, "language"),
            ({**TITLE, "privacy": "friends"}, "wrong_option"),
        ],
    )
    def test_what_youtube_would_refuse_is_refused_before_any_call(
        self, on: Stage, options: dict[str, Any], code: str | None
    ) -> None:
        outgoing = self.outgoing(options=options)
        if code is None:  # the same tag many times is one tag
            self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
            return
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        assert refused.value.code == code
        assert on.requests == []

    def test_a_picture_alone_is_no_video(self, on: Stage) -> None:
        outgoing = self.outgoing(media=(picture(),))
        assert [finding.code for finding in wrong(self.card, outgoing)] == ["no_media"]
        with pytest.raises(errors.Refused):
            self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))

    def test_a_short_is_upright_and_has_an_address_of_its_own(self, on: Stage) -> None:
        post = self.published(on, self.outgoing(placement="short"))
        assert post.url == f"https://www.youtube.com/shorts/{post.remote_id}"
        for bad in (replace(film(), width=1920, height=1080), replace(film(), seconds=181)):
            assert wrong(self.card, self.outgoing(placement="short", media=(bad,)))

    # Nothing shows before its time

    def test_an_uploaded_video_is_private_until_it_is_shown(self, on: Stage) -> None:
        outgoing = self.outgoing()
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        video = on.videos[state["video"]]
        assert video["status"]["privacyStatus"] == "private"
        assert video["snippet"]["tags"] == [outgoing.own["mark"]]
        self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        assert on.videos[state["video"]]["status"]["privacyStatus"] == "public"
        assert on.videos[state["video"]]["snippet"]["tags"] == []

    def test_a_video_that_stays_locked_is_told(self, on: Stage) -> None:
        state = self.prepared(on)
        on.switch(sim.LOCKS)
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert refused.value.code == "locked"
        found = self.run(self.connector.find(on.access(), self.outgoing(), state, on.http()))
        assert found is NOT_THERE

    def test_a_private_one_is_found_when_the_answer_was_lost(self, on: Stage) -> None:
        outgoing = self.outgoing(options={**TITLE, "privacy": "private"})
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.run(self.connector.find(on.access(), outgoing, state, on.http())) is NOT_THERE
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.run(self.connector.find(on.access(), outgoing, state, on.http()))
        assert isinstance(found, Published)

    def test_a_video_that_was_deleted_meanwhile_is_the_persons_to_decide(self, on: Stage) -> None:
        state = self.prepared(on)
        on.videos.clear()
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert refused.value.code == "gone"
        again = self.run(
            self.connector.prepare(
                on.access(), self.outgoing(), {**state, **(refused.value.state or {})}, on.http()
            )
        )
        assert again["video"] == "Tabard00002"

    def test_one_that_was_deleted_before_it_was_ready_is_told_too(self, on: Stage) -> None:
        state = self.prepared(on)
        on.videos.clear()
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.prepare(on.access(), self.outgoing(), state, on.http()))
        assert refused.value.code == "gone"
        assert refused.value.state
        assert refused.value.state["video"] == ""

    def test_what_was_not_prepared_is_prepared_first(self, on: Stage) -> None:
        with pytest.raises(errors.Later):
            self.run(self.connector.commit(on.access(), self.outgoing(), {}, on.http()))
        assert on.requests == []

    # Finding

    def test_without_its_number_the_newest_uploads_tell(self, on: Stage) -> None:
        state = self.prepared(on)
        lost = {"begun": state["begun"]}
        find = self.connector.find
        assert self.run(find(on.access(), self.outgoing(), lost, on.http())) is NOT_THERE
        post = self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert self.run(find(on.access(), self.outgoing(), lost, on.http())) == post
        assert self.run(find(on.access(), self.outgoing("Other"), lost, on.http())) is NOT_THERE
        late = {"begun": (on.now + timedelta(hours=1)).isoformat()}
        assert self.run(find(on.access(), self.outgoing(), late, on.http())) is NOT_THERE
        assert self.run(find(on.access(), self.outgoing(), {}, on.http())) is CANNOT_TELL

    def test_a_channel_without_a_list_of_uploads_in_its_session_is_asked_for_it(self, on: Stage) -> None:
        access = on.access()
        del access.session["uploads"]
        self.run(self.connector.prepare(access, self.outgoing(), {}, on.http()))
        assert on.requests[0].url.params["mine"] == "true"
        assert len(on.videos) == 1

    # Edit

    def test_an_edit_leaves_who_sees_it_and_what_is_not_said(self, on: Stage) -> None:
        post = self.published(on, self.outgoing(options={**TITLE, "spoken": "bg", "privacy": "unlisted"}))
        on.videos[post.remote_id]["status"]["publicStatsViewable"] = False
        changed = self.outgoing("New", options={"title": "New title"}, media=(film(), picture()))
        self.run(self.connector.edit(on.access(), post.remote_id, changed, on.http()))
        video = on.videos[post.remote_id]
        assert (video["snippet"]["title"], video["snippet"]["description"]) == ("New title", "New")
        assert video["snippet"]["defaultAudioLanguage"] == "bg"
        assert video["status"]["privacyStatus"] == "unlisted"
        assert video["status"]["publicStatsViewable"] is False
        assert post.remote_id in on.covers

    def test_what_is_gone_cannot_be_edited(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.edit(on.access(), "Tabard77777", self.outgoing(), on.http()))
        assert refused.value.code == "gone"

    # Quota

    @pytest.mark.parametrize(
        ("now", "until"),
        [
            (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)),
            (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
            (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),
        ],
    )
    def test_the_days_quota_is_whole_again_at_midnight_in_california(
        self, on: Stage, now: datetime, until: datetime
    ) -> None:
        on.now = now
        on.switch(_stage.LIMITED)
        with pytest.raises(errors.Limited) as limited:
            self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        assert (limited.value.code, limited.value.until) == ("quota", until)

    def test_the_card_knows_what_a_day_allows(self) -> None:
        spent = {budget.name: (budget.n, budget.costs["publish"]) for budget in self.card.budgets}
        assert spent == {"uploads": (100, 1), "units": (10_000, 114)}

    # Figures

    def test_a_video_has_what_both_sources_know(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        asked = [post.remote_id, "Tabard77777", "UgxInventedComment0001", "a,b"]
        found = self.run(self.connector.metrics(on.access(), asked, on.http()))
        assert found == {
            post.remote_id: {
                "views": 310,
                "likes": 12,
                "replies": 3,
                "shares": 4,
                "minutes_watched": 95,
                "follows": 2,
            }
        }

    def test_without_the_right_to_reports_the_counts_of_now_are_left(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())

        async def narrow(request: httpx.Request) -> httpx.Response:
            if request.url.host == sim.FIGURES:
                return sim.refused(403, "insufficientPermissions")
            return await on.answer(request)

        http = replace(on.http(), transport=httpx.MockTransport(narrow))
        found = self.run(self.connector.metrics(on.access(), [post.remote_id], http))
        assert found == {post.remote_id: {"views": 310, "likes": 12, "replies": 3}}

    def test_figures_of_the_channel_are_by_day_and_now(self, on: Stage) -> None:
        until = on.now.date()
        found = self.run(self.connector.figures(on.access(), until - timedelta(days=7), until, on.http()))
        views = {f.day.day: f.value for f in found if f.theirs == "views" and f.day}
        assert views == {18: 120, 19: 98}
        assert [f.value for f in found if f.ours == "followers"] == [812]


def test_what_youtube_does_not_describe_fails() -> None:
    if discovery.folder() is None:
        pytest.skip("google-api-python-client, which has the descriptions, is not installed")
    discovery.validate("youtube.v3", httpx.Request("GET", f"{DATA}/videos", params={"part": "id", "id": "a"}))
    upload = DATA.replace("/youtube/v3", "/upload/youtube/v3/videos")
    given = {"part": "snippet", "uploadType": "resumable"}
    discovery.validate("youtube.v3", httpx.Request("POST", upload, params=given, json={"snippet": {}}))
    for method, url, params, body in (
        ("POST", upload, {**given, "notify": "true"}, {}),
        ("POST", upload, given, {"snippet": {"colour": "red"}}),
        ("POST", upload.replace("videos", "films"), given, {}),
        ("PUT", f"{DATA}/videos", {"part": "status"}, {"status": {"privacyStatus": "friends"}}),
        ("GET", f"{DATA}/commentThreads", {"part": "id", "moderationStatus": "hidden"}, None),
    ):
        with pytest.raises(discovery.Outside):
            discovery.validate("youtube.v3", httpx.Request(method, url, params=params, json=body))
