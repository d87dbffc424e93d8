"""Hiding, liking, deleting and blocking from the inbox, over a Practice network that is really asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tabard.access.actions import make_token
from tabard.audit.models import Entry
from tabard.inbox import actions, lists, moderating, today
from tabard.inbox.models import Conversation, Message, Moderation
from tabard.inbox.standing import stand
from tabard.inbox.tests.test_replies import read, somebody, speak
from tabard.kernel import clock
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.org.actions import end_grant
from tabard.org.people import actor_of
from tabard.publishing.actions import press
from tabard.publishing.tests.conftest import world as world
from tabard.register.models import Channel


@pytest.fixture
def comment(world, way_out) -> Message:
    """Somebody has commented on a post of the first channel."""
    way_out(world.transport)
    world.channels = world.channels[:1]
    world.plan()
    world.send()
    post = world.network("GET", "/api/posts", channel="north")["posts"][0]["id"]
    speak(world, text="Buy cheap watches!", under=post, **{"as": somebody(world)})
    read(world)
    return Message.objects.get(text="Buy cheap watches!")


def act(world, message, name, who="publisher") -> Moderation:
    return actions.moderate(world.cast.by(who), message, act=name)


def go(made: Moderation) -> Moderation:
    """As the job does, now."""
    Moderation.objects.filter(pk=made.pk, state="queued").update(next_at=clock.now())
    moderating.carry(made.pk)
    return Moderation.objects.get(pk=made.pk)


def holds(message) -> set[str]:
    stand(message.channel.platform_id, [message])
    return set(message.standing.held)


def offers(message) -> list[str]:
    stand(message.channel.platform_id, [message])
    return [str(each) for each in message.standing.offers]


def told(world) -> list[str]:
    """What the network was asked to do with what was said, each time."""
    entries = world.network("GET", "/api/ledger?limit=1000&channel=north")["entries"]
    return [each["kind"] for each in entries if each["kind"] not in {"post", "message"}]


def test_what_is_hidden_is_hidden_there_and_can_be_shown_again(world, comment):
    assert offers(comment) == ["like", "hide", "delete", "block"]
    assert go(act(world, comment, "hide")).state == "done"
    assert (holds(comment), offers(comment)) == ({"hide"}, ["like", "show", "delete", "block"])
    there = world.network("GET", f"/api/posts/{comment.remote_id}", channel="north")
    assert there["hidden"] is True
    assert go(act(world, comment, "show")).state == "done"
    assert (holds(comment), told(world)) == (set(), ["hide", "show"])
    said = Entry.objects.filter(action__startswith="mod").order_by("id").values_list("action", "person_id")
    assert list(said) == [("moderation.done", None), ("moderation.done", None)]
    wanted = Entry.objects.filter(action="message.moderate").values_list("person_id", flat=True)
    assert set(wanted) == {world.cast.publisher.pk}


def test_what_is_deleted_is_gone_here_and_there(world, comment):
    go(act(world, comment, "delete"))
    comment.refresh_from_db()
    assert comment.gone_at is not None
    assert (holds(comment), offers(comment)) == ({"delete"}, ["block"])
    with pytest.raises(IllegalMove, match="gone"):
        act(world, comment, "hide")


def test_who_is_blocked_is_blocked_in_all_they_said(world, comment):
    speak(world, text="And cheap bags!", to="north", **{"as": somebody(world)})
    read(world)
    other = Message.objects.get(text="And cheap bags!")
    assert offers(other) == ["block"], "a private message is neither hidden nor liked"
    go(act(world, other, "block"))
    assert (holds(comment), holds(other)) == ({"block"}, {"block"})
    assert offers(other) == ["unblock"]
    go(act(world, comment, "unblock"))
    assert holds(other) == set()


def test_a_lost_answer_is_asked_again_and_holds_once(world, comment):
    world.switch(lost_after=1.0)
    made = go(act(world, comment, "hide"))
    assert (made.state, made.tries) == ("queued", 1)
    assert made.next_at > clock.now()
    world.switch(lost_after=None)
    assert go(made).state == "done"
    assert holds(comment) == {"hide"}


def test_what_the_network_refuses_asks_somebody_who_may_try_again(world, comment):
    world.switch(revoked=True)
    made = go(act(world, comment, "hide"))
    assert (made.state, offers(comment)) == ("failed", ["like", "delete", "block"])
    owner = world.cast.by("owner")
    (need,) = list(today.refused(owner, None))
    assert need.url.endswith(f"#m{comment.pk}")
    assert [c.pk for c in lists.conversations(owner, None, {"decide": ["yes"]}).rows] == [
        comment.conversation_id
    ]
    world.switch(revoked=None)
    Channel.objects.filter(pk=comment.channel_id).update(health="healthy")
    made.refresh_from_db()
    again = actions.retry_moderation(world.cast.by("district"), Moderation.objects.get(pk=made.pk))
    assert (go(again).state, holds(comment)) == ("done", {"hide"})
    assert list(today.refused(owner, None)) == []


def test_what_is_left_is_left(world, comment):
    made = act(world, comment, "hide")
    actions.cancel_moderation(world.cast.by("publisher"), made)
    assert (go(made).state, told(world), offers(comment)) == (
        "cancelled",
        [],
        ["like", "hide", "delete", "block"],
    )


def test_a_hold_stops_a_like_and_protects_nobody_from_being_hidden(world, comment):
    liked = act(world, comment, "like")
    press(world.cast.by("publisher"), comment.channel.unit, reason="x")
    liked = go(liked)
    assert (liked.state, liked.code) == ("failed", "held")
    speak(world, text="More watches!", to="north", **{"as": somebody(world)})
    assert go(act(world, comment, "hide")).state == "done"
    actions.cancel_moderation(world.cast.by("publisher"), liked)
    comment.refresh_from_db()
    with pytest.raises(IllegalMove, match="hold"):
        act(world, comment, "like")
    assert told(world) == ["hide"]


def test_a_hold_pressed_in_the_last_moment_stops_a_like(world, comment, monkeypatch):
    claimed = moderating._claimed

    def then_held(moderation_id):
        found = claimed(moderation_id)
        press(world.cast.by("publisher"), comment.channel.unit, reason="x")
        return found

    monkeypatch.setattr(moderating, "_claimed", then_held)
    made = go(act(world, comment, "like"))
    assert (made.state, made.code, told(world)) == ("failed", "held", [])


def test_the_right_is_asked_for_again_when_the_network_is_told(world, comment):
    made = act(world, comment, "hide")
    end_grant(world.cast.by("owner"), world.cast.publisher.grants.get(), reason="x")
    made = go(made)
    assert (made.state, made.code, told(world)) == ("failed", "not_granted", [])


def test_who_may_answer_and_not_moderate_does_not(world, comment):
    for who in ("creator", "stranger"):
        with pytest.raises(Denied):
            act(world, comment, "hide", who)
    with pytest.raises(Invalid):
        act(world, comment, "burn")
    assert told(world) == []


def test_the_same_twice_is_refused_and_two_workers_tell_once(world, comment):
    made = act(world, comment, "hide")
    with pytest.raises(IllegalMove, match="already"):
        act(world, comment, "hide")
    with pytest.raises(IllegalMove, match="already"):
        act(world, comment, "show")
    taken = moderating._claimed(made.pk)
    assert taken is not None
    assert moderating._claimed(made.pk) is None
    assert moderating.due() == []
    Moderation.objects.update(claimed_at=clock.now() - moderating.STALE - timedelta(seconds=1))
    assert moderating.due() == [made.pk], "whoever had it in hand has died"
    moderating.carry(made.pk)
    moderating._settle(taken, moderating._stopped("x", "Too late."))
    made.refresh_from_db()
    assert (made.state, told(world)) == ("done", ["hide"])


def test_what_we_said_ourselves_is_not_moderated(world, comment):
    Message.objects.filter(pk=comment.pk).update(out=True)
    comment.refresh_from_db()
    assert offers(comment) == []
    with pytest.raises(IllegalMove):
        act(world, comment, "like")


def test_by_screen_and_by_api(world, comment):
    client = Client()
    client.force_login(world.cast.publisher)
    there = reverse("conversation", args=[comment.conversation_id])
    assert "Moderate…" in client.get(there).content.decode()
    answer = client.post(reverse("message_moderate", args=[comment.pk]), {"act": "hide"})
    assert (answer.status_code, answer.url) == (302, f"{there}#m{comment.pk}")
    made = Moderation.objects.get()
    waiting = client.get(there).content.decode()
    assert "the platform is being told" in waiting
    assert "data-passing" in waiting, "the page asks again as soon as it hears what changes"
    go(made)
    settled = client.get(there).content.decode()
    assert "Hidden by us" in settled
    assert "data-passing" not in settled
    by = actor_of(world.cast.publisher, "screen", proved_at=clock.now())
    key = make_token(by, world.cast.publisher, name="x", permissions=["inbox.see", "inbox.moderate"]).key
    api = Client(headers={"Authorization": f"Bearer {key}"})
    whole = api.get(f"/api/v1/conversations/{comment.conversation_id}").json()
    (said,) = whole["messages"]
    assert (said["holds"], said["offers"]) == (["hide"], ["like", "show", "delete", "block"])
    address = f"/api/v1/messages/{comment.pk}/moderations"
    made = api.post(address, {"act": "show"}, content_type="application/json")
    assert made.status_code == 201, made.content
    one = f"/api/v1/moderations/{made.json()['id']}"
    assert api.get(one).json()["state"] == "queued"
    assert api.post(one + "/cancel").json()["state"] == "cancelled"
    assert api.post(one + "/retry").status_code == 409
    assert api.post(address, {"act": "x"}, content_type="application/json").status_code == 422


def test_nothing_more_is_asked_where_nothing_was_done(world, comment, django_assert_num_queries):
    talk = Conversation.objects.select_related("channel").get(pk=comment.conversation_id)
    said = lists.messages(talk)
    with django_assert_num_queries(2):
        stand(talk.channel.platform_id, said.messages)
