"""Bluesky keeps the contract; and what is special about it."""

from __future__ import annotations

import asyncio
import io
import json
import os
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from PIL import Image

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.card import Act
from tabard.connectors.checks import check
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.bluesky.session import ends_soon
from tabard.connectors.platforms.bluesky.tests import simulator as sim
from tabard.connectors.platforms.bluesky.tests.simulator import ANA, DID, HANDLE, PUT, BlueskyStage
from tabard.connectors.platforms.bluesky.tid import tid_for
from tabard.connectors.stage import NOW, Stage, picture


class TestBluesky(ConnectorContract):
    stage = BlueskyStage

    def record(self, on: Stage) -> dict:
        return list(on.records.values())[-1]

    def puts(self, on: Stage) -> list[bytes]:
        return [request.content for request in on.requests if on.shows(request)]

    def moderate(self, on: Stage, message: str, act: Act) -> None:
        self.run(self.connector.moderate(on.access(), message, act, on.http()))

    # Acts

    def test_what_was_liked_in_the_app_is_unliked_too(self, on: Stage) -> None:
        said = on.say("Look")
        by_hand = f"at://{DID}/app.bsky.feed.like/3k2222222222a"
        on.own[by_hand] = {"$type": "app.bsky.feed.like", "subject": {"uri": said, "cid": "bafyreia"}}
        self.moderate(on, said, Act.LIKE)
        assert list(on.own) == [by_hand]
        self.moderate(on, said, Act.UNLIKE)
        assert on.own == {}

    def test_two_people_are_blocked_apart(self, on: Stage) -> None:
        first, other = on.say("Spam"), f"at://{DID}/app.bsky.feed.post/3k2222222222a"
        self.moderate(on, first, Act.BLOCK)
        self.moderate(on, other, Act.BLOCK)
        assert [record["subject"] for record in on.own.values()] == [ANA, DID]
        self.moderate(on, first, Act.UNBLOCK)
        assert [record["subject"] for record in on.own.values()] == [DID]

    def test_what_is_gone_cannot_be_liked(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.moderate(on, f"at://{ANA}/app.bsky.feed.post/3k2222222222a", Act.LIKE)
        assert refused.value.code == "gone"

    # Once

    def test_a_repeat_sends_the_same_bytes_and_may_never_write_over_something(self, on: Stage) -> None:
        outgoing = self.outgoing("Hello @ana.test", media=(picture(),))
        state = json.loads(json.dumps(self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))))
        for _again in range(2):
            self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        first, second = self.puts(on)
        assert first == second
        assert json.loads(first)["swapRecord"] is None
        assert json.loads(first)["rkey"] == outgoing.own["rkey"]

    def test_a_post_under_our_id_is_ours_even_if_it_was_written_otherwise(self, on: Stage) -> None:
        post = self.published(on, self.outgoing("Hello @ana.test"))
        on.records[post.remote_id]["facets"] = []
        again = self.published(on, self.outgoing("Hello @ana.test"))
        assert again.remote_id == post.remote_id
        assert len(on.shown()) == 1

    def test_pictures_that_were_cleared_away_are_prepared_anew(self, on: Stage) -> None:
        outgoing = self.with_picture()
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        case = {"status": 400, "body": {"error": "BlobNotFound"}}
        error = self.answered(on, case, state)
        assert isinstance(error, errors.Later)
        assert error.state == {}

    # Sessions

    def test_a_session_that_ended_is_refreshed_once_and_handed_back(self, on: Stage) -> None:
        access = on.access()
        before = access.session["accessJwt"]
        on.switch(sim.OLD_TOKEN)
        self.run(self.publish(access, self.outgoing(), on.http()))
        assert (on.refreshes, on.logins, len(on.shown())) == (1, 0, 1)
        assert access.session["accessJwt"] != before
        assert on.kept == [dict(access.session)]

    def test_a_session_about_to_end_is_refreshed_while_preparing(self, on: Stage) -> None:
        access = on.access()
        on.now += timedelta(hours=1, minutes=56)
        self.run(self.publish(access, self.outgoing(), on.http()))
        assert [request.url.path.rpartition(".")[2] for request in on.requests] == [
            "refreshSession",
            "putRecord",
        ]

    def test_many_at_once_refresh_one_time(self, on: Stage) -> None:
        on.switch(sim.OLD_TOKEN)
        asked = [on.access() for _n in range(5)]

        async def story() -> None:
            http = on.http()
            await asyncio.gather(*(self.connector.check(access, http) for access in asked))

        self.run(story())
        assert (on.refreshes, on.logins) == (1, 0)
        assert {access.session["accessJwt"] for access in asked} == {on.live["accessJwt"]}

    def test_a_session_that_cannot_be_refreshed_is_replaced_by_the_app_password(self, on: Stage) -> None:
        on.switch(sim.OLD_TOKEN)
        on.switch(sim.OLD_REFRESH)
        self.published(on, self.outgoing())
        assert (on.logins, len(on.shown())) == (1, 1)

    def test_a_channel_without_a_session_logs_in_once_for_many_posts(self, on: Stage) -> None:
        access = replace(on.access(), session={})
        for n in range(3):
            self.run(self.publish(access, self.outgoing(key=str(n)), on.http()))
        assert (on.logins, len(on.shown())) == (1, 3)

    def test_a_broken_connection_while_refreshing_is_later_not_a_lost_channel(self, on: Stage) -> None:
        state = self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        access = on.access()
        on.now += timedelta(hours=3)
        on.switch(_stage.BROKEN)
        with pytest.raises(errors.Later):
            self.run(self.connector.commit(access, self.outgoing(), state, on.http()))

    def test_a_token_that_says_nothing_is_taken_to_be_good(self) -> None:
        assert not ends_soon("opaque", NOW)
        assert not ends_soon("a.b.c", NOW)
        assert ends_soon(sim.token("x", NOW.timestamp() + 20), NOW)

    # Who

    def test_a_channel_is_known_by_its_did_and_its_own_server(self, on: Stage) -> None:
        connected = self.run(self.connector.connect(on.fields(), on.http()))
        assert (connected.access.remote_id, connected.access.base_url) == (DID, sim.SERVER)
        assert (connected.profile.handle, connected.profile.followers) == (HANDLE, 812)
        assert [request.url.host for request in on.requests][:3] == [
            "entry.example",
            "plc.example",
            "pds.example",
        ]

    @pytest.mark.parametrize("handle", ["nobody.test", "no handle", "", "did:plc:nobodyknown2222222222aaa"])
    def test_a_handle_that_nobody_has_is_refused_with_a_reason(self, on: Stage, handle: str) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.connect({**on.fields(), "handle": handle}, on.http()))
        assert str(refused.value)

    def test_a_server_without_a_view_of_the_network_is_enough(self, on: Stage) -> None:
        on.switch(sim.NO_VIEW)
        connected = self.run(self.connector.connect(on.fields(), on.http()))
        assert connected.profile.name == HANDLE
        assert connected.profile.followers is None

    # The record

    def test_links_mentions_and_tags_are_live_and_unknown_names_are_not(self, on: Stage) -> None:
        self.published(on, self.outgoing("👋 @ana.test @nobody.test #днес https://example.org/п"))
        found = self.record(on)
        shown = found["text"].encode()
        live = {
            shown[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(): f["features"][0]
            for f in found["facets"]
        }
        assert live["@ana.test"]["did"] == ANA
        assert live["#днес"]["tag"] == "днес"
        assert live["https://example.org/п"]["uri"] == "https://example.org/п"
        assert "@nobody.test" not in live

    def test_a_link_gets_a_card_if_its_title_is_known_and_stands_in_the_text_if_not(self, on: Stage) -> None:
        titled = {"link_title": "Opening hours", "link_text": "When we are there"}
        self.published(on, self.outgoing("Look", link="https://example.org/hours", options=titled))
        assert self.record(on)["text"] == "Look"
        assert self.record(on)["embed"]["external"]["title"] == "Opening hours"
        self.published(on, self.outgoing("Look", key=OTHER, link="https://example.org/hours"))
        assert self.record(on)["text"] == "Look\n\nhttps://example.org/hours"
        assert self.record(on)["facets"][0]["features"][0]["uri"] == "https://example.org/hours"

    def test_a_reply_to_a_reply_keeps_the_root_of_the_thread(self, on: Stage) -> None:
        first = self.published(on, self.outgoing())
        second = self.published(on, self.outgoing("Second", key="2", reply_to=first.remote_id))
        self.published(on, self.outgoing("Third", key="3", reply_to=second.remote_id))
        assert self.record(on)["reply"]["root"]["uri"] == first.remote_id
        assert self.record(on)["reply"]["parent"]["uri"] == second.remote_id

    def test_language_and_content_warning_are_in_the_record(self, on: Stage) -> None:
        self.published(on, replace(self.outgoing(options={"label": "nudity"}), language="bg"))
        assert self.record(on)["langs"] == ["bg"]
        assert self.record(on)["labels"]["values"] == [{"val": "nudity"}]

    def test_a_big_picture_is_made_to_fit_upright_and_bare(self, on: Stage) -> None:
        noise = Image.effect_noise((3000, 4500), 90).convert("RGB")
        exif = noise.getexif()
        exif[0x0112], exif[0x010F] = 6, "Secret Camera"
        out = io.BytesIO()
        noise.save(out, "JPEG", quality=95, exif=exif)
        body = out.getvalue()

        async def load() -> bytes:
            return body

        item = replace(picture(), size=len(body), load=load, width=3000, height=4500)
        assert not check(self.card, "", self.outgoing("", media=(item,)))
        self.published(on, self.outgoing("", media=(item,)))
        sent = next(r.content for r in on.requests if r.url.path.endswith("uploadBlob"))
        assert len(sent) <= 1_000_000 < len(body)
        assert b"Secret Camera" not in sent
        ratio = self.record(on)["embed"]["images"][0]["aspectRatio"]
        assert ratio["width"] > ratio["height"]
        with Image.open(io.BytesIO(sent)) as opened:
            assert opened.size == (ratio["width"], ratio["height"])

    def test_both_limits_of_a_text_are_told(self) -> None:
        family = "👨‍👩‍👧‍👦"
        found = check(self.card, "", self.outgoing(family * 301))
        assert [(finding.code, finding.limit) for finding in found] == [("too_long", 300), ("too_long", 3000)]
        assert [finding.limit for finding in check(self.card, "", self.outgoing(family * 200))] == [3000]

    # Messages

    def test_a_long_absence_is_caught_up_with(self, on: Stage) -> None:
        on.say("first")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        said = [on.say(f"number {n}") for n in range(35)]
        found = self.run(self.connector.fetch(on.access(), cursor, on.http()))
        assert [message.remote_id for message in found.items] == said

    def test_two_messages_of_one_moment_come_once_each(self, on: Stage) -> None:
        on.say("one")
        on.say("two")
        on.notes[1]["indexedAt"] = on.notes[0]["indexedAt"]
        first = self.run(self.connector.fetch(on.access(), "", on.http()))
        on.say("three")
        on.notes[2]["indexedAt"] = on.notes[0]["indexedAt"]
        second = self.run(self.connector.fetch(on.access(), first.cursor, on.http()))
        assert [message.text for message in second.items] == ["three"]
        assert self.run(self.connector.fetch(on.access(), second.cursor, on.http())).items == ()

    def test_a_post_of_another_channel_cannot_be_deleted(self, on: Stage) -> None:
        with pytest.raises(errors.Refused):
            self.run(self.connector.delete(on.access(), f"at://{ANA}/app.bsky.feed.post/3mzzz", on.http()))
        assert on.requests == []


def test_ids_sort_by_time_and_differ_within_a_second() -> None:
    ids = [tid_for(str(n), NOW) for n in range(2000)]
    assert len(set(ids)) == 2000
    assert all(len(one) == 13 and one[0] in "234567abcdefghij" for one in ids)
    assert max(ids) < min(tid_for(str(n), NOW + timedelta(seconds=1)) for n in range(2000))


@pytest.mark.reference
@pytest.mark.skipif("TABARD_REFERENCE_DATA" not in os.environ, reason="TABARD_REFERENCE_DATA is not set")
def test_the_lexicons_were_really_asked() -> None:
    on = BlueskyStage()
    body = {"repo": DID, "collection": "app.bsky.feed.post", "rkey": "3mabcdefgh22k"}
    wrong = {**body, "record": {"$type": "app.bsky.feed.post", "text": "x" * 301, "createdAt": "today"}}
    with pytest.raises(AssertionError):
        asyncio.run(on.answer(httpx.Request("POST", f"{sim.SERVER}/xrpc/{PUT}", json=wrong)))
