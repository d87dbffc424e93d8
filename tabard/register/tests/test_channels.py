"""Channels: added, changed, moved, retired, seen, and who answers for them."""

import pytest
from django.test import Client

from tabard.audit.models import Entry
from tabard.kernel.errors import Denied, IllegalMove, Invalid, Missing
from tabard.kernel.today import needs
from tabard.register import queries
from tabard.register.actions import add_channel, change_channel, move_channel, set_state
from tabard.register.history import history
from tests.cast import make_channel


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_link_is_enough_to_add_a_channel(cast):
    made = add_channel(cast.by("district"), cast.nordics, handle="https://twitter.com/MeridianNorden?s=20")
    assert (made.platform_id, made.handle, made.url) == (
        "x",
        "MeridianNorden",
        "https://x.com/MeridianNorden",
    )
    entry = Entry.objects.get(action="channel.add")
    assert entry.thing_id == made.pk
    assert entry.after["handle"] == "MeridianNorden"


def test_the_same_channel_is_not_added_twice(cast):
    by = cast.by("district")
    add_channel(by, cast.nordics, handle="@Meridian", platform="X")
    with pytest.raises(Invalid, match="in the register already, under Nordics"):
        add_channel(by, cast.nordics, handle="https://x.com/MERIDIAN")


def test_every_field_that_is_wrong_is_named(cast):
    with pytest.raises(Invalid) as refused:
        add_channel(
            cast.by("district"),
            cast.nordics,
            handle="@a",
            platform="x",
            recovery_email="nobody",
            languages="english please",
            followers="many",
        )
    assert set(refused.value.fields) == {"recovery_email", "languages", "followers"}


def test_a_new_handle_keeps_the_former_one(cast):
    by = cast.by("district")
    made = add_channel(by, cast.nordics, handle="@old_name", platform="x")
    changed = change_channel(by, made, handle="@new_name")
    assert (changed.handle, changed.former_handles) == ("new_name", ["old_name"])
    assert change_channel(by, changed, handle="NEW_name").former_handles == ["old_name"]


def test_moving_needs_the_right_in_both_units(cast):
    made = make_channel(cast.nordics, "meridian")
    with pytest.raises(Denied):
        move_channel(cast.by("district"), made, unit=cast.north)
    moved = move_channel(cast.by("regional"), made, unit=cast.north)
    assert moved.unit == cast.north
    with pytest.raises(Missing):
        queries.channel(cast.by("creator"), made.pk)


def test_retiring_asks_why_and_follows_the_machine(cast):
    by, made = cast.by("district"), make_channel(cast.nordics, "meridian")
    with pytest.raises(Invalid):
        set_state(by, made, state="retiring")
    with pytest.raises(IllegalMove):
        set_state(by, made, state="retired", why="Not used")
    set_state(by, made, state="retiring", why="Not used")
    made.refresh_from_db()
    made.retirements.get().steps.update(state="done")  # what is to be done before is tried where it is kept
    set_state(by, made, state="retired", why="Not used")
    assert queries.counts(by, None)["retired"] == 1
    assert "Not used" in history(by, made)[0].note


def test_a_retired_handle_comes_back_only_if_it_is_free(cast):
    by = cast.by("district")
    old = make_channel(cast.nordics, "meridian", state="proposed")
    set_state(by, old, state="retired", why="A mistake")
    add_channel(by, cast.nordics, handle="@meridian@mas.to")
    other = make_channel(cast.nordics, "meridian")
    old.refresh_from_db()
    with pytest.raises(Invalid, match="already"):
        set_state(by, old, state="active")
    assert other.state == "active"


def test_who_answers_falls_back_to_the_unit(cast):
    by = cast.by("regional")
    made = make_channel(cast.nordics, "meridian")
    assert queries.counts(by, None)["no_owner"] == 1
    cast.nordics.lead = cast.district
    cast.nordics.save()
    assert (queries.counts(by, None)["no_owner"], queries.counts(by, None)["one_person"]) == (0, 1)
    made.owner = cast.publisher
    made.save()
    row = queries.row(queries.channel(by, made.pk))
    assert (row.answers, row.backs) == (cast.publisher, cast.district)
    assert queries.counts(by, None)["one_person"] == 0
    cast.publisher.is_active = False
    cast.publisher.save()
    row = queries.row(queries.channel(by, made.pk))
    assert (row.answers, row.backs, row.word) == (cast.district, None, "One person")
    assert queries.channel(by, made.pk).answers_id == cast.district.pk


