"""The contract on a server that is not Mastodon, and what it makes a connector stumble over."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Published
from tabard.connectors.card import Limits
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.platforms.mastodon.limits import read
from tabard.connectors.platforms.mastodon.plain import alike, same
from tabard.connectors.platforms.mastodon.tests import plain_server as sim
from tabard.connectors.platforms.mastodon.tests.plain_server import HOST, PlainStage
from tabard.connectors.stage import Stage, picture

LINK = "https://example.org/a/very/long/address/of/a/page?x=1"


class TestPlainServer(ConnectorContract):
    stage = PlainStage

    def find(self, on: Stage, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    def test_connecting_takes_what_there_is(self, on: Stage) -> None:
        connected = self.run(self.connector.connect(on.fields(), on.http()))
        assert connected.access.limits == Limits(text=500)
        assert connected.profile.handle == f"tabard_town@{HOST}"
        assert connected.profile.url == f"https://{HOST}/@tabard_town"
        assert connected.profile.avatar_url == f"https://{HOST}/a.png"

    def test_signing_in_with_coarse_rights(self, on: Stage) -> None:
        begun = self.run(self.connector.begin({"server": HOST}, "https://tabard.example/back", on.http()))
        asked = parse_qs(urlsplit(begun.url).query)
        assert asked["scope"] == ["read write"]
        query = {"code": "code-invented", "state": asked["state"][0]}
        [connected] = self.run(self.connector.finish(begun.keep, query, on.http()))
        assert connected.access.secret["token"] == "token-by-oauth-invented"

    def test_a_thread_with_pictures_and_links_is_read_back(self, on: Stage) -> None:
        first = self.published(on, self.outgoing("One", media=(picture(alt="Площад"),)))
        assert first.url == f"https://{HOST}/@tabard_town/102"
        second = self.outgoing(f"Two {LINK}", key="2", reply_to=first.remote_id)
        state = self.interrupted(on, second, _stage.LOSE_AFTER)
        found = self.find(on, second, state)
        assert isinstance(found, Published)
        assert [post.alts for post in on.shown()] == [("Площад",), ()]
        assert on.shown()[1].reply_to == first.remote_id

    def test_files_that_appear_late_leave_it_open(self, on: Stage) -> None:
        outgoing = self.outgoing("With a picture", media=(picture(),))
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        on.switch(sim.LATE_FILES)
        assert self.find(on, outgoing, state) is CANNOT_TELL
        on.switch(sim.LATE_FILES, False)
        assert isinstance(self.find(on, outgoing, state), Published)

    def test_a_list_whose_pages_cannot_be_turned_says_no_more_than_it_shows(self, on: Stage) -> None:
        on.switch(sim.DEAF)
        outgoing = self.outgoing("The one")
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE
        for n in range(25):
            self.published(on, self.outgoing(f"Another {n}", key=f"{n}"))
        assert self.find(on, outgoing, state) is CANNOT_TELL

    def test_a_server_that_cannot_change_posts_says_so(self, on: Stage) -> None:
        post = self.published(on, self.outgoing())
        on.switch(sim.NO_EDITS)
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.edit(on.access(), post.remote_id, self.outgoing("Changed"), on.http()))
        assert refused.value.code == "no_edits"

    def test_what_a_plain_text_says_is_shown(self, on: Stage) -> None:
        with pytest.raises(errors.Refused, match="cannot be posted"):
            self.run(self.connector.commit(on.access(), self.outgoing(""), {}, on.http()))

    @pytest.mark.parametrize("capped", [True, False])
    def test_notifications_are_neither_missed_nor_told_twice(self, on: Stage, capped: bool) -> None:
        """The server gives the newest few, whatever is asked for; the cursor is all that is kept."""
        on.switch(sim.SHORT, capped)
        on.say("Before")
        cursor = self.run(self.connector.fetch(on.access(), "", on.http())).cursor
        told: list[str] = []
        for begin, end in ((0, 30), (30, 31), (31, 31), (31, 60)):
            for n in range(begin, end):
                on.say(f"Question {n}")
            got = self.run(self.connector.fetch(on.access(), cursor, on.http()))
            told += [message.text for message in got.items]
            cursor = got.cursor
        assert told == [f"Question {n}" for n in range(60)]

    @pytest.mark.parametrize(
        ("base", "subject", "handle"),
        [
            ("https://social.town.example", "acct:Tabard_Town@town.example", "tabard_town@town.example"),
            (
                "https://social.town.example",
                "acct:tabard_town@evil.example",
                "tabard_town@social.town.example",
            ),
            ("https://social.town.example", "acct:other@town.example", "tabard_town@social.town.example"),
            ("https://social.town.example", "acct:tabard_town@example", "tabard_town@social.town.example"),
            ("https://social.town.example", 7, "tabard_town@social.town.example"),
        ],
    )
    def test_a_handle_may_have_the_domain_that_the_server_lies_in(
        self, on: Stage, base: str, subject: object, handle: str
    ) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/.well-known/webfinger":
                return httpx.Response(200, json={"subject": subject})
            if request.url.path == "/api/v1/accounts/verify_credentials":
                return httpx.Response(200, json={"id": 7, "username": "tabard_town"})
            return httpx.Response(404)

        http = replace(on.http(), transport=httpx.MockTransport(answer))
        fields = {"server": base, "token": "x"}
        connected = self.run(self.connector.connect(fields, http))
        assert connected.access.handle == handle
        other = ("tabard_town@social.town.example",) if handle == "tabard_town@town.example" else ()
        assert connected.profile.also == other, "it may stand in a list by either"

    @pytest.mark.parametrize(
        ("said", "kind"),
        [("The access token is invalid", errors.Revoked), ("Not today", errors.Refused)],
    )
    def test_a_yes_that_means_no_is_a_no(self, on: Stage, said: str, kind: type[Exception]) -> None:
        answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"error": said}))
        http = replace(on.http(), transport=answer)
        with pytest.raises(kind):
            self.run(self.connector.check(on.access(), http))
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), self.outgoing(), {}, http))

    @pytest.mark.parametrize(
        ("body", "wanted"),
        [
            ('{"error": {"message": "No such note", "code": "NO_NOTE"}}', "No such note"),
            ('{"statusCode": 400, "error": "Bad Request", "message": "Too long"}', "Too long"),
            ('{"errors": {"status": ["must be shorter"]}}', "status: must be shorter"),
            ("<html><title>Forbidden</title><p>x</p></html>", "Forbidden"),
            ("[]", "400"),
        ],
    )
    def test_errors_in_other_shapes_are_read(self, on: Stage, body: str, wanted: str) -> None:
        http = replace(on.http(), transport=httpx.MockTransport(lambda r: httpx.Response(400, text=body)))
        with pytest.raises(errors.Refused, match=wanted):
            self.run(self.connector.commit(on.access(), self.outgoing(), {}, http))

    def test_a_server_that_takes_no_forms_gets_json(self, on: Stage) -> None:
        def json_only(request: httpx.Request) -> httpx.Response:
            if "json" not in request.headers["content-type"]:
                return httpx.Response(415)
            return httpx.Response(200, json={"id": 7, "url": None, "uri": "/notes/7"})

        http = replace(on.http(), transport=httpx.MockTransport(json_only))
        post = self.run(self.connector.commit(on.access(), self.outgoing(), {}, http))
        assert post == Published("7", f"https://{HOST}/notes/7", {"uri": "/notes/7"})

    def test_a_text_goes_as_it_is_where_the_server_would_make_more_of_it(self, on: Stage) -> None:
        taken: list[bytes] = []

        def note(request: httpx.Request) -> httpx.Response:
            taken.append(request.content)
            return httpx.Response(200, json={"id": "7"})

        http = replace(on.http(), transport=httpx.MockTransport(note))
        formats = {"configuration": {"statuses": {"supported_mime_types": ["text/markdown", "text/plain"]}}}
        for limits in (Limits(), Limits.from_data(read(formats).to_data())):
            access = replace(on.access(), limits=limits)
            self.run(self.connector.commit(access, self.outgoing("*1*"), {}, http))
        assert [b"content_type=text%2Fplain" in body for body in taken] == [False, True]


def test_links_are_the_same_however_a_server_shows_them() -> None:
    text = "Виж https://пример.бг/път и кажи"
    for shown in (
        '<p>Виж <a href="https://xn--e1afmkfd.xn--90ae/%D0%BF%D1%8A%D1%82">пример.бг/път</a> и кажи</p>',
        'Виж <a href="https://пример.бг/път">https://пример.…</a>&nbsp;и кажи',
    ):
        assert same(text, shown)
    assert not same(text, "<p>Виж и кажи</p>")
    assert alike(text, '<p>Виж <a href="https://sho.rt/1">https://sho.rt/1</a> и кажи</p>')
    assert not alike("Виж и кажи", "<p>Виж и кажи</p>")


@pytest.mark.parametrize("limit", [True, -1, "many", float("inf"), None, [], {}])
def test_numbers_that_mean_nothing_are_left_out(limit: object) -> None:
    found = read({"configuration": {"statuses": {"max_characters": limit}, "media_attachments": []}})
    assert found == Limits()
