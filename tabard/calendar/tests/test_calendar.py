"""The calendar: days where the viewer is, the month, the list, and the API."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tabard.calendar.queries import month, one_day
from tabard.calendar.rules import month_days
from tabard.posts.actions import make_post
from tabard.posts.models import Post


@pytest.fixture
def planned(cast):
    """Six posts on one day of March, one just after midnight in Oslo."""
    posts = []
    for n in range(6):
        post = make_post(cast.by("creator"), cast.nordics, title=f"Soup {n}")
        Post.objects.filter(pk=post.pk).update(due_at=datetime(2027, 3, 17, 8 + n, tzinfo=UTC))
        posts.append(post)
    late = make_post(cast.by("creator"), cast.nordics, title="Night soup")
    Post.objects.filter(pk=late.pk).update(due_at=datetime(2027, 3, 17, 23, 30, tzinfo=UTC))
    return [*posts, late]


def test_a_month_is_whole_weeks_from_monday():
    days = month_days(2027, 3, "Europe/Oslo")
    assert (days[0].date, len(days) % 7, days[0].date.weekday()) == (date(2027, 3, 1), 0, 0)


def test_the_day_the_clocks_change_has_23_hours():
    day = next(d for d in month_days(2027, 3, "Europe/Oslo") if d.date == date(2027, 3, 28))
    assert day.ends - day.begins == timedelta(hours=23)


def test_a_busy_day_shows_the_first_and_counts_the_rest(cast, planned):
    page = month(cast.by("creator"), None, date(2027, 3, 1), "UTC", {})
    day = next(d for w in page.weeks for d in w.days if d.day.date == date(2027, 3, 17))
    assert ([r.post.title for r in day.rows], day.more) == (["Soup 0", "Soup 1", "Soup 2", "Soup 3"], 3)


def test_a_post_stands_on_the_day_it_is_where_the_viewer_is(cast, planned):
    by = cast.by("creator")
    assert one_day(by, None, date(2027, 3, 18), "Europe/Oslo", {}).count == 1
    assert one_day(by, None, date(2027, 3, 18), "UTC", {}).count == 0


def test_a_month_costs_the_same_whatever_is_in_it(cast, planned, django_assert_num_queries):
    with django_assert_num_queries(6):
        month(cast.by("owner"), None, date(2027, 3, 1), "UTC", {})


def test_a_stranger_sees_an_empty_month(cast, planned):
    assert month(cast.by("stranger"), None, date(2027, 3, 1), "UTC", {}).count == 0


@pytest.mark.parametrize("path", ["", "list/", "day/", "csv/"])
def test_every_page_opens(client, cast, planned, path):
    client.force_login(cast.creator)
    assert client.get(f"/calendar/{path}?on=2027-03-17").status_code == 200


def test_a_day_that_does_not_exist_is_said(client, cast):
    client.force_login(cast.creator)
    assert client.get("/calendar/?on=2027-02-30").status_code == 422


def test_the_api_gives_what_is_due(client, cast, planned):
    client.force_login(cast.creator)
    found = client.get("/api/v1/calendar?begins=2027-03-17T00:00:00Z&ends=2027-03-18T00:00:00Z").json()[
        "items"
    ]
    assert [p["title"] for p in found][:2] == ["Soup 0", "Soup 1"]
