"""Answering from the page of a conversation and by API, and who may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tabard.audit.models import Entry
from tabard.inbox import actions, lists, queries
from tabard.inbox.models import Conversation, Reply
from tabard.inbox.storing import keep
from tabard.inbox.tests.conftest import said
from tabard.kernel import clock
from tabard.org.actions import add_unit
from tabard.org.models import Grant
from tabard.org.people import actor_of
from tabard.publishing.actions import press
from tests.cast import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(channel) -> Conversation:
    """Two people have said something under a post."""
    bo = {"author_id": "bo", "author_handle": "bo", "author_name": "Bo Lind"}
    keep(channel, [said("1", "Is it vegan?", author_name="Ana Petrova"), said("2", "And cheap?", 1, **bo)])
    return Conversation.objects.get()


@pytest.fixture
def private(channel) -> Conversation:
    keep(channel, [said("9", "My order never came", kind="direct", thread="", author_name="Ana Petrova")])
    return Conversation.objects.get(kind="direct")


@pytest.fixture
def page(cast, client):
    """Opens the page of a conversation as somebody, and sends its form as a browser would."""

    class Page:
        def open(self, talk, who: str = "publisher", **query: str) -> str:
            client.force_login(getattr(cast, who) if isinstance(who, str) else who)
            self.where = reverse("conversation", args=[talk.pk])
            self.html = client.get(self.where, query).content.decode()
            return self.html

        def hidden(self) -> dict[str, str]:
            form = self.html[self.html.index('data-keep="reply-') :]
            return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))

        def send(self, text: str, **more: str):
            return client.post(self.where, {**self.hidden(), "text": text, **more})

    return Page()


def test_an_answer_is_written_on_the_page_and_says_what_became_of_it(cast, talk, page):
    there = page.open(talk)
    assert "Bo Lind" in there[there.index('id="answer"') :]
    assert "for everybody to read" in there
    assert "0 of 500" in there
    assert page.send("Yes, and yes.").status_code == 302
    reply = Reply.objects.get()
    assert (reply.text, reply.by, reply.answers.remote_id) == ("Yes, and yes.", cast.publisher, "2")
    there = page.open(talk)
    assert "Leaves in a moment" in there
    assert Entry.objects.filter(action="reply.write", person_id=cast.publisher.pk).count() == 1


def test_another_message_than_the_last_can_be_answered(talk, page):
    first = talk.messages.get(remote_id="1")
    assert f"?answers={first.pk}#answer" in page.open(talk)
    there = page.open(talk, answers=str(first.pk))
    assert "Ana Petrova" in there[there.index('id="answer"') :]
    page.send("It is.")
    assert Reply.objects.get().answers == first


def test_what_is_private_is_said_to_be(private, page):
    there = page.open(private)
    assert "only Ana Petrova reads it" in there
    assert "Answer this one" not in there


def test_what_is_refused_stays_on_the_page_with_the_reason(talk, page):
    page.open(talk)
    answer = page.send("ж" * 501)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "ж" * 501 in body
    assert "has-wrong" in body
    assert Reply.objects.count() == 0


def test_a_hold_is_said_before_anybody_writes_and_loses_nothing_of_what_was_typed(cast, talk, page):
    page.open(talk)
    press(cast.by("owner"), cast.nordics, reason="Recall")
    answer = page.send("Yes.")
    assert answer.status_code == 409
    assert "A hold is in force here" in answer.content.decode()
    assert ">Yes.</textarea>" in answer.content.decode()
    assert "disabled" in (there := page.open(talk))[there.index('id="answer"') :]


def test_the_second_of_two_is_told_and_may_send_all_the_same(cast, talk, page):
    page.open(talk, "district")
    mine = page.hidden()
    page.open(talk, "publisher")
    page.send("Yes.")
    page.open(talk, "district")
    answer = page.send("Of course.", **mine)
    assert answer.status_code == 409
    page.html = answer.content.decode()
    assert "Tomasz Wilk has answered this meanwhile: “Yes.”" in page.html
    assert page.send("Of course.").status_code == 302
    assert list(Reply.objects.order_by("pk").values_list("text", flat=True)) == ["Yes.", "Of course."]


def test_what_is_typed_is_measured_and_others_see_who_types(cast, talk, page, client):
    page.open(talk)
    where = reverse("conversation_measure", args=[talk.pk])
    body = client.post(where, {**page.hidden(), "text": "👩‍👩‍👧‍👦 да"}).content.decode()
    assert "4 of 500" in body
    talk.refresh_from_db()
    assert talk.answering == cast.publisher
    client.post(where, {**page.hidden(), "text": "more"})
    assert Entry.objects.filter(action="conversation.take").count() == 1
    assert "Tomasz Wilk is answering" in page.open(talk, "district")
    body = client.post(where, {"text": "ж" * 501}).content.decode()
    assert "501 of 500" in body
    assert "Tomasz Wilk is answering this at the moment" in body
    client.post(reverse("conversation_done", args=[talk.pk]), {"answer": "leave"})
    talk.refresh_from_db()
    assert talk.answering is None


def test_an_empty_box_takes_nothing(talk, page, client):
    page.open(talk)
    client.post(reverse("conversation_measure", args=[talk.pk]), {"text": " "})
    talk.refresh_from_db()
    assert talk.answering is None


def undecided(talk, by, **more) -> Reply:
    """One that may have gone out: nobody but a person can tell."""
    made = actions.reply(by, talk, text="Yes.")
    Reply.objects.filter(pk=made.pk).update(state="sending", armed_at=clock.now())
    said = "This platform cannot be asked. Look there, and say whether it went out."
    Reply.objects.filter(pk=made.pk).update(state="unsure", asks_person=True, says=said, code="ask", **more)
    return Reply.objects.get(pk=made.pk)


def test_what_nobody_knows_is_decided_on_the_page(cast, talk, page, client):
    made = undecided(talk, cast.by("publisher"))
    there = page.open(talk)
    assert "Look there, and say whether it went out" in there
    assert "It is not there: send it again" in there
    decide = reverse("reply_decide", args=[made.pk])
    client.post(decide, {"answer": "confirm", "url": "https://social.example/1"})
    made.refresh_from_db()
    assert (made.state, made.url) == ("sent", "https://social.example/1")
    assert "https://social.example/1" in page.open(talk)
    client.post(decide, {"answer": "retry"})
    made.refresh_from_db()
    assert made.state == "sent"


@pytest.mark.parametrize(("answer", "state"), [("deny", "queued"), ("deny_only", "failed")])
def test_what_is_not_there_is_sent_again_or_left(cast, talk, page, client, answer, state):
    made = undecided(talk, cast.by("publisher"))
    page.open(talk)
    client.post(reverse("reply_decide", args=[made.pk]), {"answer": answer})
    made.refresh_from_db()
    assert (made.state, made.asks_person) == (state, False)


def test_one_that_has_not_left_can_be_taken_back(cast, talk, page, client):
    made = actions.reply(cast.by("publisher"), talk, text="Yes.")
    page.open(talk)
    client.post(reverse("reply_decide", args=[made.pk]), {"answer": "cancel"})
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert "Leaves in a moment" not in page.open(talk)


def test_today_says_what_waits_for_a_decision_to_those_who_may_decide(cast, talk, client):
    undecided(talk, cast.by("publisher"))
    for who, there in (("publisher", True), ("analyst", False), ("stranger", False)):
        client.force_login(getattr(cast, who))
        assert (f"/inbox/{talk.pk}/#r" in client.get(reverse("today")).content.decode()) is there
    by = cast.by("publisher")
    keep(talk.channel, [said("7", thread="p2")])
    assert [each.pk for each in lists.conversations(by, None, {"decide": ["yes"]}).rows] == [talk.pk]


def test_who_may_only_look_sees_no_box(cast, talk, page):
    there = page.open(talk, "analyst")
    assert 'data-keep="reply-' not in there
    assert "<h2" in there[there.index('id="answer"') :]


@pytest.mark.parametrize("who", ["stranger", "sibling", "expired", "suspended"])
def test_who_has_no_business_there_answers_nothing(cast, talk, client, who):
    made = actions.reply(cast.by("publisher"), talk, text="Yes.")
    person = cast.stranger
    if who != "stranger":
        unit = (
            cast.nordics
            if who != "sibling"
            else add_unit(cast.by("owner"), cast.north, name="Baltics", kind="district")
        )
        person = make_person(unit, f"Test {who}", "community")
    if who == "expired":
        past = clock.now() - timedelta(days=1)
        Grant.objects.filter(person=person).update(starts_at=past - timedelta(days=9), ends_at=past)
    if who == "suspended":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    client.force_login(person)
    one, reply = f"/api/v1/conversations/{talk.pk}", f"/api/v1/replies/{made.pk}"
    tried = [
        client.get(reverse("conversation", args=[talk.pk])),
        client.post(reverse("conversation", args=[talk.pk]), {"text": "No."}),
        client.post(reverse("conversation_measure", args=[talk.pk]), {"text": "No."}),
        client.post(reverse("reply_decide", args=[made.pk]), {"answer": "cancel"}),
        client.get(reply),
        client.post(f"{one}/replies", {"text": "No."}, content_type="application/json"),
        client.post(f"{one}/words", {"text": "No."}, content_type="application/json"),
        client.post(f"{reply}/cancel"),
        client.put(f"{one}/answering"),
    ]
    assert {each.status_code for each in tried} <= {302, 401, 403, 404}
    assert "Yes." not in "".join(each.content.decode() for each in tried)
    assert (Reply.objects.get().state, Reply.objects.get().text) == ("queued", "Yes.")
    if who != "suspended":
        assert list(Reply.objects.visible_to(actor_of(person, "screen"))) == []


def test_the_same_by_api(cast, talk, client):
    client.force_login(cast.publisher)
    one = f"/api/v1/conversations/{talk.pk}"
    whole = client.get(one).json()
    assert (whole["private"], whole["cannot_answer"], whole["replies"]) == (False, "", [])
    json = {"content_type": "application/json"}
    room = client.post(f"{one}/words", {"text": "ж" * 501}, **json).json()
    assert (room["counted"], room["limit"], room["fits"], len(room["wrong"])) == (501, 500, False, 1)
    assert client.post(f"{one}/replies", {"text": ""}, **json).status_code == 422
    given = {"text": "Yes.", "key": "7c9fd32e-53a1-4f0a-bd2a-0d3f5b0f8a11"}
    first = client.post(f"{one}/replies", given, **json)
    assert (first.status_code, first.json()["state"]) == (201, "queued")
    assert client.post(f"{one}/replies", given, **json).json()["id"] == first.json()["id"]
    other = client.post(f"{one}/replies", {**given, "text": "No."}, **json).json()
    assert other["id"] != first.json()["id"]
    assert [each["text"] for each in client.get(one).json()["replies"]] == ["Yes.", "No."]
    reply = f"/api/v1/replies/{other['id']}"
    assert client.post(f"{reply}/cancel").json()["state"] == "cancelled"
    assert client.post(f"{reply}/retry").status_code == 409
    assert client.get(reply).json()["state"] == "cancelled"
    assert client.put(f"{one}/answering").json()["answering_id"] == cast.publisher.pk
    assert client.delete(f"{one}/answering").json()["answering_id"] is None
    made = undecided(talk, cast.by("publisher"))
    assert client.get(f"/api/v1/replies/{made.pk}").json()["asks_person"] is True
    wrong = client.post(f"/api/v1/replies/{made.pk}/confirm", {"url": "javascript:x"}, **json)
    assert wrong.status_code == 422
    assert (
        client.post(f"/api/v1/replies/{made.pk}/deny", {"again": False}, **json).json()["state"] == "failed"
    )


def test_where_tabard_cannot_answer_it_says_so(cast, talk, page):
    from tabard.register.models import Channel, Platform

    telegram = Platform.objects.filter(slug="telegram").first() or Platform.objects.get(pk="telegram")
    Channel.objects.filter(pk=talk.channel_id).update(platform=telegram)
    there = page.open(talk)
    assert "Tabard cannot answer on Telegram. Answer there." in there
    assert 'data-keep="reply-' not in there


def test_a_message_of_another_conversation_is_not_answered_here(cast, talk, private, client):
    client.force_login(cast.publisher)
    foreign = private.messages.get().pk
    address = reverse("conversation", args=[talk.pk])
    assert client.post(address, {"text": "x", "answers": foreign}).status_code == 404
    assert client.get(address, {"answers": foreign}).status_code == 404
    with pytest.raises(Exception, match="no such message"):
        queries.message(talk, foreign)
    assert Reply.objects.count() == 0
