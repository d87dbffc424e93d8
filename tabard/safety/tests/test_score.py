"""How safe: from facts that are known, the database and the rules of one mind, and the next step named."""

from datetime import timedelta

import pytest
from django.db.models import BooleanField, Value

from tabard.access.actions import leave
from tabard.access.models import Source
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.org.actions import change_unit
from tabard.register.models import Connection
from tabard.safety import actions, facts
from tabard.safety.models import Rotation
from tabard.safety.queries import score, unit_score
from tabard.safety.rules import points
from tests.cast import make_channel


def found(cast, channel):
    made = score.channel_safety(cast.by("owner"), channel.pk)
    return answers(made)


def answers(channel):
    return {fact.name: answer for fact, answer in score.values(channel)}


def test_what_nobody_knows_counts_neither_way():
    weights = {"a": 30, "b": 20, "c": 10}
    assert points({"a": True, "b": None, "c": None}, weights) == 100
    assert points({"a": True, "b": False, "c": None}, weights) == 60
    assert points({"a": False, "b": None, "c": None}, weights) == 0
    assert points(dict.fromkeys(weights), weights) is None


def test_a_channel_of_which_little_is_known(cast):
    channel = make_channel(cast.nordics, "bare")
    channel.health = "unconnected"
    channel.save()
    assert found(cast, channel) == {
        "second_factor": None,
        "leavers": None,
        "key": None,
        "admins": None,
        "admin_list": None,
        "recovery": None,
        "changed": None,
        "in_time": None,
        "two_people": False,
    }


@pytest.mark.parametrize(
    ("given", "name", "well"),
    [
        ({"second_factor": "on"}, "second_factor", True),
        ({"second_factor": "off"}, "second_factor", False),
        ({"admins": ["a", "b"]}, "admins", True),
        ({"admins": ["a"]}, "admins", False),
        ({"recovery_email": "press@meridian.example"}, "recovery", True),
        ({"recovery_email": "Press@Meridian.Example"}, "recovery", True),
        ({"recovery_email": "somebody@gmail.com"}, "recovery", False),
        ({"recovery_email": "x@evilmeridian.example"}, "recovery", False),
        ({"health": "failing"}, "key", False),
        ({"health": "healthy"}, "key", True),
    ],
)
def test_each_fact_of_the_register(cast, given, name, well):
    channel = make_channel(cast.nordics, "one")
    for field, value in given.items():
        setattr(channel, field, value)
    channel.save()
    assert found(cast, channel)[name] is well


def test_who_reads_the_recovery_mails_and_what_sources_speak_for(cast):
    channel = make_channel(cast.nordics, "one", recovery_owner=cast.creator)
    assert found(cast, channel)["recovery"] is True
    channel.recovery_owner, channel.recovery_email = None, "x@soups.example"
    channel.save()
    assert found(cast, channel)["recovery"] is False
    Source.objects.create(slug="s", name="S", unit=cast.organisation, domains=["soups.example"])
    assert found(cast, channel)["recovery"] is True


def test_a_key_that_ends_soon(cast):
    channel = make_channel(cast.nordics, "one")
    made = Connection.objects.create(channel=channel, connected_at=clock.now(), connected_by=cast.creator)
    assert (found(cast, channel)["key"], found(cast, channel)["leavers"]) == (True, True)
    made.expires_at = clock.now() + timedelta(days=13)
    made.save()
    assert found(cast, channel)["key"] is False


def test_somebody_leaves_and_the_password_is_changed(cast, channel, kept, now):
    assert found(cast, channel)["second_factor"] is True, "there are codes for it"
    assert found(cast, channel)["leavers"] is True
    assert found(cast, channel)["in_time"] is None
    actions.take(cast.by("publisher"), kept)
    actions.look(cast.by("publisher"), kept)
    leave(cast.by("owner"), cast.publisher, reason="Retired")
    assert found(cast, channel)["leavers"] is False
    assert found(cast, channel)["changed"] is None, "since when it stands is not known"
    assert found(cast, channel)["in_time"] is True
    with clock.at(now + timedelta(days=4)):
        assert found(cast, channel)["in_time"] is False
        actions.set_password(cast.by("owner"), kept)
        after = found(cast, channel)
        assert (after["leavers"], after["changed"], after["in_time"]) == (True, True, True)
    with clock.at(now + timedelta(days=5)):
        leave(cast.by("owner"), cast.creator, reason="Retired")
        assert found(cast, channel)["changed"] is False
    assert Rotation.objects.filter(state="done").count() == 1


