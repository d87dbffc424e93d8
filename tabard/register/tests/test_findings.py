"""What does not fit in the register: found with reasons, decided once, asked again when facts change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tabard.kernel import clock
from tabard.kernel.errors import Denied, Invalid
from tabard.org.actions import set_policy
from tabard.register import actions, finding_queries, running
from tabard.register.models import Finding
from tests.cast import Cast, make_channel

WHOLE = {
    "purpose": "Recipes",
    "audience": "Cooks",
    "languages": ["en"],
    "second_factor": "on",
    "recovery_email": "desk@meridian.example",
}


@pytest.fixture
def whole(cast: Cast) -> Any:
    """Makes channels with which all is well."""

    def make(handle: str, **more: Any) -> Any:
        people = {"owner": cast.district, "deputy": cast.regional}
        return make_channel(cast.nordics, handle, "x", **{**WHOLE, **people, **more})

    return make


def found(channel: Any) -> dict[str, list[str]]:
    """The open findings of a channel: kinds with the codes of their reasons."""
    running.look()
    rows = Finding.objects.filter(channel=channel, state="open")
    return {f.kind: [code for code, _facts in f.reasons] for f in rows}


def test_nothing_is_found_where_all_is_well(whole: Any) -> None:
    assert found(whole("fine", last_activity_at=clock.now())) == {}


@pytest.mark.parametrize(
    ("known", "kind", "reasons"),
    [
        ({"purpose": "", "languages": []}, "incomplete", ["no_purpose", "no_languages"]),
        ({"second_factor": "unknown"}, "incomplete", ["no_second_factor"]),
        ({"url": "https://www.facebook.com/odd"}, "contradictory", ["link_elsewhere"]),
        ({"url": "https://x.com/another_one"}, "contradictory", ["link_another"]),
    ],
)
def test_what_does_not_fit(whole: Any, known: dict[str, Any], kind: str, reasons: list[str]) -> None:
    assert found(whole("odd", **known)) == {kind: reasons}


def test_the_same_link_in_another_spelling_contradicts_nothing(whole: Any) -> None:
    assert found(whole("Odd", url="http://twitter.com/odd?s=20")) == {}


def test_nobody_and_one_person(cast: Cast, whole: Any) -> None:
    assert found(whole("alone", deputy=None, owner=cast.creator)) == {"one_person": ["one_person"]}
    assert found(whole("lost", owner=None, deputy=None)) == {"nobody": ["nobody"]}


def test_silent_by_the_policy_of_the_unit(cast: Cast, whole: Any) -> None:
    channel = whole("quiet", last_activity_at=clock.now() - timedelta(days=60))
    assert found(channel) == {}
    set_policy(cast.by("owner"), cast.nordics, matter="silent_days", value=30)
    assert found(channel) == {"dormant": ["silent", "silent_by_policy"]}


def test_silent_by_platform_and_purpose(cast: Cast, whole: Any) -> None:
    channel = whole("xmas", purpose="Christmas market", last_activity_at=clock.now() - timedelta(days=200))
    assert found(channel) == {"dormant": ["silent", "silent_by_default"]}
    root = cast.organisation
    set_policy(cast.by("owner"), root, matter="silent_days_for", value=["x: 30", "x christmas: 400"])
    assert found(channel) == {}
    # A unit below says fewer days, and its word stands beside the finding; more days it cannot say.
    with pytest.raises(Invalid):
        set_policy(
            cast.by("owner"), cast.nordics, matter="silent_days_for", value=["x: 30", "x christmas: 500"]
        )
    set_policy(cast.by("owner"), cast.nordics, matter="silent_days_for", value=["x: 30", "x christmas: 150"])
    assert found(channel) == {"dormant": ["silent", "silent_by_line"]}
    [row] = Finding.objects.filter(channel=channel)
    assert row.reasons[1][1] == {"days": "150", "unit": cast.nordics.name, "words": "x christmas"}
    for wrong in (["christmas"], [": 30"], ["x: 0"], ["x: 9999"], ["x: soon"]):
        with pytest.raises(Invalid):
            set_policy(cast.by("owner"), root, matter="silent_days_for", value=wrong)


def test_another_measure_asks_nothing_again(cast: Cast, whole: Any) -> None:
    channel = whole("quiet", last_activity_at=clock.now() - timedelta(days=100))
    found(channel)
    actions.keep_finding(cast.by("owner"), Finding.objects.get(channel=channel), reason="It wakes in spring")
    set_policy(cast.by("owner"), cast.organisation, matter="silent_days", value=60)
    assert found(channel) == {}
    assert Finding.objects.get(channel=channel).reasons[1][0] == "silent_by_policy"


def test_what_was_never_read_is_not_silent(whole: Any) -> None:
    assert found(whole("unread")) == {}


def test_twice_and_siblings(whole: Any) -> None:
    one = whole("acme_news", purpose="News")
    whole("acmenews2", purpose="News")
    whole("acme_bg", purpose="News", languages=["bg"])
    assert found(one) == {"duplicate": ["same_purpose"]}
    assert len(Finding.objects.get(kind="duplicate").others) == 1


def test_a_decision_is_remembered_until_the_facts_change(cast: Cast, whole: Any) -> None:
    by, channel = cast.by("owner"), whole("quiet", purpose="")
    found(channel)
    actions.keep_finding(by, Finding.objects.get(), reason="A secret")
    assert found(channel) == {}
    actions.change_channel(by, channel, audience="")
    assert found(channel) == {"incomplete": ["no_purpose", "no_audience"]}


def test_a_decision_outlives_that_the_thing_was_well_for_a_while(cast: Cast, whole: Any) -> None:
    by, channel = cast.by("owner"), whole("quiet", purpose="")
    found(channel)
    actions.keep_finding(by, Finding.objects.get(), reason="A secret")
    actions.change_channel(by, channel, purpose="Something")
    running.look()
    assert Finding.objects.get().state == "gone"
    actions.change_channel(by, channel, purpose="")
    assert found(channel) == {}
    assert Finding.objects.get().state == "kept"


def test_a_decision_for_a_time_is_asked_again(cast: Cast, whole: Any) -> None:
    channel = whole("season", last_activity_at=clock.now() - timedelta(days=100))
    found(channel)
    actions.keep_finding(cast.by("owner"), Finding.objects.get(), reason="Only in winter", days=30)
    assert found(channel) == {}
    with clock.at(clock.now() + timedelta(days=31)):
        assert found(channel) == {"dormant": ["silent", "silent_by_default"]}


def test_merged(cast: Cast, whole: Any) -> None:
    one, other = whole("acme_news", purpose="News"), whole("acme_press", purpose="News")
    found(one)
    finding = Finding.objects.get()
    with pytest.raises(Invalid):
        actions.merge_finding(cast.by("owner"), finding, into=whole("third"))
    actions.merge_finding(cast.by("owner"), finding, into=other)
    one.refresh_from_db()
    assert one.state == "retiring"
    assert found(other) == {}


def test_given_to_somebody(cast: Cast, whole: Any) -> None:
    channel = whole("lost", owner=None, deputy=None)
    found(channel)
    finding = Finding.objects.get()
    actions.give_owner(cast.by("owner"), finding, owner=cast.district, deputy=cast.regional)
    assert found(channel) == {}
    finding.refresh_from_db()
    assert finding.state == "gone"


def test_nothing_is_written_where_nothing_changed(whole: Any) -> None:
    whole("quiet", purpose="")
    assert running.look()
    assert not running.look()


def test_whose(cast: Cast, whole: Any) -> None:
    found(whole("quiet", purpose=""))
    finding = Finding.objects.get()
    with pytest.raises(Denied):
        actions.keep_finding(cast.by("creator"), finding, reason="x")
    assert not finding_queries.visible(cast.by("stranger"), None).exists()
    assert finding_queries.visible(cast.by("creator"), None).exists()


def test_the_list_says_why_in_words(cast: Cast, whole: Any, client: Any) -> None:
    found(whole("quiet", purpose=""))
    client.force_login(cast.owner)
    page = client.get("/register/findings/").content.decode()
    assert "Nobody has said what it is for." in page
    said = client.get("/api/v1/findings").json()["items"][0]["says"]
    assert said == ["Nobody has said what it is for."]
