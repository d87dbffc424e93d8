"""Each decision of the sender, as somebody who looks at the platform and at the delivery would see it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from tabard.audit.models import Entry
from tabard.connectors.card import Budget as Limit
from tabard.connectors.card import Per
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.kernel.errors import IllegalMove
from tabard.org.actions import end_grant
from tabard.org.models import Person
from tabard.posts.content import digest_of
from tabard.posts.models import Variant
from tabard.publishing.actions import confirm, deny, lift, press, release, retry
from tabard.publishing.models import Budget, Delivery
from tabard.register.models import Channel, Connection
from tests.sending import apart, sending, until


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def outcomes(delivery: Delivery) -> list[str]:
    return list(delivery.attempts.order_by("number").values_list("outcome", flat=True))


@pytest.fixture
def one(world):
    """A single delivery, due now."""
    world.channels = world.channels[:1]
    (delivery,) = world.plan()
    return delivery


def test_what_is_due_goes_out_once_in_order(world):
    world.plan(each=3)
    world.send()
    assert states() == ["sent"] * 9
    assert sorted(world.accepted()) == ["Number 0"] * 3 + ["Number 1"] * 3 + ["Number 2"] * 3
    one = Delivery.objects.first()
    assert one.url.startswith("http://practice.test/@")
    assert set(Variant.objects.values_list("state", flat=True)) == {"handed_over"}
    assert Entry.objects.filter(action="delivery.sent", channel_id=one.channel_id).count() == 3
    assert world.accepted("north") == ["Number 0", "Number 1", "Number 2"]


def test_what_is_not_due_waits_and_leaves_at_its_second(world, one):
    due = clock.now() + timedelta(seconds=1.2)
    Delivery.objects.update(due_at=due, next_at=due)
    world.send(lambda: Delivery.objects.get().state == "sent")
    late = Delivery.objects.get().sent_at - due
    assert timedelta(0) <= late < timedelta(seconds=20), "not before, and in its minute"


def test_a_refusal_asks_a_person_and_is_not_repeated(world, one):
    world.switch(refuse="Not in the mood")
    world.send()
    one.refresh_from_db()
    assert (one.state, one.asks_person, outcomes(one)) == ("failed", True, ["refused"])
    assert "Not in the mood" in one.problem
    world.switch(refuse=None)
    retry(world.cast.by("publisher"), one)
    world.send()
    assert (states(), world.accepted()) == (["sent"], ["Number 0"])


def test_a_platform_that_is_down_is_tried_again_later_and_at_last_a_person_is_asked(world, one):
    world.switch(down=True)
    world.send(lambda: Delivery.objects.get().tries == 1 and Delivery.objects.get().state == "queued")
    one.refresh_from_db()
    assert one.armed_at is None
    assert timedelta(seconds=3) < one.next_at - clock.now() <= timedelta(seconds=30)
    Delivery.objects.update(tries=5, next_at=clock.now())
    world.send(lambda: Delivery.objects.get().state == "failed")
    assert (Delivery.objects.get().code, world.accepted()) == ("down", [])


def test_a_limit_of_the_platform_is_kept_and_uses_up_no_patience(world, monkeypatch):
    practice = connector("practice")
    monkeypatch.setattr(type(practice), "card", replace(practice.card, budgets=()))  # it tells nothing ahead
    world.channels = world.channels[:1]
    world.switch(limit={"n": 1, "seconds": 60})
    _first, second = world.plan(each=2)
    world.send(lambda: Delivery.objects.get(pk=second.pk).attempts.exclude(outcome="").exists())
    second.refresh_from_db()
    assert (second.state, second.tries, second.armed_at) == ("queued", 0, None)
    assert second.next_at > clock.now() + timedelta(seconds=30)
    assert world.accepted() == ["Number 0"]


def test_a_channel_whose_access_ended_does_not_burn_its_posts_one_by_one(world):
    world.channels = world.channels[:1]
    world.switch(revoked=True)
    world.plan(each=3)
    later = clock.now() + timedelta(hours=1)
    Delivery.objects.filter(post__title="Post 2").update(due_at=later, next_at=later)
    world.send()
    assert states() == ["failed", "held", "queued"]
    channel = Channel.objects.get(pk=world.channels[0].pk)
    assert channel.health == "revoked"
    assert channel.problem
    held = Delivery.objects.get(state="held")
    with pytest.raises(IllegalMove):
        release(world.cast.by("publisher"), held)


def settled() -> None:
    """As if what left had left long ago."""
    Delivery.objects.update(armed_at=clock.now() - timedelta(seconds=11), next_at=clock.now())


def test_an_answer_lost_after_acceptance_is_found_and_not_sent_again(world, one):
    world.switch(lost_after=1.0)
    world.send(lambda: Delivery.objects.get().state == "sent")
    one.refresh_from_db()
    assert world.accepted() == ["Number 0"]
    assert one.url
    assert outcomes(one) == ["unsure"]


def test_an_answer_lost_before_acceptance_is_sent_again_only_after_it_has_settled(world, one):
    world.switch(lost_before=1.0)
    soon = clock.now() + timedelta(seconds=5)
    world.send(lambda: Delivery.objects.filter(state="unsure", next_at__gt=soon).exists())
    world.switch(lost_before=0)
    settled()
    world.send()
    assert world.accepted() == ["Number 0"]
    assert outcomes(one) == ["unsure", "sent"]


def test_where_nothing_can_tell_a_person_is_asked_and_the_channel_goes_on(world):
    world.channels = world.channels[:1]
    first, second = world.plan(each=2)
    world.switch(lost_after=1.0, keys="ignored")
    world.send(lambda: Delivery.objects.get(pk=first.pk).state == "unsure")
    world.switch(lost_after=0)
    assert Delivery.objects.get(pk=second.pk).state == "queued"
    ago = clock.now() - timedelta(minutes=11)
    Delivery.objects.filter(pk=first.pk).update(armed_at=ago, next_at=clock.now())
    world.send(lambda: Delivery.objects.get(pk=second.pk).state == "sent")
    first.refresh_from_db()
    assert (first.state, first.asks_person) == ("unsure", True)
    confirm(world.cast.by("publisher"), first, url="https://practice.test/@north/1")
    assert states() == ["sent", "sent"]


def test_a_person_who_found_nothing_has_it_sent_again(world, one):
    world.switch(lost_before=1.0, keys="ignored")
    world.send(lambda: Delivery.objects.get().state == "unsure")
    Delivery.objects.update(asks_person=True)
    world.switch(lost_before=0)
    deny(world.cast.by("publisher"), one)
    world.send()
    assert (states(), world.accepted()) == (["sent"], ["Number 0"])


def test_under_a_hold_nothing_leaves_and_what_was_due_waits_for_a_decision(world, one):
    hold = press(world.cast.by("on_call"), world.cast.organisation, reason="Earthquake")
    world.send(lambda: Delivery.objects.get().state == "held")
    assert world.accepted() == []
    with pytest.raises(IllegalMove):
        release(world.cast.by("publisher"), one)
    lift(world.cast.by("owner"), hold)
    world.send()
    assert (states(), world.accepted()) == (["held"], [])
    release(world.cast.by("publisher"), one)
    world.send()
    assert (states(), world.accepted()) == (["sent"], ["Number 0"])


def test_a_lifted_hold_leaves_what_is_overdue_to_people_and_the_rest_on_schedule(world):
    hold = press(world.cast.by("on_call"), world.cast.nordics, reason="Recall")
    world.channels = world.channels[:1]
    world.plan(each=2, gap=3600)
    lift(world.cast.by("owner"), hold)
    assert states() == ["held", "queued"]


def test_a_hold_on_one_channel_stops_that_one(world):
    press(world.cast.by("on_call"), world.cast.organisation, reason="Hacked", channel=world.channels[0])
    world.plan()
    world.send()
    assert states() == ["held", "sent", "sent"]


def check(world, one, code: str, state: str = "failed") -> None:
    world.send(lambda: Delivery.objects.get().state not in {"queued", "sending"})
    one.refresh_from_db()
    assert (one.state, one.code, one.asks_person) == (state, code, True)
    assert world.accepted() == []
    assert Entry.objects.filter(action=f"delivery.{state}", thing_id=one.pk).exists()


def test_whoever_scheduled_must_still_be_allowed_to(world, one):
    end_grant(world.cast.by("owner"), world.cast.publisher.grants.get(), reason="Moved on")
    check(world, one, "not_granted")


def test_whoever_scheduled_must_still_be_here(world, one):
    Person.objects.filter(pk=world.cast.publisher.pk).update(is_active=False)
    check(world, one, "not_granted")


def test_what_was_changed_after_approval_does_not_go_out(world, one):
    Variant.objects.update(approved_digest="0" * 64)
    check(world, one, "not_approved")


def test_what_was_changed_in_the_queue_itself_does_not_go_out(world, one):
    Delivery.objects.update(content={**one.content, "text": "Something else"})
    check(world, one, "not_approved")


def test_a_channel_without_connection_waits_for_a_decision(world, one):
    Connection.objects.all().delete()
    check(world, one, "not_connected", "held")


def test_a_key_that_does_not_open_is_said(world, one):
    Connection.objects.update(secret="v1.00000000.AAAA")
    check(world, one, "sealed")


def test_a_picture_that_is_gone_stops_the_post(world, one):
    shown = {**one.content, "media": [{"asset": 1, "sha256": "0", "name": "soup.jpg", "alt": ""}]}
    Variant.objects.update(approved_digest=digest_of(shown))
    Delivery.objects.update(content=shown, digest=digest_of(shown))
    check(world, one, "file_gone")


def left_by_the_dead(armed: bool) -> None:
    """As a worker leaves a delivery when its machine loses power."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE publishing_delivery SET state = 'sending', sender = gen_random_uuid(), tries = 1,"
            " claimed_at = now(), armed_at = CASE WHEN %s THEN now() END",
            [armed],
        )


