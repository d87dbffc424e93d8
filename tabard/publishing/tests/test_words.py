"""What a delivery says of its problem, in the language of who reads; and where its post stands."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tabard.calendar.queries import one_day
from tabard.kernel.sentences import sentence
from tabard.posts.models import Post
from tabard.publishing.actions import release
from tabard.publishing.models import Delivery
from tabard.publishing.rules import to_do
from tests.sending import make_channels, plan


@pytest.fixture
def held(cast) -> list[Delivery]:
    """A post of 17 March, stopped by a hold on both of its channels."""
    channels = make_channels(cast.nordics, "http://practice.test", {"one": "1", "two": "2"})
    plan(channels, cast.publisher, due=datetime(2027, 3, 17, 8, tzinfo=UTC))
    Post.objects.update(due_date=date(2027, 3, 17), due_time="09:00", zone="Europe/Oslo")
    Delivery.objects.update(state="held", asks_person=True)
    return list(Delivery.objects.order_by("pk"))


def test_a_problem_is_read_in_each_readers_language(world, client):
    world.channels = world.channels[:1]
    (delivery,) = world.plan()
    world.switch(refuse="Not in the mood")
    world.send()
    delivery.refresh_from_db()
    assert delivery.problem == "The platform refused it: Not in the mood"
    client.force_login(world.cast.publisher)
    assert client.post("/look/", {"language": "bg"}).status_code == 302
    page = client.get(f"/deliveries/{delivery.pk}/").content.decode()
    assert "Платформата отказа: Not in the mood" in page
    assert "refused it" not in page
    with translation.override("bg"):
        assert delivery.attempts.get().detail == delivery.problem
        assert delivery.to_do in page


def test_sentences_without_facts_and_odd_facts_do_no_harm():
    assert sentence("100% of it was refused", {}) == "100% of it was refused"
    assert sentence("100% of it", {"host": "x"}) == "100% of it"
    assert sentence("%(host)s is away", {"port": 1}) == "%(host)s is away"


@pytest.mark.parametrize("state", ["queued", "failed", "held", "unsure", "sent"])
def test_every_state_says_what_to_do(state):
    assert to_do(state, "never_heard_of", state != "queued")


def test_what_is_let_go_at_another_time_stands_there_in_the_calendar(cast, held):
    def hours_of(day: int) -> list[str]:
        there = one_day(cast.by("creator"), None, date(2027, 3, day), "Europe/Oslo", {})
        return [f"{row.post.due_time:%H:%M}" for row in there.rows]

    by, (first, second) = cast.by("publisher"), held
    assert len(hours_of(17)) == 1
    release(by, first, due_at=datetime(2027, 3, 19, 9, 30, tzinfo=UTC))
    assert (hours_of(17), hours_of(19)) == ([], ["10:30"])
    release(by, second, due_at=datetime(2027, 3, 18, 7, tzinfo=UTC))
    assert (hours_of(18), hours_of(19)) == (["08:00"], [])