def test_the_database_and_the_rules_agree_and_the_worst_come_first(cast, channel, kept):
    for n, second in enumerate(["on", "off", "unknown", "off"]):
        one = make_channel(cast.nordics, f"c{n}", second_factor=second, admins=["a"] * n)
        one.health = ["healthy", "failing", "unconnected", "healthy"][n]
        one.recovery_email = ["", "x@gmail.com", "", "x@meridian.example"][n]
        one.save()
    page = score.safety(cast.by("owner"), None, {})
    said = [score.score_of(c) for c in page.rows]
    assert said == sorted(said)
    weights = {f.name: f.weight for f in facts.facts()}
    assert said == [points(answers(c), weights) for c in page.rows]
    every = {f"fact_{f.name}": f.ask() for f in facts.facts()}
    asked = {c.pk: c for c in score.scored(cast.by("owner"), None).annotate(**every)}
    for each in page.rows:
        for f in facts.facts():
            assert answers(each)[f.name] is getattr(asked[each.pk], f"fact_{f.name}")
    assert len(set(said)) > 2
    for f in facts.facts():
        for name, answer in (("wrong", False), ("unknown", None)):
            there = score.safety(cast.by("owner"), None, {name: [f.name]}).rows
            assert {c.pk for c in there} == {c.pk for c in page.rows if answers(c)[f.name] is answer}
    worst = score.safety(cast.by("owner"), None, {"wrong": ["second_factor"], "level": ["bad"]})
    assert {c.handle for c in worst.rows} <= {"c1", "c3"}
    assert score.safety(cast.by("stranger"), None, {}).rows == []


def test_the_next_step_and_who_does_it(cast, channel):
    change_unit(command_line(), cast.nordics, lead=cast.district)
    steps = {s.name: s for s in score.steps(score.channel_safety(cast.by("owner"), channel.pk))}
    assert steps["two_people"].well is True
    assert steps["second_factor"].who == cast.publisher
    assert steps["second_factor"].url == f"/register/{channel.pk}/change/"
    assert list(steps)[-1] in {"two_people", "key"}


def test_units_are_the_mean_of_their_channels(cast):
    make_channel(cast.nordics, "a", second_factor="on", owner=cast.creator, deputy=cast.district)
    make_channel(cast.nordics, "b", second_factor="off")
    rows = {u: u.of for u in unit_score.units(cast.by("owner"), None, {}).rows}
    scores = [score.score_of(c) for c in score.scored(cast.by("owner"), None)]
    assert rows[cast.nordics].points == rows[cast.organisation].points == round(sum(scores) / 2)
    assert (rows[cast.north].channels, rows[cast.north].bad) == (2, 1)
    assert cast.south not in rows
    assert unit_score.units(cast.by("stranger"), None, {}).rows == []


def test_units_are_sorted_narrowed_searched_and_exported(cast, client):
    make_channel(cast.nordics, "a", second_factor="off", admins=["a"], recovery_email="x@gmail.com")
    make_channel(cast.south, "b", second_factor="on", owner=cast.creator, deputy=cast.district)
    owner = cast.by("owner")
    page = unit_score.units(owner, None, {})
    means = [u.of.points for u in page.rows]
    assert means == sorted(means)
    assert page.rows[-1] == cast.south
    best = unit_score.units(owner, None, {"sort": ["best"], "size": ["1"]})
    assert (best.rows, best.count) == ([cast.south], len(means))
    after = unit_score.units(owner, None, {"sort": ["best"], "size": ["50"], "after": [best.older]})
    assert [u.of.points for u in after.rows] == means[::-1][1:]
    bad = unit_score.units(owner, None, {"level": ["bad"]}).rows
    assert {u.pk for u in bad} == {u.pk for u in page.rows if u.of.points < 50}
    assert unit_score.units(owner, None, {"q": ["nordics"]}).rows == [cast.nordics]
    assert {u.name for u in unit_score.units(owner, cast.north, {}).rows} <= {"Region North", "Nordics"}
    client.force_login(cast.owner)
    told = client.get("/safety/units/csv/?q=nordics").getvalue().decode().splitlines()
    assert told[1].startswith(f"Nordics,{bad[0].of.points},1,")
    shown = client.get("/api/v1/safety/units?sort=best&size=1").json()
    assert (shown["items"][0]["unit_id"], shown["count"]) == (cast.south.pk, len(means))


def test_an_app_above_may_add_a_fact(cast, channel, monkeypatch):
    monkeypatch.setattr(facts, "_facts", list(facts._facts))
    before = score.score_of(score.channel_safety(cast.by("owner"), channel.pk))
    no = Value(False, output_field=BooleanField(null=True))
    facts.fact(facts.Fact("strangers", 50, "None", "A stranger administers it", "?", "Ask", lambda: no))
    after = score.channel_safety(cast.by("owner"), channel.pk)
    assert score.score_of(after) < before
    assert score.steps(after)[0].said == "A stranger administers it"


def test_the_screens_and_the_api(cast, channel, kept, client):
    client.force_login(cast.owner)
    unit = f"/units/{cast.nordics.pk}/safety/"
    for page in ("/safety/", "/safety/units/", unit, f"/register/{channel.pk}/safety/"):
        assert client.get(page).status_code == 200
    assert "Nordics on Mastodon" in client.get(f"/register/{channel.pk}/safety/").content.decode()
    assert f"/register/{channel.pk}/safety/" in client.get(f"/register/{channel.pk}/").content.decode()
    assert unit in client.get(f"/units/{cast.nordics.pk}/").content.decode()
    listed = client.get("/safety/csv/").getvalue().decode().splitlines()
    assert listed[0].count(",") == 6
    client.force_login(cast.analyst)
    shown = client.get(f"/register/{channel.pk}/safety/").content.decode()
    assert "Nordics on Mastodon" not in shown, "that there is a credential is told to those who may know"
