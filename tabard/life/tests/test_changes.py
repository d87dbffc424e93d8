"""What we do on platforms, what they change, whom it touches, and who sees to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tabard.access.actions import make_token
from tabard.connectors import registry
from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.today import needs
from tabard.life import actions, changes
from tabard.life.models import PlatformChange
from tabard.life.platform_facts import dated_facts
from tabard.register.actions import set_stage
from tabard.register.models import Platform
from tabard.register.platforms import platforms
from tabard.register.queries import choosable
from tests.cast import make_channel

CALLED = {
    "platform": "practice",
    "title": "Pictures are smaller",
    "what": "Pictures above 5 MB are refused.",
    "source": "https://practice.example/news",
}


def said(**more):
    return {**CALLED, "takes_effect": clock.today() + timedelta(days=20), **more}


@pytest.fixture
def change(cast):
    return actions.add_change(cast.by("owner"), cast.organisation, owner=cast.creator, **said())


def titles(cast, who):
    return [need.title for need in needs(cast.by(who), None)]


def test_facts_are_of_platforms_there_are_and_in_both_languages():
    keys = [fact.key for fact in dated_facts()]
    assert len(keys) == len(set(keys)) >= 8
    for fact in dated_facts():
        assert fact.platform in platforms()
        assert fact.source.startswith("https://")
        assert all(1 <= len(text["title"]) <= 200 and text["what"] for text in fact.texts.values())


def test_where_we_leave_nobody_asks_for_a_channel(cast):
    by = cast.by("owner")
    assert "x" in [platform.slug for platform in choosable()]
    set_stage(by, cast.organisation, platform="x", stage="leaving", reason="Too dear")
    assert "x" not in [platform.slug for platform in choosable()]
    asked = {"purpose": "x", "audience": "x", "languages": "en", "why": "x", "answers": cast.creator}
    with pytest.raises(Invalid, match="leaving X"):
        actions.ask(
            by,
            cast.nordics,
            handle="soups",
            platform="x",
            backs=cast.publisher,
            until=clock.today() + timedelta(days=9),
            **asked,
        )
    set_stage(by, cast.organisation, platform="x", stage="using", reason="After all")
    assert Platform.objects.get(slug="x").stage_words == "After all"


@pytest.mark.parametrize(
    "wrong", [{"stage": "loving"}, {"platform": "nowhere"}, {"reason": " "}, {"reason": "x" * 301}]
)
def test_a_stage_is_said_whole(cast, wrong):
    given = {"platform": "x", "stage": "using", "reason": "x", **wrong}
    with pytest.raises(Invalid):
        set_stage(cast.by("owner"), cast.organisation, **given)
    with pytest.raises(Invalid):
        set_stage(cast.by("owner"), cast.nordics, platform="x", stage="using", reason="x")
    with pytest.raises(Denied):
        set_stage(cast.by("district"), cast.organisation, platform="x", stage="using", reason="x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"what": "x" * 1001},
        {"source": "javascript:alert(1)"},
        {"source": "https://[bad"},
        {"takes_effect": None},
        {"due_on": clock.today() - timedelta(days=1)},
        {"due_on": clock.today() + timedelta(days=21)},
        {"placements": ["nowhere"]},
        {"platform": "nowhere"},
    ],
)
def test_what_is_wrong_is_said(cast, wrong):
    with pytest.raises(Invalid):
        actions.add_change(cast.by("owner"), cast.organisation, **said(**wrong))


def test_only_for_the_whole_and_by_who_keeps_channels_there(cast):
    with pytest.raises(Invalid):
        actions.add_change(cast.by("owner"), cast.nordics, **said())
    for who in ("district", "creator", "stranger"):
        with pytest.raises(Denied):
            actions.add_change(cast.by(who), cast.organisation, **said())


def test_whom_it_touches_as_far_as_one_sees(cast, change, django_assert_num_queries):
    for unit in (cast.nordics, cast.south):
        make_channel(unit, f"soups{unit.pk}", "practice")
    whole = changes.touched(cast.by("owner"), change)
    mine = changes.touched(cast.by("district"), change)
    assert whole.channel_count > mine.channel_count >= 1
    assert whole.connector
    assert whole.placements == [p.label for p in registry.card("practice").placements]
    for n in range(5):
        make_channel(cast.nordics, f"more{n}", "practice")
    by = cast.by("owner")
    changes.touched(by, change)
    with django_assert_num_queries(4):
        assert changes.touched(by, change).channel_count == whole.channel_count + 5


def test_its_owner_ends_it_and_others_do_not(cast, change):
    for who in ("publisher", "stranger"):
        with pytest.raises(Denied):
            actions.end_change(cast.by(who), change, outcome="done", words="x")
    for wrong in ({"outcome": "maybe", "words": "x"}, {"outcome": "done", "words": " "}):
        with pytest.raises(Invalid):
            actions.end_change(cast.by("creator"), change, **wrong)
    actions.end_change(cast.by("creator"), change, outcome="done", words="All are smaller now")
    with pytest.raises(Conflict):
        actions.end_change(cast.by("creator"), change, outcome="done", words="x")
    with pytest.raises(Conflict):
        actions.give_change(cast.by("owner"), change, owner=cast.publisher)


def test_given_to_somebody_else(cast, change):
    day = clock.today() + timedelta(days=3)
    given = actions.give_change(cast.by("owner"), change, owner=cast.publisher, due_on=day)
    assert (given.owner, given.due_on) == (cast.publisher, day)
    with pytest.raises(Invalid):
        actions.give_change(cast.by("owner"), change)
    with pytest.raises(Invalid):
        actions.give_change(cast.by("owner"), change, due_on=clock.today() + timedelta(days=90))


def test_today_a_month_before_and_red_when_late(cast, change):
    assert "Practice: Pictures are smaller" in titles(cast, "creator")
    assert "Practice: Pictures are smaller" not in titles(cast, "publisher")
    with clock.at(clock.now() + timedelta(days=25)):
        assert [n.group for n in needs(cast.by("creator"), None) if n.title.startswith("Practice:")] == [
            "now"
        ]


def test_through_the_screens(cast, change):
    browser = Client()
    browser.force_login(cast.owner)
    page = reverse("platforms")
    assert b"Practice" in browser.get(page).content
    assert browser.post(page, {"platform": "x", "stage": "using", "reason": ""}).status_code == 422
    assert browser.post(page, {"platform": "x", "stage": "using", "reason": "Read there"}).status_code == 302
    new = reverse("platform_change_new")
    assert b"Version 202601" in browser.get(new + "?fact=linkedin-202601").content
    assert browser.post(new, {**CALLED, "takes_effect": "soon"}).status_code == 422
    form = {**CALLED, "takes_effect": said()["takes_effect"].isoformat(), "owner": cast.creator.email}
    made = browser.post(new, form)
    assert made.status_code == 302
    assert b"Pictures above 5 MB" in browser.get(made.url).content
    listed = reverse("platform_changes")
    for wrong in ("x", "99999999"):
        assert browser.get(f"{listed}?open={wrong}").status_code == 200
    assert browser.post(listed, {"change": "99999999", "do": "done", "words": "x"}).status_code == 404
    assert browser.post(listed, {"change": change.pk, "do": "done", "words": ""}).status_code == 422
    assert browser.post(listed, {"change": change.pk, "do": "give", "due_on": "soon"}).status_code == 422
    assert browser.post(listed, {"change": change.pk, "do": "done", "words": "x"}).status_code == 302
    assert b"Pictures" in b"".join(browser.get(reverse("platform_changes_csv")).streaming_content)


def test_by_the_api(cast, change):
    key = make_token(cast.by("owner"), cast.owner, name="x").key
    program = Client(headers={"Authorization": f"Bearer {key}"})
    found = program.get("/api/v1/platform-changes?state=open").json()["items"]
    assert [row["id"] for row in found] == [change.pk]
    touched = program.get(f"/api/v1/platform-changes/touched?id={change.pk}").json()
    assert touched["connector"]
    body = {"id": change.pk, "outcome": "skipped", "words": "Ours are small"}
    answer = program.post("/api/v1/platform-changes/ended", body, content_type="application/json")
    assert answer.json()["outcome"] == "skipped"
    assert PlatformChange.objects.get(pk=change.pk).ended_by == cast.owner
    assert program.get("/api/v1/platforms/facts?platform=x").json()[0]["platform"] == "x"