def test_somebody_who_left_cannot_be_named(cast):
    cast.publisher.is_active = False
    cast.publisher.save()
    with pytest.raises(Invalid, match="has left"):
        add_channel(cast.by("district"), cast.nordics, handle="@a", platform="x", owner=cast.publisher)


def test_the_list_is_found_by_words_links_and_people(cast):
    by = cast.by("regional")
    add_channel(
        by, cast.nordics, handle="@meridian_kok", platform="x", owner=cast.publisher, purpose="Recipes"
    )
    add_channel(by, cast.nordics, handle="@other", platform="x")
    for words in ("recipes", "MERIDIAN_KOK", "tomasz", "https://x.com/meridian_kok", "@meridian_kok"):
        page = queries.channels(by, None, {"q": [words]})
        assert [c.handle for c in page.rows] == ["meridian_kok"], words


def test_a_scope_and_a_grant_each_narrow_the_list(cast):
    make_channel(cast.nordics, "north")
    make_channel(cast.south, "south")
    assert queries.channels(cast.by("owner"), cast.south, {}).count == 1
    assert queries.channels(cast.by("creator"), None, {}).count == 1
    assert queries.channels(cast.by("owner"), None, {}).count == 2


def test_the_number_of_queries_does_not_grow(cast, django_assert_max_num_queries):
    for n in range(30):
        make_channel(cast.nordics, f"meridian{n}", owner=cast.publisher)
    browser = client_of(cast.district)
    browser.get("/register/")
    with django_assert_max_num_queries(25) as seen:
        browser.get("/register/")
    for n in range(30, 45):
        make_channel(cast.nordics, f"meridian{n}", owner=cast.district)
    before = len(seen)
    with django_assert_max_num_queries(before):
        assert browser.get("/register/").status_code == 200


def test_the_screens_of_a_channel(cast):
    browser = client_of(cast.district)
    made = make_channel(cast.nordics, "meridian", second_factor="off")
    for address in (
        "",
        "csv/",
        "new/",
        f"?open={made.pk}",
        f"{made.pk}/",
        f"{made.pk}/?tab=access",
        f"{made.pk}/?tab=history",
        f"{made.pk}/change/",
        f"{made.pk}/move/",
        f"{made.pk}/connect/",
        "?list=work",
        "?sort=-followers",
    ):
        assert browser.get(f"/register/{address}").status_code == 200, address
    answer = browser.post(
        "/register/new/",
        {
            "handle": "https://instagram.com/meridian",
            "unit": cast.nordics.pk,
            "owner": "tomasz.wilk@meridian.example",
        },
    )
    assert answer.status_code == 302
    refused = browser.post("/register/new/", {"handle": "meridian", "unit": cast.nordics.pk})
    assert refused.status_code == 422
    assert "Say on which platform" in refused.content.decode()
    answer = browser.post(f"/register/{made.pk}/state/", {"state": "dormant"}, follow=True)
    assert "is now: Dormant" in answer.content.decode()


def test_a_stranger_finds_nothing(cast):
    made = make_channel(cast.nordics, "meridian")
    browser = client_of(cast.stranger)
    for address in ("", "?tab=access", "change/", "move/", "connect/"):
        assert browser.get(f"/register/{made.pk}/{address}").status_code == 404
    assert "meridian" not in browser.get(f"/register/?open={made.pk}").content.decode().split("<main")[1]
    for address in ("state/", "check/", "disconnect/"):
        assert browser.post(f"/register/{made.pk}/{address}").status_code == 404


def test_a_creator_sees_but_does_not_change(cast):
    made = make_channel(cast.nordics, "meridian")
    browser = client_of(cast.creator)
    assert browser.get(f"/register/{made.pk}/").status_code == 200
    assert browser.get(f"/register/{made.pk}/change/").status_code == 403
    with pytest.raises(Denied):
        change_channel(cast.by("creator"), made, name="x")


def test_today_names_what_is_broken_and_what_nobody_owns(cast):
    make_channel(cast.nordics, "meridian")
    broken = make_channel(cast.nordics, "broken", problem_says="The server ended the access.")
    broken.health = "revoked"
    broken.save()
    titles = [n.title for n in needs(cast.by("district"), None)]
    assert "broken on Mastodon cannot publish" in titles
    assert "2 channels have no owner" in titles
    assert [n for n in needs(cast.by("creator"), None) if "owner" in n.title] == []
