"""The register as of any day, and what changed between two, with the kind of each change."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.kernel import clock
from tabard.org.models import Past
from tabard.register.models import Channel
from tabard.register.past import stood
from tabard.register.then import changed_between
from tests.cast import make_channel

DAY = timedelta(days=1)


@pytest.fixture
def shop(cast):
    """A channel since forty days, while changes have been kept for fifty."""
    Past.objects.filter(kind="reg_since").update(until=clock.now() - 50 * DAY)
    made = make_channel(cast.nordics, "shop", remote_id="77")
    Channel.objects.update(created_at=clock.now() - 40 * DAY)
    return made


def change(channel, days, **facts):
    """Written to the table as anything may write it, so many days ago."""
    begun = clock.now()
    if facts.get("state") == "retired":
        Channel.objects.filter(pk=channel.pk).update(state="retiring")
    Channel.objects.filter(pk=channel.pk).update(**facts)
    Past.objects.filter(until__gte=begun).update(until=clock.now() - days * DAY)


def kinds(cast, first=30, second=0):
    _asked, found = changed_between(
        cast.by("owner"), None, clock.now() - first * DAY, clock.now() - second * DAY
    )
    return {each.change.now.handle: each.change.kinds for each in found}


def test_each_day_has_the_handle_of_that_day(cast, shop):
    change(shop, 20, handle="shop-two")
    change(shop, 10, handle="shop-three")
    at = {n: stood(cast.by("owner"), clock.now() - n * DAY)[shop.pk].handle for n in (30, 15, 5)}
    assert at == {30: "shop", 15: "shop-two", 5: "shop-three"}
    assert shop.pk not in stood(cast.by("owner"), clock.now() - 45 * DAY)


def test_what_was_kept_before_more_was_kept_hides_nothing(cast, shop):
    Past.objects.create(
        kind="channel", thing_id=shop.pk, until=clock.now() - 25 * DAY, value={"unit_id": cast.south.pk}
    )
    change(shop, 10, handle="shop-two")
    was = stood(cast.by("owner"), clock.now() - 30 * DAY)[shop.pk]
    assert (was.handle, was.unit_id) == ("shop", cast.south.pk)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"handle": "store"}, ["renamed"]),
        ({"handle": "SHOP"}, ["corrected"]),
        ({"remote_id": "78"}, ["taken"]),
        ({"handle": "store", "remote_id": "78"}, ["replaced"]),
        ({"state": "retired"}, ["gone"]),
        ({"state": "dormant"}, ["state"]),
        ({"purpose": "Another"}, ["corrected"]),
        ({"handle": "store", "purpose": "Another"}, ["renamed", "corrected"]),
        ({"followers": 12}, None),
    ],
)
def test_a_change_is_of_its_kind(cast, shop, facts, said):
    change(shop, 10, **facts)
    found = kinds(cast)
    assert list(found.values()) == ([said] if said else [])
    assert kinds(cast, 9) == {}


def test_moves_people_and_what_is_new(cast, shop):
    change(shop, 10, unit_id=cast.south.pk, owner_id=cast.creator.pk)
    make_channel(cast.nordics, "fresh")
    assert kinds(cast) == {"shop": ["moved", "people"], "fresh": ["added"]}
    assert kinds(cast, 30, 5) == {"shop": ["moved", "people"]}


def test_what_takes_the_place_of_a_channel_that_is_gone_says_so(cast, shop):
    change(shop, 10, state="retired")
    fresh = make_channel(cast.nordics, "shop-anew")
    _asked, found = changed_between(cast.by("owner"), None, clock.now() - 30 * DAY, clock.now())
    assert [(c.change.channel_id, c.change.instead_of) for c in found if c.change.instead_of] == [
        (fresh.pk, shop.pk)
    ]


def test_a_channel_that_left_what_one_may_see_is_not_told_of(cast, shop):
    change(shop, 10, unit_id=cast.south.pk)
    who = cast.by("creator")
    assert shop.pk not in stood(who, clock.now() - 30 * DAY)


def test_it_asks_equally_often_whatever_there_is(cast, shop):
    change(shop, 10, name="Another")
    with CaptureQueriesContext(connection) as few:
        kinds(cast)
    for number in range(20):
        change(make_channel(cast.nordics, f"more{number}"), 5, name=f"More {number}")
    with CaptureQueriesContext(connection) as many:
        kinds(cast)
    assert len(few) == len(many)


def test_the_screens_show_it_and_say_what_they_cannot_know(cast, shop, client):
    change(shop, 10, handle="store")
    client.force_login(cast.owner)
    today, before = clock.now().date(), (clock.now() - 20 * DAY).date()
    assert b">shop<" in client.get(f"/register/then/?day={before}").content
    page = client.get(f"/register/changes/?from={before}&to={today}").content.decode()
    assert "Renamed" in page
    assert "shop</span> → <span" in page
    assert "store" not in client.get("/register/changes/?kind=gone").content.decode()
    assert "is known since" in client.get("/register/then/?day=2001-01-01").content.decode()
    answer = client.get("/register/then/?day=2026-02-30")
    assert answer.status_code == 422
    assert "2026-02-30" in answer.content.decode()


def test_both_are_files_too(cast, shop, client):
    change(shop, 10, handle="=store")
    client.force_login(cast.owner)
    rows = b"".join(client.get("/register/changes/csv/").streaming_content).decode()
    assert "'=store" in rows
    assert "Renamed" in rows


def test_the_api_tells_the_same(cast, shop, client):
    change(shop, 10, handle="store")
    client.force_login(cast.owner)
    since = (clock.now() - 20 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    (found,) = client.get(f"/api/v1/channels/changes?since={since}").json()["changes"]
    assert (found["kinds"], found["changed"], found["before"]["handle"]) == (["renamed"], ["handle"], "shop")
    then = client.get(f"/api/v1/channels/then?at={since}").json()["channels"]
    assert [each["handle"] for each in then] == ["shop"]
