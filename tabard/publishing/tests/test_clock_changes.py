"""The nights on which clocks change, from the form to the network: it leaves when the wall clock shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tabard.approvals.actions import decide
from tabard.approvals.models import Approval
from tabard.kernel import clock
from tabard.posts.actions import make_post, schedule, submit
from tabard.publishing.models import Delivery

EARLY = timedelta(seconds=1.5)
# Zone, what the wall clock shall show, and the moment at which it does.
NIGHTS = [
    ("America/New_York", "2027-03-14T03:00", "2027-03-14T07:00"),  # the first minute after the gap
    ("Europe/Sofia", "2027-03-28T02:59", "2027-03-28T00:59"),
    ("Europe/Sofia", "2027-03-28T04:00", "2027-03-28T01:00"),
    ("Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45"),  # twice, half an hour apart
    ("Europe/Sofia", "2027-10-31T03:30", "2027-10-31T00:30"),  # twice: the first
    ("Europe/Sofia", "2027-10-31T04:00", "2027-10-31T02:00"),
    ("America/New_York", "2027-11-07T01:30", "2027-11-07T05:30"),
]


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """The database's clock and ours go on from `moment`: its `now()` is found before the built-in one."""
    ahead = moment - datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS told")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION told.now() RETURNS timestamptz LANGUAGE sql STABLE AS "
            f"$$ SELECT pg_catalog.now() + interval '{ahead.total_seconds()} seconds' $$"
        )
        name = connection.settings_dict["NAME"]
        cursor.execute(f'ALTER DATABASE "{name}" SET search_path = told, pg_catalog, public')
    connection.close()
    connection.close_pool()
    with clock.at(moment):
        yield


def test_it_leaves_at_the_second_that_was_meant(world):
    """Asked for the day before, approved, scheduled; the sender starts before the moment and waits for it."""
    cast, channel = world.cast, world.channels[0]
    for zone, wall, utc in NIGHTS:
        due, meant = datetime.fromisoformat(utc + "+00:00"), datetime.fromisoformat(wall)
        with clock.at(due - timedelta(days=1)):
            post = make_post(cast.by("creator"), cast.nordics, title=wall, text=wall, channels=[channel])
            submit(cast.by("creator"), post)
            for asked in Approval.objects.filter(group_id=post.pk, state="asked"):
                decide(cast.by("approver"), asked, yes=True, digest=asked.digest)
            schedule(cast.by("publisher"), post, due_date=meant.date(), due_time=meant.time(), zone=zone)
        delivery = Delivery.objects.get(post=post)
        assert delivery.due_at == due, (zone, wall)
        with told(due - EARLY):
            world.send(lambda one=delivery.pk: Delivery.objects.get(pk=one).state == "sent")
        delivery.refresh_from_db()
        assert timedelta(0) <= delivery.sent_at - due < timedelta(seconds=3), (zone, wall, delivery.sent_at)
    assert world.accepted() == [wall for _zone, wall, _utc in NIGHTS]


@pytest.mark.usefixtures("world")
def test_the_told_clock_is_the_one_the_sender_asks():
    with told(datetime(2027, 10, 31, tzinfo=UTC)), connection.cursor() as cursor:
        cursor.execute("SELECT extract(year FROM now())")
        assert cursor.fetchone() == (2027,)
