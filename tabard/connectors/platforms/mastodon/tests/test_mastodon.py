"""Mastodon keeps the contract; and what is special about its servers."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Published
from tabard.connectors.card import Limits
from tabard.connectors.checks import check
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import KEY, OTHER
from tabard.connectors.platforms.mastodon.connect import server_url
from tabard.connectors.platforms.mastodon.find import is_it
from tabard.connectors.platforms.mastodon.limits import read
from tabard.connectors.platforms.mastodon.plain import plain, same
from tabard.connectors.platforms.mastodon.tests import simulator as sim
from tabard.connectors.platforms.mastodon.tests.simulator import FOLDER, HOST, MastodonStage, html
from tabard.connectors.stage import Stage, payload, picture

BACK = "https://tabard.example/back"


class TestMastodon(ConnectorContract):
    stage = MastodonStage

    def find(self, on: Stage, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    # What makes a post go once on servers that differ

    def test_the_key_of_the_delivery_is_sent_and_a_repeat_gives_the_first_post(self, on: Stage) -> None:
        first, again = (self.published(on, self.outgoing()) for _n in range(2))
        assert first == again
        keys = [r.headers["idempotency-key"] for r in on.requests if on.shows(r)]
        assert keys == [KEY, KEY]

    def test_nothing_is_ever_left_to_the_servers_own_clock(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        assert "scheduled_at" not in str([r.content for r in on.requests])

    def test_a_server_that_ignores_the_key_still_shows_one_post(self, on: Stage) -> None:
        on.switch(sim.NO_KEY)
        outgoing = self.outgoing("Once only: https://example.org/a/very/long/address @ana@far.example")
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.find(on, outgoing, state)
        assert isinstance(found, Published)
        assert len(on.shown()) == 1

    def test_a_fault_on_a_repeated_key_is_unsure_and_find_shows_the_first(self, on: Stage) -> None:
        first = self.published(on, self.outgoing())
        on.switch(sim.KEY_FAULT)
        state = self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert self.find(on, self.outgoing(), state) == first

    def test_an_older_post_of_the_same_words_is_not_taken_for_this_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        outgoing = self.outgoing(key=OTHER)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE

    def test_a_server_whose_clock_is_wrong_is_read_by_its_own_clock(self, on: Stage) -> None:
        outgoing, mine = self.outgoing(), on.now
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        on.now -= timedelta(hours=2)
        self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        http = replace(on.http(), clock=lambda: mine + timedelta(seconds=30))
        on.now += timedelta(seconds=30)
        found = self.run(self.connector.find(on.access(), outgoing, state, http))
        assert isinstance(found, Published)

    def test_a_post_far_down_the_list_is_found_and_an_endless_list_leaves_it_open(self, on: Stage) -> None:
        outgoing = self.outgoing("The one")
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        for n in range(60):
            self.published(on, self.outgoing(f"Another {n}", key=f"{n}"))
        assert isinstance(self.find(on, outgoing, state), Published)
        for n in range(80):
            self.published(on, self.outgoing(f"More {n}", key=f"more{n}"))
        assert self.find(on, self.outgoing("Not sent"), state) is CANNOT_TELL

    def test_of_a_post_to_a_few_people_nobody_can_tell(self, on: Stage) -> None:
        outgoing = self.outgoing(options={"visibility": "direct"})
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_pictures_alone_are_found_by_their_uploads(self, on: Stage) -> None:
        outgoing = self.outgoing("", media=(picture(),))
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        self.published(on, self.outgoing("", key=OTHER, media=(picture(),)))
        found = self.find(on, outgoing, state)
        assert isinstance(found, Published)
        assert found.remote_id == on.shown()[0].remote_id

    # Files

    def test_slow_files_are_waited_for(self, on: Stage) -> None:
        on.switch(sim.SLOW_MEDIA)
        self.published(on, self.with_picture())
        assert on.shown()[0].alts == ("A red square",)

    def test_files_that_take_too_long_are_kept_for_later(self, on: Stage) -> None:
        on.switch(sim.SLOW_MEDIA)
        on.looks = -100
        with pytest.raises(errors.Later) as later:
            self.run(self.connector.prepare(on.access(), self.with_picture(), {}, on.http()))
        assert later.value.until > on.now
        on.looks = 0
        state = self.run(
            self.connector.prepare(on.access(), self.with_picture(), later.value.state, on.http())
        )
        self.run(self.connector.commit(on.access(), self.with_picture(), state, on.http()))
        assert len(on.media) == 1

    def test_files_that_the_server_cleared_away_are_sent_again(self, on: Stage) -> None:
        state = self.run(self.connector.prepare(on.access(), self.with_picture(), {}, on.http()))
        on.switch(sim.MEDIA_LOST)
        again = self.run(self.connector.prepare(on.access(), self.with_picture(), state, on.http()))
        assert again["media"]
        assert len(on.media) == 2

    def test_no_hidden_data_of_a_picture_goes_out(self, on: Stage) -> None:
        self.published(on, self.with_picture())
        assert b"Secret Camera" not in b"".join(r.content for r in on.requests)

    def test_an_edit_keeps_the_files(self, on: Stage) -> None:
        post = self.published(on, self.with_picture())
        self.run(self.connector.edit(on.access(), post.remote_id, self.outgoing("Changed"), on.http()))
        assert on.shown()[0].alts == ("A red square",)

    # Options

    def test_what_the_author_chose_is_sent(self, on: Stage) -> None:
        chosen = {"visibility": "unlisted", "spoiler_text": "Long", "sensitive": True}
        self.published(
            on, replace(self.outgoing(link="https://example.org/x", options=chosen), language="bg-BG")
        )
        sent = dict(parse_qsl(on.requests[-1].content.decode()))
        assert sent == {
            "status": "Hello there\n\nhttps://example.org/x",
            "visibility": "unlisted",
            "spoiler_text": "Long",
            "sensitive": "true",
            "language": "bg",
        }

    def test_a_content_warning_counts_and_an_unknown_choice_is_told(self) -> None:
        long = self.outgoing("я" * 490, options={"spoiler_text": "я" * 11, "visibility": "world"})
        assert {f.code for f in check(self.card, "", long)} == {"too_long", "wrong_option"}

    # Servers that are not Mastodon

    def test_a_server_without_the_second_version_is_read_by_the_first(self, on: Stage) -> None:
        on.switch(sim.NO_V2)
        connected = self.run(self.connector.connect(on.fields(), on.http()))
        assert connected.access.limits == Limits(
            text=5000, media_count=1000, image_bytes=16_000_000, video_bytes=16_000_000, alt=5000
        )
        self.published(on, self.with_picture())
        assert on.shown()[0].alts == ("A red square",)

    def test_limits_of_other_servers_are_read(self) -> None:
        gotosocial = read(payload(FOLDER, "instance_gotosocial"))
        assert (gotosocial.text, gotosocial.url_counts, gotosocial.media_count) == (5000, 25, 6)
        assert read({"configuration": None, "max_toot_chars": "640"}) == Limits(text=640)

    def test_the_servers_limits_hold_instead_of_the_cards(self, on: Stage) -> None:
        limits = self.run(self.connector.connect(on.fields(), on.http())).access.limits
        assert Limits.from_data(json.loads(json.dumps(limits.to_data()))) == limits
        long = self.outgoing("я" * 900)
        assert not check(self.card, "", long, replace(limits, text=1000))
        assert check(self.card, "", long, limits)[0].limit == 500

    def test_ids_may_be_numbers_and_fields_may_be_missing(self) -> None:
        def handler(request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                return httpx.Response(
                    200, json={"id": 42, "uri": "https://odd.example/objects/1", "content": "x"}
                )
            return httpx.Response(200, json={"id": 7, "acct": "ana", "followers_count": None})

        http = replace(MastodonStage().http(), transport=httpx.MockTransport(handler))
        connected = self.run(self.connector.connect({"server": "@ana@odd.example", "token": "t"}, http))
        assert (connected.profile.remote_id, connected.profile.handle) == ("7", "ana@odd.example")
        assert connected.profile.url == "https://odd.example/@ana"
        post = self.run(self.connector.commit(connected.access, self.outgoing(), {}, http))
        assert (post.remote_id, post.url) == ("42", "https://odd.example/objects/1")

    # Signing in

    def test_signing_in_gives_a_channel(self, on: Stage) -> None:
        begun = self.run(self.connector.begin({"server": HOST}, BACK, on.http()))
        asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
        assert begun.url.startswith(f"https://{HOST}/oauth/authorize?")
        assert asked["code_challenge_method"] == "S256"
        assert "write:statuses" in asked["scope"].split()
        query = {"code": "code-invented", "state": asked["state"]}
        [connected] = self.run(self.connector.finish(json.loads(json.dumps(begun.keep)), query, on.http()))
        assert connected.access.secret["token"] == "token-by-oauth-invented"
        assert connected.profile.followers == 1204
        assert connected.profile.about == "What happens in Tabard."
        assert begun.keep["client_secret"] not in repr(begun)

    @pytest.mark.parametrize(
        "query", [{"state": "forged", "code": "code-invented"}, {"error": "access_denied"}]
    )
    def test_a_forged_or_refused_return_is_refused(self, on: Stage, query: dict[str, str]) -> None:
        begun = self.run(self.connector.begin({"server": HOST}, BACK, on.http()))
        with pytest.raises(errors.Refused):
            self.run(self.connector.finish(begun.keep, query, on.http()))

    def test_a_server_with_coarse_rights_is_asked_for_those(self, on: Stage) -> None:
        on.switch(sim.COARSE_SCOPES)
        begun = self.run(self.connector.begin({"server": HOST}, BACK, on.http()))
        assert "scope=read+write&" in begun.url

    def test_a_server_may_be_written_in_many_ways(self) -> None:
        for written in (
            "mastodon.example",
            "https://mastodon.example/",
            "@ana@mastodon.example",
            " Mastodon.example ",
        ):
            assert server_url(written) == "https://mastodon.example"
        assert server_url("http://127.0.0.1:2501/@ana") == "http://127.0.0.1:2501"
        for written in ("", "ftp://x", "https://"):
            with pytest.raises(errors.Refused):
                server_url(written)

    # Messages

    def test_a_server_that_knows_no_cursor_still_gives_each_message_once(self, on: Stage) -> None:
        said = on.say("First")

        first = self.run(self.connector.fetch(on.access(), "", on.http()))
        assert [message.remote_id for message in first.items] == [said]
        on._notifications = lambda request, body: httpx.Response(200, json=on.notifications[::-1])
        again = self.run(self.connector.fetch(on.access(), first.cursor, on.http()))
        assert again.items == ()


def test_html_becomes_the_text_again() -> None:
    text = "One & <two>\nthree\n\nhttps://example.org/a/very/long/address/of/a/page?x=1 fin"
    assert plain(html(text)) == text
    assert plain("<p>A&#39;b<br>c</p><p>d</p>") == "A'b\nc\n\nd"


@pytest.mark.parametrize(
    ("sent", "shown", "wanted"),
    [
        ("Hello @ana@far.example!", html("Hello @ana@far.example!"), True),
        ("**Bold** move", "<p><strong>Bold</strong> move</p>", True),
        ("🎉", "<p>🎉</p>", True),
        ("🎉", "<p>🎈</p>", False),
        ("Hello", "<p>Hello again</p>", False),
        ("cafe\u0301", "<p>café</p>", True),
        ("Здравей", "<p>здравей</p>", True),
    ],
)
def test_texts_are_compared_as_servers_change_them(sent: str, shown: str, wanted: bool) -> None:
    assert same(sent, shown) is wanted


def test_a_boost_is_never_our_post() -> None:
    outgoing = TestMastodon().outgoing()
    status = payload(FOLDER, "publishes")
    assert is_it(status, outgoing, "Hello there", {})
    assert not is_it({**status, "reblog": status}, outgoing, "Hello there", {})
    assert not is_it({**status, "in_reply_to_id": "3"}, replace(outgoing, reply_to="4"), "Hello there", {})


@pytest.mark.reference
@pytest.mark.skipif("TABARD_REFERENCE_DATA" not in os.environ, reason="TABARD_REFERENCE_DATA is not set")
def test_the_contract_was_really_asked() -> None:
    on, head = MastodonStage(), {"Authorization": f"Bearer {sim.TOKEN}"}
    wrong = httpx.Request(
        "POST", f"https://{HOST}/api/v1/statuses", data={"sensitive": "perhaps"}, headers=head
    )
    with pytest.raises(AssertionError, match="POST /api/v1/statuses"):
        asyncio.run(on.answer(wrong))
