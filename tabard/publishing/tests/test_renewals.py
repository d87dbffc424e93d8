"""A delivery that meets an ended access renews it and goes on: nothing is lost, nothing goes out twice."""

import asyncio

import httpx
import pytest

from tabard.publishing.models import Delivery
from tabard.register.models import Connection
from tests.cast import cast as build
from tests.harbour.server import connected, harbour_at_work
from tests.sending import plan, sending, still, until


@pytest.fixture
def cast(own_database):
    return build()


@pytest.fixture
def harbour():
    with harbour_at_work() as net:
        yield net


@pytest.fixture
def pier(cast, harbour):
    return connected(harbour, cast.nordics)


def send():
    async def work():
        async with sending(httpx.AsyncHTTPTransport()):
            await until(still)

    asyncio.run(work())


def test_an_access_that_ended_before_is_renewed_and_everything_goes_out_once(cast, harbour, pier):
    other = connected(harbour, cast.nordics, "quay")
    plan([pier, other], cast.publisher, each=3)
    harbour.expire()
    harbour.slow = 0.5
    send()
    assert {d.state for d in Delivery.objects.all()} == {"sent"}
    assert len(harbour.posts) == 6
    assert sorted(harbour.renewals) == ["refresh-1", "refresh-2"]
    assert set(Delivery.objects.values_list("tries", flat=True)) == {1}


def test_an_access_that_ends_in_the_moment_of_posting_is_renewed_and_nothing_is_doubled(cast, harbour, pier):
    plan([pier], cast.publisher, each=2)
    harbour.ends_at_post = True
    send()
    assert {d.state for d in Delivery.objects.all()} == {"sent"}
    assert len(harbour.posts) == 2
    assert len({post["key"] for post in harbour.posts}) == 2
    assert harbour.renewals == ["refresh-1"]


def test_an_access_that_cannot_be_renewed_stops_its_channel_and_says_so(cast, harbour, pier):
    plan([pier], cast.publisher, each=2)
    harbour.expire()
    harbour.refresh.clear()
    send()
    pier.refresh_from_db()
    assert sorted(d.state for d in Delivery.objects.all()) == ["failed", "held"]
    assert (pier.health, bool(pier.problem)) == ("revoked", True)
    assert harbour.posts == []


def test_a_renewal_that_fails_for_now_is_tried_again(cast, harbour, pier):
    plan([pier], cast.publisher)
    harbour.expire()
    harbour.broken = True
    send()
    found = Delivery.objects.get()
    assert (found.state, found.tries) == ("queued", 1)
    assert harbour.posts == []
    harbour.broken = False
    Delivery.objects.update(next_at=found.due_at)
    send()
    assert (Delivery.objects.get().state, len(harbour.posts)) == ("sent", 1)
    assert Connection.objects.get().renewing_at is None