def test_what_a_dead_worker_had_not_armed_is_sent_by_another(world, one):
    left_by_the_dead(armed=False)
    world.send()
    assert (states(), world.accepted()) == (["sent"], ["Number 0"])


def test_what_a_dead_worker_had_armed_is_looked_for_first(world, one):
    left_by_the_dead(armed=True)
    world.send(lambda: Delivery.objects.get().state == "unsure")
    assert Delivery.objects.get().problem
    settled()
    world.send()
    assert (states(), world.accepted()) == (["sent"], ["Number 0"])


def test_what_is_ours_without_being_in_our_hands_is_given_up(world, one):
    """The answer to a claim can be lost although it was written."""

    async def work() -> None:
        async with sending(world.transport) as sender:
            await apart(
                lambda: Delivery.objects.update(
                    state="sending", sender=sender.ledger.key, claimed_at=clock.now() - timedelta(seconds=20)
                )
            )
            await until(lambda: Delivery.objects.get().state == "sent")

    Delivery.objects.update(next_at=clock.now() + timedelta(hours=1))
    asyncio.run(work())
    assert world.accepted() == ["Number 0"]


def test_a_fault_of_ours_is_visible_and_not_repeated(world, one):
    shown = {k: v for k, v in one.content.items() if k != "text"}
    Variant.objects.update(approved_digest=digest_of(shown))
    Delivery.objects.update(content=shown, digest=digest_of(shown))
    check(world, one, "fault")


