"""Channels held against their platforms: what is other is shown, decided and remembered."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tabard.audit.models import Entry
from tabard.connectors.base import Profile
from tabard.connectors.errors import Later, Limited, Refused, Revoked
from tabard.connectors.platforms.mastodon.tests.simulator import HOST, TOKEN, MastodonStage
from tabard.connectors.stage import REVOKED
from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.today import needs
from tabard.life import actions, comparable, comparing
from tabard.life import difference_queries as queries
from tabard.life.models import Comparison, Difference, Retirement
from tabard.publishing import sparing
from tabard.register import connecting, links
from tabard.register.actions import change_channel
from tabard.register.models import Channel, Connection
from tests.cast import make_channel


@pytest.fixture
def channel(cast):
    """A connected channel of the Nordics, which the platform knows by its number."""
    made = make_channel(cast.nordics, "soups", "x", remote_id="7", url="https://x.com/soups")
    Channel.objects.filter(pk=made.pk).update(name="Soups")
    made.refresh_from_db()
    Connection.objects.get_or_create(channel=made, defaults={"connected_at": clock.now()})
    return made


@pytest.fixture
def says(monkeypatch):
    """What the platform answers from now on: a profile, or an error."""

    def say(answer):
        def asked(_channel, _call):
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(comparing, "asked", asked)

    return say


def profile(**other):
    known = {"remote_id": "7", "handle": "soups", "name": "Soups", "url": "https://x.com/soups"}
    return Profile(**{**known, **other})


def compare(channel, says, answer):
    says(answer)
    actions.ask_platforms(actor(), channel.unit)
    comparing.compare(channel.pk)
    return list(Difference.objects.filter(channel=channel, state="open").order_by("kind"))


def actor():
    from tabard.kernel.actor import job

    return job("platforms", "channels.edit")


def fresh(channel):
    return Channel.objects.get(pk=channel.pk)


def test_what_looks_as_in_the_register_is_no_difference(channel, says):
    assert compare(channel, says, profile(url="http://www.x.com/Soups/?lang=en", followers=1234)) == []
    assert fresh(channel).followers == 1234


@pytest.mark.parametrize(
    ("other", "kind", "field", "value"),
    [
        ({"handle": "soups_now", "url": "https://x.com/soups_now"}, "handle", "handle", "soups_now"),
        ({"url": "https://x.com/elsewhere"}, "url", "url", "https://x.com/elsewhere"),
        ({"name": "Soups of the North"}, "name", "name", "Soups of the North"),
        ({"remote_id": "8"}, "other", "remote_id", "8"),
    ],
)
def test_it_waits_for_a_decision_and_is_taken_over(cast, channel, says, other, kind, field, value):
    (found,) = compare(channel, says, profile(**other))
    assert found.kind == kind
    assert getattr(fresh(channel), field) != value
    actions.accept_difference(cast.by("district"), found)
    assert getattr(fresh(channel), field) == value
    assert Difference.objects.get(pk=found.pk).state == "accepted"
    assert compare(channel, says, profile(**other)) == []


def test_a_new_name_keeps_the_old_one_and_stands_in_the_log(cast, channel, says):
    (found,) = compare(channel, says, profile(handle="soups_now"))
    actions.accept_difference(cast.by("district"), found)
    assert fresh(channel).former_handles == ["soups"]
    entry = Entry.objects.get(action="channel.follow")
    assert (entry.before["handle"], entry.after["handle"]) == ("soups", "soups_now")
    assert Entry.objects.filter(action="difference.accept").exists()


def test_other_ways_to_write_a_handle_are_no_new_name(channel, says):
    assert compare(channel, says, profile(handle="7", also=("Soups",))) == []


def test_what_was_left_is_not_asked_again_before_the_platform_says_otherwise(cast, channel, says):
    (found,) = compare(channel, says, profile(name="SOUPS!"))
    actions.refuse_difference(cast.by("district"), found, words="Ours is right")
    assert compare(channel, says, profile(name="SOUPS!")) == []
    (again,) = compare(channel, says, profile(name="Soups & more"))
    assert (again.pk, again.words, again.decided_by_id) == (found.pk, "", None)


def test_what_was_left_can_be_asked_again_by_hand(cast, channel, says):
    (found,) = compare(channel, says, profile(name="SOUPS!"))
    by = cast.by("district")
    with pytest.raises(Conflict):
        actions.reopen_difference(by, found)
    actions.refuse_difference(by, found)
    assert actions.reopen_difference(by, found).state == "open"


def test_another_account_stops_what_is_published_there(channel, says):
    (found,) = compare(channel, says, profile(remote_id="8", handle="strangers"))
    assert found.kind == "other"
    assert (fresh(channel).health, "strangers" in fresh(channel).problem) == ("revoked", True)


def test_an_ended_access_is_told_until_it_works_again(cast, channel, says):
    (found,) = compare(channel, says, Revoked("The password was changed."))
    assert (found.kind, found.said) == ("dead", "The password was changed.")
    assert fresh(channel).health == "revoked"
    with pytest.raises(Conflict, match="nothing to take over"):
        actions.accept_difference(cast.by("district"), found)
    assert compare(channel, says, profile()) == []
    assert fresh(channel).health == "healthy"
    assert Difference.objects.get(pk=found.pk).state == "over"


def test_an_ended_access_leaves_what_was_found_before(channel, says):
    compare(channel, says, profile(name="Soups & more"))
    found = compare(channel, says, Revoked("The password was changed."))
    assert [each.kind for each in found] == ["dead", "name"]


def test_a_channel_that_is_gone_begins_to_be_retired(cast, channel, says):
    (found,) = compare(channel, says, Refused("It is not there, or no longer.", code="gone"))
    assert found.kind == "gone"
    actions.accept_difference(cast.by("district"), found)
    assert fresh(channel).state == "retiring"
    assert Retirement.objects.filter(channel=channel).exists()


def test_a_platform_that_is_away_is_told_of_at_the_third_time(channel, says):
    away = Later("The server is away.")
    assert compare(channel, says, away) == []
    assert compare(channel, says, away) == []
    (found,) = compare(channel, says, away)
    assert found.kind == "silent"
    assert fresh(channel).health == "healthy"


def test_who_has_to_be_left_alone_is_asked_after_that(cast, channel, says):
    until = clock.now() + timedelta(hours=3)
    says(Limited("Too much.", until=until))
    actions.ask_platforms(cast.by("district"), cast.nordics)
    comparing.compare(channel.pk)
    by = cast.by("district")
    assert queries.progress(by, None) == queries.Progress(1, 0, 1)
    actions.ask_platforms(by, cast.nordics)
    assert Comparison.objects.get().next_at == until
    assert comparable.due() == []


def test_posts_come_first(channel, says, monkeypatch):
    says(AssertionError("asked"))
    monkeypatch.setattr(sparing, "spare", lambda *_of: 60.0)
    actions.ask_platforms(actor(), channel.unit)
    comparing.compare(channel.pk)
    assert Comparison.objects.get().tried_at is None
    assert Comparison.objects.get().next_at > clock.now()


def test_each_is_given_to_one_and_comes_back_if_that_one_dies(cast, channel):
    actions.ask_platforms(cast.by("district"), cast.nordics)
    assert comparable.due() == [channel.pk]
    assert comparable.due() == []
    with clock.at(clock.now() + comparable.GIVEN):
        assert comparable.due() == [channel.pk]


def test_a_late_answer_does_not_undo_a_newer_one(channel, says):
    compare(channel, says, profile())
    older = clock.now() - timedelta(minutes=1)
    actions.record_profile(actor_with_keys(), channel, profile=profile(name="Of old"), began=older)
    assert not Difference.objects.exists()


def actor_with_keys():
    from tabard.kernel.actor import job

    return job("platforms", "channels.edit", "channels.connect")


def test_two_answers_make_one_row(channel, says):
    compare(channel, says, profile(name="Soups & more"))
    compare(channel, says, profile(name="Soups & more"))
    assert Difference.objects.count() == 1


def test_what_somebody_mended_by_hand_is_over(cast, channel, says):
    (found,) = compare(channel, says, profile(name="Soups & more"))
    change_channel(cast.by("district"), channel, name="Soups & more")
    assert Difference.objects.get(pk=found.pk).state == "over"


def test_what_was_changed_meanwhile_is_not_overwritten(cast, channel, says):
    (found,) = compare(channel, says, profile(name="Soups & more"))
    change_channel(cast.by("district"), channel, name="Best soups")
    with pytest.raises(Conflict, match="changed since"):
        actions.accept_difference(cast.by("district"), found)
    assert fresh(channel).name == "Best soups"
    assert Difference.objects.get(pk=found.pk).state == "open"


def test_only_what_was_seen_is_taken_over(cast, channel, says):
    (found,) = compare(channel, says, profile(name="Soups & more"))
    seen = found.digest
    compare(channel, says, profile(name="Pills!"))
    with pytest.raises(Conflict, match="something else by now"):
        actions.accept_difference(cast.by("district"), found, seen=seen)


def test_a_handle_that_another_entry_has_is_refused_by_name(cast, channel, says):
    make_channel(cast.south, "soups_now", "x")
    (found,) = compare(channel, says, profile(handle="soups_now"))
    with pytest.raises(Invalid, match="in the register already"):
        actions.accept_difference(cast.by("district"), found)
    assert Difference.objects.get(pk=found.pk).state == "open"


def test_what_no_register_can_have_is_left_out(channel, says):
    assert compare(channel, says, profile(url="javascript:alert(1)", name="So\u202eups\x00")) == []


def test_only_who_may_change_the_channel_decides(cast, channel, says):
    (found,) = compare(channel, says, profile(name="Soups & more"))
    for who in ("creator", "stranger"):
        with pytest.raises(Denied):
            actions.accept_difference(cast.by(who), found)
    assert not queries.visible(cast.by("stranger"), None).exists()


def test_a_unit_without_connected_channels_says_so(cast):
    with pytest.raises(Conflict, match="is connected"):
        actions.ask_platforms(cast.by("owner"), cast.south)


def test_from_the_screen(cast, channel, says):
    (found,) = compare(channel, says, profile(name="Soups & more"))
    browser = Client()
    browser.force_login(cast.district)
    page = browser.get(reverse("differences")).content.decode()
    assert "Soups &amp; more" in page
    told = {"row": [found.pk], f"seen-{found.pk}": found.digest, "do": "accept"}
    assert browser.post(reverse("differences_decide"), told).status_code == 302
    assert fresh(channel).name == "Soups & more"
    assert "No differences" in browser.get(reverse("differences")).content.decode()
    browser.post(reverse("compare_with_platforms"))
    assert "Channels asked about" in browser.get(reverse("differences")).content.decode()


def test_today_says_that_something_is_to_be_decided(cast, channel, says):
    compare(channel, says, profile(name="Soups & more"))
    urls = [need.url for need in needs(cast.by("district"), None)]
    assert reverse("differences") in urls
    assert reverse("differences") not in [need.url for need in needs(cast.by("stranger"), None)]


def test_to_the_wire(cast, monkeypatch):
    """A whole Mastodon is asked, its key opened and its answer kept."""
    stage = MastodonStage()

    @asynccontextmanager
    async def out(hosts=()):
        yield stage.http()

    monkeypatch.setattr(links, "open_http", out)
    made = make_channel(cast.nordics, f"tabard_town@{HOST}")
    by = cast.by("district")
    connecting.connect_with(by, made, "token", {"server": HOST, "token": TOKEN})
    Channel.objects.filter(pk=made.pk).update(name="Another name")
    actions.ask_platforms(by, cast.nordics)
    comparing.compare(made.pk)
    (found,) = Difference.objects.filter(state="open")
    assert found.kind == "name"
    stage.switch(REVOKED)
    comparing.compare(made.pk)
    assert Difference.objects.get(kind="dead").state == "open"
