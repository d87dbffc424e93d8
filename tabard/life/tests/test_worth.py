"""Whether a channel is needed: what is found of it, what that comes to, and what is decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid, Overtaken
from tabard.kernel.today import needs
from tabard.life import actions, running, worth_queries
from tabard.life import worth_rules as rules
from tabard.life.models import FollowerCount, Retirement, Worth
from tabard.org.actions import set_policy
from tabard.register.models import Channel
from tests.cast import make_channel

TODAY = date(2026, 11, 23)


@pytest.fixture
def quiet(cast):
    """A channel of the Nordics in which nobody has posted for long."""
    last = clock.now() - timedelta(days=400)
    return make_channel(cast.nordics, "oldsoups", "x", owner=cast.creator, last_activity_at=last)


def worth_of(channel):
    running.look()
    return Worth.objects.get(channel=channel)


def codes(channel):
    return [code for code, _said in worth_of(channel).reasons]


def in_days(days):
    return clock.today() + timedelta(days=days)


def test_what_speaks_against_it_comes_to_a_verdict(quiet):
    worth = worth_of(quiet)
    assert {"silent", "dead", "no_audience"} <= {code for code, _said in worth.reasons}
    assert worth.verdict == "doubtful"
    assert worth.points == sum(r.points for r in worth_queries.reasons(worth))
    Channel.objects.filter(pk=quiet.pk).update(last_activity_at=clock.now())
    assert worth_of(quiet).verdict == "needed"


def test_nothing_is_written_where_nothing_is_new(quiet):
    assert running.look()
    assert not running.look()
    with clock.at(clock.now() + timedelta(hours=2)):
        assert not running.look()


def test_silent_by_the_policy_for_its_purpose(cast, quiet):
    line = ["x: 730"]
    set_policy(cast.by("owner"), cast.organisation, matter="silent_days_for", value=line)
    assert "silent" not in codes(quiet)


def test_usual_is_the_median_of_three_and_no_fewer(cast):
    made = [make_channel(cast.nordics, f"soups{n}", "x", followers=n) for n in (10, 1000)]
    assert "followers" not in worth_of(made[0]).usual
    make_channel(cast.south, "soups9", "x", followers=2000)
    assert worth_of(made[0]).usual["followers"] == 1000
    assert "few_followers" in codes(made[0])


def test_followers_are_kept_and_compared(cast):
    channel = make_channel(cast.nordics, "soups", "x", followers=1000)
    running.look()
    for days, followers in ((20, 900), (95, 800)):
        with clock.at(clock.now() + timedelta(days=days)):
            Channel.objects.filter(pk=channel.pk).update(followers=followers)
            running.look()
            running.look()
    assert [c.followers for c in FollowerCount.objects.filter(channel=channel)] == [1000, 900, 800]
    worth = Worth.objects.get(channel=channel)
    assert worth.figures["growth"] == -20
    assert "shrinking" in [code for code, _said in worth.reasons]


@pytest.mark.parametrize(
    ("counts", "now", "growth"),
    [
        ([], 10, {}),
        ([(TODAY - timedelta(days=10), 5)], 10, {}),
        ([(TODAY - timedelta(days=40), 5)], 10, {"growth": 100, "growth_since": "2026-10-14"}),
        ([(TODAY - timedelta(days=400), 0)], 10, {}),
        ([(TODAY - timedelta(days=400), 5)], None, {}),
        ([(TODAY - timedelta(days=400), 20)], 10, {"growth": -50, "growth_since": "2026-08-25"}),
    ],
)
def test_growth_is_said_only_where_the_past_is_known(counts, now, growth):
    assert rules.growth(counts, now, TODAY) == growth


def test_kept_it_is_asked_again_on_its_day(cast, quiet):
    running.look()
    by, day = cast.by("district"), in_days(30)
    for wrong in (None, in_days(0), in_days(2000)):
        with pytest.raises(Invalid):
            actions.keep_channel(by, quiet, reason="The market is in June", ask_on=wrong)
    with pytest.raises(Invalid):
        actions.keep_channel(by, quiet, reason=" ", ask_on=day)
    actions.keep_channel(by, quiet, reason="The market is in June", ask_on=day)
    assert not worth_queries.worths(by, None, {}).rows
    assert [w.channel for w in worth_queries.worths(by, None, {"state": ["kept"]}).rows] == [quiet]
    said = "1 channel is to be asked about again"
    assert said not in [need.title for need in needs(by, None)]
    with clock.at(clock.now() + timedelta(days=31)):
        assert said in [need.title for need in needs(by, None)]
        assert said not in [need.title for need in needs(cast.by("stranger"), None)]
        assert [w.channel for w in worth_queries.worths(by, None, {}).rows] == [quiet]


def test_merged_it_begins_to_go_and_says_where_to(cast, quiet):
    into = make_channel(cast.nordics, "soups", "x")
    with pytest.raises(Invalid):
        actions.merge_channel(cast.by("district"), quiet, into=quiet, reason="The same")
    gone = make_channel(cast.nordics, "gone", "x", state="proposed")
    with pytest.raises(Invalid):
        actions.merge_channel(cast.by("district"), quiet, into=gone, reason="The same")
    actions.merge_channel(cast.by("district"), quiet, into=into, reason="The same recipes")
    quiet.refresh_from_db()
    assert quiet.state == "retiring"
    assert Retirement.objects.get(channel=quiet).into == into
    for again in (actions.retire_channel, actions.keep_channel):
        more = {"ask_on": in_days(5)} if again is actions.keep_channel else {}
        with pytest.raises(Conflict):
            again(cast.by("district"), quiet, reason="x", **more)


def test_a_proposed_one_is_gone_at_once(cast):
    channel = make_channel(cast.nordics, "new", "x", state="proposed")
    actions.retire_channel(cast.by("district"), channel, reason="Never opened")
    channel.refresh_from_db()
    assert channel.state == "retired"


def test_what_it_takes_is_weighed_at_once(cast):
    made = [make_channel(cast.nordics, f"soups{n}", "x") for n in range(4)]
    by = cast.by("district")
    for channel in made[:3]:
        actions.note_upkeep(by, channel, hours=4)
    running.look()
    worth = actions.note_upkeep(by, made[3], hours=40, cost=100)
    assert worth.usual["hours"] == 4
    assert "hours" in [code for code, _said in worth.reasons]
    assert codes(made[3])[-1:] != ["cost"]
    for wrong in ({"hours": -1}, {"cost": 10**9}):
        with pytest.raises(Invalid):
            actions.note_upkeep(by, made[3], **wrong)
    with pytest.raises(Overtaken):
        actions.note_upkeep(by, made[3], hours=1, was={"hours": "4"})


@pytest.mark.parametrize("who", ["creator", "publisher", "approver", "stranger"])
def test_who_may_not_edit_decides_nothing(cast, quiet, who):
    by = cast.by(who)
    for act in (
        lambda: actions.keep_channel(by, quiet, reason="x", ask_on=in_days(5)),
        lambda: actions.retire_channel(by, quiet, reason="x"),
        lambda: actions.merge_channel(by, quiet, into=make_channel(cast.south, "s", "x"), reason="x"),
        lambda: actions.note_upkeep(by, quiet, hours=1),
        lambda: actions.look_at_worth(by, cast.organisation),
    ):
        with pytest.raises(Denied):
            act()
    with pytest.raises(Invalid):
        actions.look_at_worth(cast.by("owner"), cast.north)


def test_a_channel_is_named_by_handle_link_or_id_within_reach(cast):
    channel = make_channel(cast.nordics, "soups", "x")
    by = cast.by("district")
    for typed in ("soups", "@Soups", "https://twitter.com/soups", str(channel.pk)):
        assert worth_queries.into_named(by, typed) == channel
    make_channel(cast.nordics, "soups", "instagram")
    for typed in ("soups", "", "nobody", "https://x.com/nobody"):
        with pytest.raises(Invalid):
            worth_queries.into_named(by, typed)
    with pytest.raises(Invalid):
        worth_queries.into_named(cast.by("stranger"), "https://x.com/soups")


def test_through_the_screens(cast, quiet):
    browser = Client()
    browser.force_login(cast.owner)
    browser.post(reverse("needed"))
    assert b"oldsoups" in browser.get(reverse("needed") + "?verdict=doubtful").content
    assert b"oldsoups" in b"".join(browser.get(reverse("needed_csv")).streaming_content)
    page = reverse("channel_needed", args=[quiet.pk])
    assert b"Silent for more than a year" in browser.get(page).content
    for wrong in (
        {"do": "keep", "reason": "x", "ask_on": "soon"},
        {"do": "merge", "reason": "x", "into": "nobody"},
        {"do": "upkeep", "hours": "many"},
        {"do": "upkeep", "hours": "-1"},
    ):
        assert browser.post(page, wrong).status_code == 422, wrong
    assert browser.post(page, {"do": "upkeep", "hours": "3", "cost": ""}).status_code == 302
    make_channel(cast.nordics, "soups", "x")
    browser.post(page, {"do": "merge", "reason": "The same", "into": "@soups"})
    assert b"soups" in browser.get(reverse("channel_retirement", args=[quiet.pk])).content
    assert b"Merged into another" in browser.get(page).content


def test_older_ones_on_their_way_out_get_a_checklist(cast):
    channel = make_channel(cast.nordics, "older", "x")
    Channel.objects.filter(pk=channel.pk).update(state="retiring")
    assert running.give_checklists() == 1
    assert running.give_checklists() == 0
    made = Retirement.objects.get(channel=channel)
    assert made.steps.first().due_on > clock.today()