def test_a_budget_is_kept_by_all_workers_together(world, monkeypatch):
    practice = connector("practice")
    limit = Limit("posts", 4, 600, Per.PLATFORM, {"publish": 1})
    monkeypatch.setattr(type(practice), "card", replace(practice.card, budgets=(limit,)))
    world.plan(each=1)
    world.send()
    assert sorted(states()) == ["queued", "sent", "sent"]
    waiting = Delivery.objects.get(state="queued")
    assert timedelta(seconds=200) < waiting.next_at - clock.now() < timedelta(seconds=301)
    assert Budget.objects.get().name == "practice posts"


def test_what_the_platform_says_is_left_is_kept_to(world):
    """Two posts in a quarter of an hour: the third waits for its end without asking for a refusal."""
    world.switch("north", limit={"n": 2, "seconds": 900})
    north = world.channels[0]
    world.channels = [north]
    world.plan(each=3)
    world.send(lambda: states().count("sent") == 2)
    world.send(lambda: Delivery.objects.get(state="queued").next_at > clock.now() + timedelta(minutes=14))
    waiting = Delivery.objects.get(state="queued")
    assert waiting.tries == 0
    told = Budget.objects.get(channel=north)
    assert told.told == 0
    assert abs(told.told_until - waiting.next_at) < timedelta(seconds=30)
