"""LinkedIn keeps the contract; and what is special about publishing on its pages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Published
from tabard.connectors.contract import ConnectorContract
from tabard.connectors.contract_card import OTHER
from tabard.connectors.platforms.linkedin.tests import simulator as sim
from tabard.connectors.platforms.linkedin.tests.shapes import document, images, ms
from tabard.connectors.platforms.linkedin.tests.simulator import PAGE, LinkedInStage
from tabard.connectors.stage import Stage, film, picture

LINK = "https://tabard.example/soup_(of)_the*day"
PLACES = [
    ("text_link", ()),
    ("text_link", (picture(),)),
    ("image", (picture(),)),
    ("multi_image", (picture("a"), picture("b"), picture("c"))),
    ("video", (film(size=100_000),)),
    ("document", (document(),)),
    ("poll", ()),
]


class TestLinkedIn(ConnectorContract):
    stage = LinkedInStage

    def prepare(self, on: Stage, outgoing, state: Any = None):
        return self.run(self.connector.prepare(on.access(), outgoing, state or {}, on.http()))

    def commit(self, on: Stage, outgoing, state: Any):
        return self.run(self.connector.commit(on.access(), outgoing, state, on.http()))

    def find(self, on: Stage, outgoing, state):
        return self.run(self.connector.find(on.access(), outgoing, state, on.http()))

    def answering(self, on: Stage, answer: httpx.Response):
        return replace(on.http(), transport=httpx.MockTransport(lambda request: answer))

    def post(self, on: Stage, urn: str) -> dict[str, Any]:
        return on.posts[urn]

    # What goes out

    @pytest.mark.parametrize(("placement", "media"), PLACES)
    def test_every_place_shows_its_files_once_and_only_at_the_last_call(
        self, on: Stage, placement, media
    ) -> None:
        outgoing = self.outgoing("Words", media=media, placement=placement)
        state = self.prepare(on, outgoing)
        assert on.shown() == []
        post = self.commit(on, outgoing, json.loads(json.dumps(state)))
        assert [each.remote_id for each in on.shown()] == [post.remote_id]
        assert post.url == f"https://www.linkedin.com/feed/update/{post.remote_id}/"
        assert len(images(self.post(on, post.remote_id))) == len(media)

    @pytest.mark.parametrize(("placement", "media"), PLACES)
    def test_a_lost_answer_is_found_wherever_it_went(self, on: Stage, placement, media) -> None:
        outgoing = self.outgoing("Words", media=media, placement=placement)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        found = self.find(on, outgoing, state)
        assert isinstance(found, Published)
        assert [each.remote_id for each in on.shown()] == [found.remote_id]

    @pytest.mark.parametrize(("placement", "media"), PLACES)
    def test_a_lost_request_is_known_to_have_shown_nothing(self, on: Stage, placement, media) -> None:
        outgoing = self.outgoing("Words", media=media, placement=placement)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE
        sent = sum(len(parts) for parts in on.files.values())
        self.commit(on, outgoing, self.prepare(on, outgoing, state))
        assert len(on.shown()) == 1
        assert sum(len(parts) for parts in on.files.values()) == sent

    @pytest.mark.parametrize(
        "text",
        [
            "50% off [today] {only} (here) <now> *and* ~then~ a|b \\ c_d @us",
            "#Tabard reads #snake_case, not # alone or #1",
            "With @[Acme (EU)](urn:li:organization:7) and @[Ann](urn:li:person:a_b1)",
            "Ends in a backslash \\",
            "Read https://tabard.example/a_b#part_two, it is #good",
        ],
    )
    def test_no_letter_cuts_a_text_off(self, on: Stage, text: str) -> None:
        outgoing = self.outgoing(text)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        assert isinstance(self.find(on, outgoing, state), Published)
        (shown,) = on.shown()
        assert shown.text.replace("\\(", "(").replace("\\)", ")") == text

    def test_a_tag_stays_one_and_a_mention_too(self, on: Stage) -> None:
        post = self.published(on, self.outgoing("See #Tabard, @[Ann](urn:li:person:a_b1) & (us)"))
        sent = self.post(on, post.remote_id)["commentary"]
        assert sent == "See #Tabard, @[Ann](urn:li:person:a_b1) & \\(us\\)"

    def test_a_text_is_counted_with_its_backslashes(self, on: Stage) -> None:
        self.published(on, self.outgoing("(" * 1500))
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing("(" * 1501))
        assert refused.value.code == "too_long"

    def test_a_link_gets_a_card_with_its_picture(self, on: Stage) -> None:
        options = {"link_title": "Soup", "link_text": "Leek and pea"}
        outgoing = self.outgoing("Read", link=LINK, media=(picture(),), options=options)
        post = self.post(on, self.published(on, outgoing).remote_id)
        (urn,) = on.files
        assert post["content"] == {
            "article": {
                "source": LINK,
                "title": "Soup",
                "description": "Leek and pea",
                "thumbnail": urn,
                "thumbnailAltText": "A red square",
            }
        }
        assert post["commentary"] == "Read"

    def test_a_link_without_a_title_stands_in_the_text(self, on: Stage) -> None:
        post = self.post(on, self.published(on, self.outgoing("Read", link=LINK)).remote_id)
        assert post["commentary"] == "Read\n\nhttps://tabard.example/soup\\_\\(of\\)\\_the\\*day"
        assert post["content"] == {}

    def test_a_document_has_a_title_and_a_poll_its_choices(self, on: Stage) -> None:
        with pytest.raises(errors.Refused):
            self.prepare(on, self.outgoing(placement="document", media=(document(),), options={}))
        post = self.post(on, self.published(on, self.outgoing(placement="document")).remote_id)
        assert post["content"]["media"]["title"] == "Programme"
        poll = self.post(on, self.published(on, self.outgoing(placement="poll", key=OTHER)).remote_id)
        assert poll["content"]["poll"] == {
            "question": "Which soup?",
            "options": [{"text": "Leek"}, {"text": "Pea"}],
            "settings": {"duration": "THREE_DAYS"},
        }

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"choice_2": ""}, "no_option"),
            ({"choice_2": "leek"}, "choices"),
            ({"choice_2": "x" * 31}, "option_too_long"),
            ({"question": "x" * 141}, "option_too_long"),
            ({"duration": "ONE_YEAR"}, "wrong_option"),
        ],
    )
    def test_a_poll_that_cannot_be_is_refused_before_any_call(self, on: Stage, changed, code) -> None:
        options = {**on.options("poll"), **changed}
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(placement="poll", options=options))
        assert (refused.value.code, on.requests) == (code, [])

    @pytest.mark.parametrize("item", [film(size=74_000), film(size=100_000, seconds=2.0)])
    def test_a_film_that_is_too_small_is_refused_before_any_call(self, on: Stage, item) -> None:
        with pytest.raises(errors.Refused) as refused:
            self.prepare(on, self.outgoing(placement="video", media=(item,)))
        assert (refused.value.code, on.requests) == ("too_small", [])

    def test_pictures_lose_what_is_hidden_in_them(self, on: Stage) -> None:
        self.published(on, self.with_picture())
        ((body,),) = on.files.values()
        assert b"Secret Camera" not in body

    # Whether it is there

    def test_a_post_of_the_same_words_that_was_there_before_is_another(self, on: Stage) -> None:
        self.published(on, self.outgoing())
        outgoing = self.outgoing(key=OTHER)
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        assert self.find(on, outgoing, state) is NOT_THERE

    def test_of_two_posts_of_the_same_words_nobody_can_tell(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        self.published(on, self.outgoing(key=OTHER))
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL

    def test_a_post_with_other_files_is_another(self, on: Stage) -> None:
        outgoing = self.with_picture()
        state = self.interrupted(on, outgoing, _stage.LOSE_BEFORE)
        self.published(on, replace(self.with_picture(), key=OTHER))
        self.published(on, self.outgoing(outgoing.text, key="3"))
        assert self.find(on, outgoing, state) is NOT_THERE

    def test_a_shortened_address_is_no_other_text(self, on: Stage) -> None:
        outgoing = self.outgoing("Read", link=LINK)
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        (post,) = on.posts.values()
        post["commentary"] = "Read\n\nhttps://lnkd.in/eXample"
        assert isinstance(self.find(on, outgoing, state), Published)

    def test_a_list_that_goes_on_leaves_it_open(self, on: Stage) -> None:
        state = self.interrupted(on, self.outgoing("Mine"), _stage.LOSE_BEFORE)
        at = ms(on.now)
        other = {"author": PAGE, "commentary": "Other", "createdAt": at, "lastModifiedAt": at}
        items = [{**other, "id": f"urn:li:share:{n}"} for n in range(1, 101)]
        http = self.answering(on, httpx.Response(200, json={"elements": items}))
        assert self.run(self.connector.find(on.access(), self.outgoing("Mine"), state, http)) is CANNOT_TELL

    def test_the_word_that_it_is_there_already_is_success_if_it_was_ours(self, on: Stage) -> None:
        on.switch(sim.DUPLICATE)
        outgoing = self.outgoing()
        state = self.interrupted(on, outgoing, _stage.LOSE_AFTER)
        post = self.commit(on, outgoing, state)
        assert [each.remote_id for each in on.shown()] == [post.remote_id]

    def test_the_word_that_it_is_there_already_is_none_if_it_was_another(self, on: Stage) -> None:
        on.switch(sim.DUPLICATE)
        self.published(on, self.outgoing())
        on.now += timedelta(minutes=5)
        with pytest.raises(errors.Refused) as refused:
            self.published(on, self.outgoing(key=OTHER))
        assert refused.value.code == "duplicate"
        assert len(on.shown()) == 1

    def test_a_role_that_may_write_and_not_read_publishes_and_cannot_tell(self, on: Stage) -> None:
        real = on._posts

        def blind(request: httpx.Request, parts: Any, query: Any, body: Any) -> httpx.Response:
            if request.method == "GET":
                return sim.refused(403, "ACCESS_DENIED", "posts.FINDER-author", 100)
            return real(request, parts, query, body)

        on._posts = blind
        state = self.interrupted(on, self.outgoing(), _stage.LOSE_AFTER)
        assert self.find(on, self.outgoing(), state) is CANNOT_TELL
        self.published(on, self.outgoing(key=OTHER))
        assert len(on.shown()) == 2

    def test_nothing_is_shown_that_was_not_prepared(self, on: Stage) -> None:
        with pytest.raises(errors.Later):
            self.commit(on, self.with_picture(), {})
        assert on.requests == []
