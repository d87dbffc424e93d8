"""The inbox and its conversations, from the screen and by API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tabard.audit.models import Entry
from tabard.inbox.actions import finish, reopen
from tabard.inbox.lists import conversations, messages
from tabard.inbox.models import Conversation
from tabard.inbox.storing import keep
from tabard.inbox.tests.conftest import said
from tabard.kernel.errors import Denied, IllegalMove
from tests.cast import make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def talks(channel):
    """A comment, a private message and a review, in this order."""
    keep(
        channel,
        [
            said("1", "Where can I buy the oat soup?", author_name="Ana Petrova"),
            said("2", "My order never came", 1, kind="direct", thread=""),
            said("3", "Lovely", 2, kind="review", thread="", stars=5),
        ],
    )
    return list(Conversation.objects.order_by("last_at"))


def found(by, **params: str) -> list[str]:
    page = conversations(by, None, {name: [value] for name, value in params.items()})
    return [each.kind for each in page.rows]


def test_the_latest_comes_first_and_can_be_narrowed(cast, talks):
    by = cast.by("publisher")
    assert found(by) == ["review", "direct", "comment"]
    assert found(by, sort="oldest") == ["comment", "direct", "review"]
    assert found(by, kind="direct") == ["direct"]
    assert found(by, channel=str(talks[0].channel_id)) == ["review", "direct", "comment"]
    finish(cast.by("publisher"), talks[0])
    assert found(cast.by("publisher"), state="done") == ["comment"]


@pytest.mark.parametrize(
    ("typed", "there"),
    [("oat SOUP", ["comment"]), ("petrova", ["comment"]), ("order", ["direct"]), ("north", 3), ("tea", [])],
)
def test_it_is_found_by_words_of_a_message_by_who_wrote_and_by_the_channel(cast, talks, typed, there):
    type(talks[0].channel).objects.update(search="north")
    got = found(cast.by("publisher"), q=typed)
    assert (len(got) if isinstance(there, int) else got) == there


def test_only_channels_of_ones_own_are_seen(cast, talks, client):
    assert found(cast.by("stranger")) == []
    assert found(cast.by("owner")) == ["review", "direct", "comment"]
    client.force_login(cast.stranger)
    assert client.get(reverse("conversation", args=[talks[0].pk])).status_code in {403, 404}
    with pytest.raises(Denied):
        finish(cast.by("creator"), talks[0])


def test_a_conversation_is_done_and_opened_again_and_the_log_knows_who(cast, talks, client):
    client.force_login(cast.publisher)
    address = reverse("conversation_done", args=[talks[0].pk])
    client.post(address, {"answer": "done"})
    talks[0].refresh_from_db()
    assert (talks[0].state, talks[0].done_by) == ("done", cast.publisher)
    client.post(address, {"answer": "reopen"})
    talks[0].refresh_from_db()
    assert (talks[0].state, talks[0].done_by, talks[0].done_at) == ("open", None, None)
    told = Entry.objects.filter(thing_id=talks[0].pk, action__startswith="conversation").order_by("id")
    assert list(told.values_list("action", flat=True)) == ["conversation.done", "conversation.reopen"]
    with pytest.raises(IllegalMove):
        reopen(cast.by("publisher"), talks[0])


def test_it_is_their_turn_once_we_have_said_something_in_private_or_to_a_review(channel):
    channel.remote_id = "we"
    ours = {"author_id": "we", "author_handle": "north"}
    keep(channel, [said("1", kind="direct", thread="ana"), said("2", kind="review", thread="")])
    keep(channel, [said("3", minute=1, kind="direct", thread="ana", **ours)])
    keep(channel, [said("4", minute=1, kind="review", thread="2", reply_to="2", **ours)])
    assert list(Conversation.objects.values_list("state", flat=True)) == ["waiting", "waiting"]
    keep(channel, [said("5", minute=2, kind="direct", thread="ana")])
    assert Conversation.objects.get(kind="direct").state == "open"
    assert found_states("waiting") == ["review"]


def found_states(state: str) -> list[str]:
    return list(Conversation.objects.filter(state=state).values_list("kind", flat=True))


WE = {"author_id": "we", "author_handle": "north"}
BO = {"author_id": "bo", "author_handle": "bo"}


@pytest.mark.parametrize(
    ("items", "state"),
    [
        ([said("1"), said("2", minute=1, reply_to="1", **WE)], "waiting"),
        # Somebody else has said something after what we answered.
        ([said("1"), said("2", minute=1, **BO), said("3", minute=2, reply_to="1", **WE)], "open"),
        ([said("1"), said("2", minute=1, **BO), said("3", minute=2, reply_to="2", **WE)], "waiting"),
        # The same one has: we answered all of it.
        ([said("1"), said("2", minute=1), said("3", minute=2, reply_to="1", **WE)], "waiting"),
        # Nobody knows what we answered.
        ([said("1"), said("2", minute=1, **BO), said("3", minute=2, **WE)], "open"),
        ([said("1"), said("3", minute=2, **WE)], "waiting"),
        # They had the last word.
        ([said("1"), said("2", minute=1, reply_to="1", **WE), said("3", minute=2)], "open"),
        # Only we have spoken: a first comment of our own.
        ([said("1", **WE)], "waiting"),
    ],
)
def test_under_a_post_it_is_their_turn_unless_somebody_else_still_waits(channel, items, state):
    channel.remote_id = "we"
    keep(channel, items)
    assert Conversation.objects.get().state == state


def test_what_we_say_about_something_that_is_done_leaves_it_done(channel):
    channel.remote_id = "we"
    keep(channel, [said("1", kind="direct", thread="")])
    Conversation.objects.update(state="done")
    keep(channel, [said("2", minute=1, kind="direct", thread="", reply_to="1", **WE)])
    talk = Conversation.objects.get()
    assert (talk.state, talk.root, talk.last_out) == ("done", "ana", True)
    # And what they say then opens it, though we answer it in the same page.
    again = [
        said("3", minute=2, kind="direct", thread=""),
        said("4", minute=3, thread="ana", kind="direct", **WE),
    ]
    keep(channel, again)
    assert Conversation.objects.get().state == "waiting"


def test_what_we_said_in_private_stands_with_what_it_answers_or_is_not_kept(channel):
    channel.remote_id = "we"
    one = said("1", kind="direct", thread="")
    keep(channel, [one, said("2", minute=1, kind="direct", thread="", reply_to="1", **WE)])
    keep(channel, [said("3", minute=2, kind="direct", thread="", **WE)])
    talk = Conversation.objects.get()
    assert talk.root == "ana"
    assert list(talk.messages.order_by("at").values_list("remote_id", flat=True)) == ["1", "2"]


def test_what_was_said_is_shown_as_text_and_addresses_that_run_are_none(cast, channel, client):
    wild = said(
        "1", "<script>alert(1)</script>\x00", author_url="javascript:alert(1)", url="data:text/html,x"
    )
    keep(channel, [wild, said("2", "=1+1", 1, thread="p2", author_handle="=cmd")])
    client.force_login(cast.publisher)
    talk = Conversation.objects.get(root="p1")
    page = client.get(reverse("conversation", args=[talk.pk])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "javascript:" not in page
    assert "data:text" not in page
    lines = b"".join(client.get(reverse("inbox_csv")).streaming_content).decode()
    assert ",'=1+1," in lines


def test_what_was_taken_away_and_edited_is_said_on_the_page(cast, channel, client):
    keep(channel, [said("1", "Bda"), said("2", "Rude", 1)])
    keep(channel, [said("1", "Bad"), said("2", "", 1, gone=True)])
    client.force_login(cast.publisher)
    page = client.get(reverse("conversation", args=[Conversation.objects.get().pk])).content.decode()
    assert "edited" in page
    assert "<s>Rude</s>" in page


def test_a_long_conversation_is_read_page_by_page(cast, channel, monkeypatch):
    monkeypatch.setattr("tabard.inbox.lists.SHOWN", 3)
    keep(channel, [said(str(n), f"Number {n}", n // 2) for n in range(8)])
    talk, seen, before = Conversation.objects.get(), [], 0
    while True:
        there = messages(talk, before)
        seen = [each.text for each in there.messages] + seen
        if not (before := there.before):
            break
    assert seen == [f"Number {n}" for n in range(8)]


def test_the_same_by_api(cast, talks, client):
    client.force_login(cast.publisher)
    there = client.get("/api/v1/conversations?kind=review").json()
    assert [each["last_text"] for each in there["items"]] == ["Lovely"]
    one = f"/api/v1/conversations/{talks[2].pk}"
    whole = client.get(one).json()
    assert [(m["text"], m["stars"], m["out"]) for m in whole["messages"]] == [("Lovely", 5, False)]
    assert client.put(f"{one}/done").json()["state"] == "done"
    assert client.put(f"{one}/done").status_code == 409
    assert client.delete(f"{one}/done").json()["state"] == "open"


def test_a_page_of_the_inbox_asks_few_questions(cast, talks, django_assert_max_num_queries):
    make_channel(cast.nordics, "south", "practice")
    with django_assert_max_num_queries(12):
        found(cast.by("publisher"), state="open")
