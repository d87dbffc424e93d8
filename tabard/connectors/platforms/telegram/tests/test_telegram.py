"""Telegram keeps the contract; and what is special about its channels."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, Media, Published
from tabard.connectors.checks import check
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.telegram.connect import name_of
from tabard.connectors.platforms.telegram.page import seen
from tabard.connectors.platforms.telegram.tests import simulator as sim
from tabard.connectors.platforms.telegram.tests.simulator import CHAT, NAME, TelegramStage
from tabard.connectors.platforms.telegram.tests.spec import Outside, known, validate
from tabard.connectors.stage import Stage, picture


def film(key: str = "film", size: int = 1000) -> Media:
    async def load() -> bytes:
        return b"\x00" * size

    return Media(key, "video", "video/mp4", size, load, width=640, height=360, seconds=12.4, name="a.mp4")


class TestTelegram(ConnectorContract):
    stage = TelegramStage

    def find(self, on: Stage, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    # Connecting

    @pytest.mark.parametrize(
        "typed",
        [
            "@tabard_town",
            "tabard_town",
            " https://t.me/tabard_town ",
            "t.me/s/tabard_town",
            "https://t.me/tabard_town/57",
        ],
    )
    def test_a_channel_is_named_in_any_way(self, typed: str) -> None:
        assert name_of(typed) == NAME

    @pytest.mark.parametrize(
        "typed", ["", "@", "-1001987654321", "t.me/+AbCdEf", "https://evil.example/tabard_town", "два слова"]
    )
    def test_what_names_no_public_channel_is_refused(self, typed: str) -> None:
        with pytest.raises(errors.Refused):
            name_of(typed)

    def test_a_token_that_cannot_be_one_goes_nowhere(self, on: Stage) -> None:
        for token in ("../getMe", "1:2", "1234567890:a/b?c=aaaaaaaaaaaaaaaaaaaaa"):
            with pytest.raises(errors.Revoked):
                self.run(self.connector.connect({**on.fields(), "token": token}, on.http()))
        assert on.requests == []

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"chat": {"type": "supergroup"}}, "no_channel"),
            ({"chat": {"username": None}}, "no_name"),
            ({"member": {"can_post_messages": False}}, "rights"),
            ({"member": {"status": "left"}}, "rights"),
        ],
    )
    def test_only_a_public_channel_in_which_the_bot_may_post_is_connected(
        self, on: Stage, monkeypatch: pytest.MonkeyPatch, change: dict, code: str
    ) -> None:
        real = sim.payload

        def changed(folder, name):
            found = real(folder, name)
            for part, values in change.items():
                if part in found:
                    found[part] |= values
            return found

        monkeypatch.setattr(sim, "payload", changed)
        with pytest.raises((errors.Refused, errors.Revoked)) as refused:
            self.run(self.connector.connect(on.fields(), on.http()))
        assert refused.value.code == code

    def test_a_bot_that_was_taken_out_is_noticed(self, on: Stage) -> None:
        on.switch(sim.SHUT_OUT)
        with pytest.raises(errors.Revoked) as revoked:
            self.run(self.connector.check(on.access(), on.http()))
        assert revoked.value.code == "rights"

    def test_a_server_of_ones_own_is_asked_instead(self, on: Stage) -> None:
        connected = self.run(
            self.connector.connect({**on.fields(), "server": "bots.tabard.example"}, on.http())
        )
        assert connected.access.base_url == "https://bots.tabard.example"
        assert {r.url.host for r in on.requests} == {"bots.tabard.example"}

    # Publishing

    def test_pictures_and_videos_are_an_album_and_one_post(self, on: Stage) -> None:
        outgoing = self.outgoing("Both", media=(picture("a"), film(), picture("b")))
        post = self.published(on, outgoing)
        (method, sent) = on.sent[-1]
        assert method == "sendMediaGroup"
        assert [(m["type"], m.get("caption")) for m in sent["media"]] == [
            ("photo", "Both"),
            ("video", None),
            ("photo", None),
        ]
        assert post.url == f"https://t.me/{NAME}/{post.remote_id.split(',')[0]}"
        assert len(on.shown()) == 1
        self.run(self.connector.delete(on.access(), post.remote_id, on.http()))
        assert on.shown() == []

    def test_a_video_alone_says_how_it_is_shown(self, on: Stage) -> None:
        self.published(on, self.outgoing("", media=(film(),)))
        sent = on.sent[-1][1]
        assert (sent["width"], sent["height"], sent["duration"]) == (640, 360, 12)
        assert sent["supports_streaming"] is True
        assert "caption" not in sent

    def test_words_beside_a_picture_are_fewer(self, on: Stage) -> None:
        long = "я" * 1025
        assert not check(self.card, "", self.outgoing(long))
        (finding,) = check(self.card, "", self.outgoing(long, media=(picture(),)))
        assert (finding.code, finding.limit, finding.counted) == ("too_long", 1024, 1025)
        with pytest.raises(errors.Refused):
            self.run(
                self.connector.prepare(on.access(), self.outgoing(long, media=(picture(),)), {}, on.http())
            )
        assert on.requests == []

    def test_options_and_the_link_are_sent(self, on: Stage) -> None:
        options = {"silent": True, "no_preview": True}
        self.published(on, self.outgoing("Read", link="https://example.org/a", options=options))
        sent = on.sent[-1][1]
        assert sent["text"] == "Read https://example.org/a" or sent["text"].endswith("https://example.org/a")
        assert sent["disable_notification"] is True
        assert sent["link_preview_options"] == {"is_disabled": True}

    def test_a_picture_loses_what_is_hidden_in_it(self, on: Stage) -> None:
        self.published(on, self.with_picture())
        assert b"Secret Camera" not in on.requests[-1].content

    # Whether it is there

    def test_an_album_whose_answer_was_lost_is_found_with_all_its_parts(self, on: Stage) -> None:
        outgoing = self.outgoing("Three", media=(picture("a"), picture("b"), picture("c")))
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.find(on, outgoing, state)
        assert isinstance(found, Published)
        assert found.remote_id == on.shown()[0].remote_id
        assert found.remote_id.count(",") == 2

    @pytest.mark.parametrize("switch", [sim.NO_PAGE, sim.LATE_PAGE])
    def test_a_page_that_does_not_show_it_proves_nothing(self, on: Stage, switch: str) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        on.switch(switch)
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL

    def test_an_older_post_of_the_same_words_is_not_taken_for_this_one(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=10)
        outgoing = self.outgoing(key=OTHER)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_the_same_words_without_the_picture_are_another_post(self, on: Stage) -> None:
        outgoing = self.with_picture()
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        self.published(on, self.outgoing(outgoing.text, key=OTHER))
        assert self.find(on, outgoing, state) is CANNOT_TELL

    @pytest.mark.parametrize("text", ["a\n\nb  c", "<b>1 & 2</b>", "👨‍👩‍👧‍👦 &amp; مرحبا"])
    def test_a_text_is_known_again_on_the_page(self, on: Stage, text: str) -> None:
        state = self.interrupted(on, self.outgoing(text), _stage.LOSE_AFTER)
        assert isinstance(self.find(on, self.outgoing(text), state), Published)

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"<", b"{}", b'<div data-post="x"></div>'])
    def test_a_page_that_is_none_has_no_posts(self, body: bytes) -> None:
        assert seen(body) == []

    def test_words_that_are_only_quoted_are_not_its_own(self) -> None:
        page = (
            '<div data-post="t/5"><a class="tgme_widget_message_reply">'
            '<div class="js-message_text">Old</div></a>'
            '<div class="js-message_text">New</div><time datetime="2026-11-22T09:30:00+00:00"></time></div>'
        )
        assert [post.text for post in seen(page.encode())] == ["New"]

    # Afterwards

    def test_an_edit_that_changes_nothing_is_done(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        again = self.run(self.connector.edit(on.access(), post.remote_id, self.outgoing(), on.http()))
        assert again.remote_id == post.remote_id

    def test_the_words_of_an_album_are_changed_at_its_first_picture(self, on: Stage) -> None:
        media = (picture("a"), picture("b"))
        post = self.published(on, self.outgoing("Before", media=media))
        changed = self.outgoing("After", media=media)
        self.run(self.connector.edit(on.access(), post.remote_id, changed, on.http()))
        assert [shown.text for shown in on.shown()] == ["After"]

    def test_an_edit_of_what_is_gone_says_so(self, on: Stage) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.edit(on.access(), "77", self.outgoing(), on.http()))
        assert refused.value.code == "gone"

    def test_bots_are_no_administrators(self, on: Stage) -> None:
        on.let_in("Ana Petrova", "")
        found = self.run(self.connector.administrators(on.access(), on.http()))
        assert [one.name for one in found] == ["Ana Petrova"]

    # Always

    def test_the_wait_that_it_asks_for_is_kept(self, on: Stage) -> None:
        on.switch(_stage.LIMITED)
        with pytest.raises(errors.Limited) as limited:
            self.run(self.connector.commit(on.access(), self.outgoing(), {}, on.http()))
        assert limited.value.until == on.now + timedelta(seconds=35)

    @pytest.mark.parametrize("seconds", [-5, True, "soon", 10**12, None])
    def test_a_wait_that_is_none_is_a_short_one(self, on: Stage, seconds: object) -> None:
        def always(request: httpx.Request) -> httpx.Response:
            body = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": seconds}}
            return httpx.Response(429, json=body)

        http = replace(on.http(), transport=httpx.MockTransport(always))
        with pytest.raises(errors.Limited) as limited:
            self.run(self.connector.commit(on.access(), self.outgoing(), {}, http))
        assert on.now < limited.value.until <= on.now + timedelta(days=1)

    @pytest.mark.parametrize(
        "result", [None, [], {}, {"message_id": "1"}, [{"message_id": 1}, {}], "text", {"message_id": True}]
    )
    def test_an_answer_without_numbers_leaves_it_open(self, on: Stage, result: object) -> None:
        def always(request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, json={"ok": True, "result": result})

        http = replace(on.http(), transport=httpx.MockTransport(always))
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), self.outgoing(), {}, http))


def test_what_is_not_in_the_list_of_methods_fails() -> None:
    if known() is None:
        pytest.skip("TABARD_REFERENCE_DATA does not say where the list of methods lies")
    validate("sendMessage", {"chat_id": CHAT, "text": "x"})
    for method, sent in (
        ("sendNothing", {}),
        ("sendMessage", {"chat_id": CHAT}),
        ("sendMessage", {"chat_id": CHAT, "text": 5}),
        ("sendMessage", {"chat_id": CHAT, "text": "x", "color": "red"}),
        ("sendMediaGroup", {"chat_id": CHAT, "media": [{"type": "photo"}]}),
    ):
        with pytest.raises(Outside):
            validate(method, json.loads(json.dumps(sent)))
