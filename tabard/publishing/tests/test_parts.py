"""Threads and first comments: each part once, in order, and only behind what it answers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.kernel import clock
from tabard.kernel.errors import IllegalMove
from tabard.kernel.holdings import holdings
from tabard.posts.actions import delete_post
from tabard.posts.models import Variant
from tabard.publishing.actions import cancel_delivery, confirm, lift, press, release, remove, retry
from tabard.publishing.models import Delivery
from tabard.publishing.today import undecided


def states() -> list[str]:
    return list(Delivery.objects.order_by("variant", "part").values_list("state", flat=True))


def part(number: int) -> Delivery:
    return Delivery.objects.select_related("channel__unit", "post").get(part=number)


def answered(world, delivery: Delivery) -> str:
    """What it answers, as the network shows it."""
    path = f"/api/posts/{delivery.remote_id}"
    return str(world.network("GET", path, channel=delivery.channel.handle)["reply_to"] or "")


@pytest.fixture
def alone(world):
    world.channels = world.channels[:1]
    return world


def test_a_thread_goes_out_in_order_each_part_answering_the_one_before(world):
    world.plan(thread=2, comment="First!")
    world.send()
    assert states() == ["sent"] * 12
    assert world.accepted("north") == ["Number 0", "Number 0 1", "Number 0 2", "First!"]
    there = list(Delivery.objects.filter(channel=world.channels[0]).order_by("part"))
    shown = [answered(world, each) for each in there]
    assert shown == ["", there[0].remote_id, there[1].remote_id, there[0].remote_id]
    assert set(Variant.objects.values_list("state", flat=True)) == {"handed_over"}


def test_nothing_else_of_the_channel_comes_between(alone):
    alone.plan(each=2, thread=3)
    early = clock.now() - timedelta(minutes=5)
    Delivery.objects.filter(part__gt=0).update(next_at=early)
    alone.send()
    texts = alone.accepted("north")
    assert texts == [f"Number {n}{p}" for n in (0, 1) for p in ("", " 1", " 2", " 3")]


def test_a_lost_answer_in_the_middle_holds_up_the_rest_and_doubles_nothing(alone):
    alone.plan(thread=2)
    alone.switch(lost_after=1.0)
    alone.send(lambda: part(0).state == "unsure")
    assert states() == ["unsure", "queued", "queued"]
    alone.switch(lost_after=0.0)
    alone.send(lambda: part(2).state == "sent", within=40)
    assert alone.accepted("north") == ["Number 0", "Number 0 1", "Number 0 2"]


def test_what_fails_stops_what_follows_and_only_that_part_is_tried_again(alone):
    by = alone.cast.by("publisher")
    alone.plan(thread=2)
    Delivery.objects.filter(part=1).update(digest="x" * 64)
    alone.send()
    assert states() == ["sent", "failed", "held"]
    assert (part(1).asks_person, part(2).asks_person) == (True, False)
    assert "Part 2" in part(2).problem
    with pytest.raises(IllegalMove, match="Part 2"):
        release(by, part(2))
    Delivery.objects.filter(part=1).update(digest=part(0).digest)
    retry(by, part(1))
    assert states() == ["sent", "queued", "queued"]
    alone.send()
    assert alone.accepted("north") == ["Number 0", "Number 0 1", "Number 0 2"]


def test_a_post_that_is_refused_takes_its_parts_with_it_and_back(alone):
    alone.plan(thread=2)
    alone.switch(refuse="Not in the mood")
    alone.send()
    assert states() == ["failed", "held", "held"]
    assert "has not gone out" in part(1).problem
    alone.switch(refuse=None)
    retry(alone.cast.by("publisher"), part(0))
    alone.send()
    assert states() == ["sent"] * 3


def test_a_cancelled_post_cancels_its_parts_and_a_cancelled_part_what_is_behind_it(alone):
    by = alone.cast.by("publisher")
    alone.plan(thread=2)
    Delivery.objects.filter(part=1).update(digest="x" * 64)
    alone.send()
    cancel_delivery(by, part(1))
    assert states() == ["sent", "cancelled", "cancelled"]
    assert Variant.objects.get().state == "handed_over"


def test_a_hold_between_the_parts_stops_the_rest_until_somebody_decides(alone):
    by = alone.cast.by("on_call")
    alone.plan(thread=2)
    Delivery.objects.filter(part=1).update(facts={"x": 1})
    hold = press(by, alone.cast.organisation, reason="Wait")
    alone.send()
    assert states() == ["held", "held", "held"]
    assert alone.accepted() == []
    lift(alone.cast.by("owner"), hold)
    release(alone.cast.by("publisher"), part(0))
    alone.send()
    assert states() == ["sent"] * 3


def test_lifting_a_hold_asks_about_the_post_and_not_about_each_part(alone):
    alone.plan(thread=2)
    hold = press(alone.cast.by("on_call"), alone.cast.organisation, reason="Wait")
    lift(alone.cast.by("owner"), hold)
    assert states() == ["held", "held", "held"]
    assert list(Delivery.objects.filter(asks_person=True).values_list("part", flat=True)) == [0]
    release(alone.cast.by("publisher"), part(0))
    assert states() == ["queued"] * 3


def test_behind_what_a_person_found_by_hand_nothing_can_answer(alone):
    alone.plan(thread=1)
    alone.switch(refuse="No")
    alone.send()
    confirm(alone.cast.by("publisher"), part(0), url="https://practice.test/p/1")
    alone.switch(refuse=None)
    alone.send()
    assert (part(1).state, part(1).code, part(1).asks_person) == ("failed", "no_before", True)
    assert "by hand" in part(1).to_do


def test_removing_a_post_removes_its_parts_the_last_first(alone):
    alone.plan(thread=2)
    alone.send()
    remove(alone.cast.by("publisher"), part(0))
    assert states() == ["removing"] * 3
    alone.send(lambda: not Delivery.objects.filter(state="removing").exists())
    assert states() == ["removed"] * 3
    gone = list(Delivery.objects.order_by("removed_at").values_list("part", flat=True))
    assert gone == [2, 1, 0]
    assert Variant.objects.get().state == "withdrawn"


def test_removing_one_part_leaves_what_is_before_it(alone):
    alone.plan(thread=2)
    alone.send()
    remove(alone.cast.by("publisher"), part(1))
    alone.send(lambda: not Delivery.objects.filter(state="removing").exists())
    assert states() == ["sent", "removed", "removed"]
    assert Variant.objects.get().state == "handed_over"


def test_a_post_that_is_put_away_sends_no_more_parts(alone):
    alone.plan(thread=1)
    later = clock.now() + timedelta(hours=1)
    Delivery.objects.filter(part=1).update(digest="x" * 64)
    alone.send()
    Delivery.objects.filter(part=1).update(digest=part(0).digest)
    retry(alone.cast.by("publisher"), part(1), due_at=later)
    delete_post(alone.cast.by("owner"), part(0).post)
    assert states() == ["sent", "cancelled"]


def test_what_is_shown_of_many_is_read_at_once(world):
    """The name of a part says which it is; a list that forgot to read that would ask for each row."""
    world.plan(thread=2)
    Delivery.objects.update(asks_person=True)
    by, kept = world.cast.by("owner"), next(h for h in holdings("unit") if h.name == "publishing.deliveries")
    list(undecided(by, None))
    with CaptureQueriesContext(connection) as asked:
        shown = list(undecided(by, None))
        items = list(kept.items(world.channels[0].unit_id))
    assert (len(shown), len(items) > 2) == (9, True)
    assert len(asked) == 3, [each["sql"] for each in asked]
