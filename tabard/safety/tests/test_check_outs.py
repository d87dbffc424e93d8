"""Shared credentials: sealed, had by one at a time, looked at only with a line about it."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Conflict, Denied, Invalid, Missing, ProveFirst
from tabard.kernel.today import needs
from tabard.org.actions import end_grant, set_policy
from tabard.org.models import Grant, Role
from tabard.org.people import actor_of
from tabard.safety import actions, queries, upkeep
from tabard.safety.models import CheckOut, Credential, Look, Rotation
from tabard.safety.tests.conftest import PASSWORD, SEED


def at(moment, **later):
    return clock.at(moment + timedelta(**later))


def test_nothing_secret_stands_in_the_row_or_in_the_log(cast, kept):
    actions.take(cast.by("publisher"), kept)
    actions.look(cast.by("publisher"), kept)
    actions.set_password(cast.by("owner"), kept, password="another-horse-8")
    row = str(Credential.objects.filter(pk=kept.pk).values())
    log = str(list(Entry.objects.values_list("before", "after", "notes", "label")))
    for secret in (PASSWORD, SEED, "another-horse-8", "in the safe"):
        assert secret not in row
        assert secret not in log
    assert "v2." not in log


def test_a_password_is_seen_by_whoever_has_it_out_and_each_look_is_kept(cast, kept):
    by = cast.by("publisher")
    with pytest.raises(Denied, match="Check it out first"):
        actions.look(by, kept)
    out = actions.take(by, kept, hours=1, reason="Weekend")
    seen = actions.look(by, kept)
    assert (seen.password, seen.notes) == (PASSWORD, "The phone is in the safe.")
    look = Look.objects.latest("pk")
    assert (look.person, look.what, look.check_out) == (cast.publisher, "password", out)
    assert Entry.objects.filter(action="credential.look", person_id=cast.publisher.pk).count() == 1


def test_a_look_asks_to_show_that_it_is_you(cast, kept):
    actions.take(cast.by("publisher"), kept)
    with pytest.raises(ProveFirst):
        actions.look(actor_of(cast.publisher, "screen"), kept)
    with pytest.raises(ProveFirst):
        actions.one_time_code(actor_of(cast.publisher, "screen"), kept)
    assert not Look.objects.filter(person=cast.publisher).exists()


def test_a_code_comes_out_and_its_seed_does_not(cast, kept, now):
    by = cast.by("publisher")
    actions.take(by, kept)
    made = actions.one_time_code(by, kept)
    count, into = divmod(int(now.timestamp()), 30)
    assert made.code == format_hotp_value(hotp_value(SEED, count))  # as another program makes them
    assert (made.seconds, made.period) == (30 - into, 30)
    assert Look.objects.latest("pk").what == "code"


def test_one_has_it_and_the_others_wait_for_their_turn(cast, kept, now):
    first, second, third = cast.by("publisher"), cast.by("district"), cast.by("owner")
    out = actions.take(first, kept, hours=1)
    with pytest.raises(Conflict, match="Tomasz Wilk has it out"):
        actions.take(second, kept)
    actions.wait(second, kept)
    with pytest.raises(Conflict, match="wait for it already"):
        actions.wait(second, kept)
    actions.give_back(first, out)
    with pytest.raises(Conflict, match="Others wait"):
        actions.take(third, kept)
    assert "is free for you" in str([n.title for n in needs(second, None)])
    with at(now, minutes=31):
        actions.take(third, kept)
        with pytest.raises(Conflict, match="Ada Berg has it out"):
            actions.take(second, kept)


def test_the_time_ends_it_with_or_without_the_job(cast, kept, now):
    by = cast.by("publisher")
    out = actions.take(by, kept, hours=2)
    with at(now, hours=2, seconds=1):
        with pytest.raises(Denied, match="Check it out first"):
            actions.look(cast.by("publisher"), kept)
        assert upkeep.end_check_outs() == 1
        assert upkeep.end_check_outs() == 0
    out.refresh_from_db()
    assert (out.ended_how, out.ended_by) == ("time", None)
    again = actions.take(by, kept, hours=1)
    with at(now, hours=3):
        actions.take(cast.by("district"), kept)
    again.refresh_from_db()
    assert again.ended_how == "time"


@pytest.mark.parametrize("hours", [0, 9, 5, -1])
def test_no_longer_than_the_policy_allows(cast, kept, hours):
    with pytest.raises(Invalid) as wrong:
        actions.take(cast.by("publisher"), kept, hours=hours)
    assert "hours" in wrong.value.fields


def test_a_policy_never_allows_more_than_eight_hours(cast, kept, now):
    set_policy(command_line(), cast.organisation, matter="vault_hours", value=100)
    assert actions.take(cast.by("publisher"), kept).until == now + timedelta(hours=8)


def test_where_policy_says_so_it_is_changed_before_the_next(cast, kept):
    set_policy(command_line(), cast.nordics, matter="vault_change", value=True)
    out = actions.take(cast.by("publisher"), kept)
    actions.give_back(cast.by("publisher"), out)
    asked = Rotation.objects.get()
    # The owner of the channel may not keep it, and no unit has a lead: an owner of the organisation does.
    assert (asked.why, asked.state, asked.person) == ("returned", "asked", cast.publisher)
    assert asked.owner == cast.owner
    with pytest.raises(Conflict, match="to be changed before"):
        actions.take(cast.by("publisher"), kept)
    actions.set_password(cast.by("district"), kept)
    asked.refresh_from_db()
    assert (asked.state, asked.ended_by) == ("done", cast.district)
    out = actions.take(cast.by("publisher"), kept)
    seen = actions.look(cast.by("publisher"), kept)
    assert seen.before == PASSWORD
    assert len(seen.password) == 24
    actions.give_back(cast.by("publisher"), out, password="a-new-one-for-9")
    assert not Rotation.objects.open().exists()


def test_a_right_that_ends_ends_looking_too(cast, kept):
    by = cast.by("publisher")
    actions.take(by, kept)
    end_grant(command_line(), cast.publisher.grants.get(), reason="Moved on")
    with pytest.raises((Denied, Missing)):
        actions.look(cast.by("publisher"), kept)


def test_who_may_still_see_that_it_is_there_looks_at_it_no_longer(cast, kept):
    actions.take(cast.by("publisher"), kept)
    Role.objects.filter(slug="publisher").update(permissions=["vault.see"])
    for act in (actions.look, actions.one_time_code):
        with pytest.raises(Denied):
            act(cast.by("publisher"), kept)


def test_whoever_keeps_it_may_take_it_back_and_others_may_not(cast, kept):
    out = actions.take(cast.by("publisher"), kept)
    with pytest.raises(Denied):
        actions.give_back(cast.by("on_call"), out)
    actions.give_back(cast.by("district"), out)
    out.refresh_from_db()
    assert (out.ended_how, out.ended_by) == ("taken", cast.district)


def test_an_emergency_is_told_to_everybody_and_changed_afterwards(cast, kept, now, mailoutbox):
    from tabard.safety import telling

    actions.take(cast.by("publisher"), kept)
    with pytest.raises(Denied):
        actions.emergency(cast.by("publisher"), kept, reason="I want to")
    with pytest.raises(Invalid):
        actions.emergency(cast.by("on_call"), kept, reason=" ")
    out = actions.emergency(cast.by("on_call"), kept, reason="A false post is up", hours=2)
    assert actions.look(cast.by("on_call"), kept).password == PASSWORD
    assert actions.look(cast.by("publisher"), kept).password == PASSWORD, "nobody else loses it"
    asked = Rotation.objects.get()
    assert (asked.why, asked.person, asked.due_at) == ("emergency", cast.on_call, now + timedelta(hours=26))
    assert telling.of_emergency(out.pk) == 3
    assert {m.to[0] for m in mailoutbox} == {p.email for p in (cast.owner, cast.regional, cast.district)}
    assert "A false post is up" in mailoutbox[0].body
    assert PASSWORD not in str([m.body for m in mailoutbox])
    assert any("Emergency: Priya Raman" in n.title for n in needs(cast.by("district"), None))
    assert not any("Emergency" in n.title for n in needs(cast.by("stranger"), None))
    with at(now, hours=2, seconds=1), pytest.raises(Denied):
        actions.look(cast.by("on_call"), kept)


def test_forgotten_means_gone_but_for_who_saw_it(cast, kept):
    by = cast.by("publisher")
    actions.take(by, kept)
    actions.look(by, kept)
    actions.forget(cast.by("owner"), kept)
    kept.refresh_from_db()
    assert (kept.secret, kept.seed, kept.notes_sealed) == ("", "", "")
    assert not CheckOut.objects.out().exists()
    with pytest.raises(Conflict, match="forgotten"):
        actions.take(by, kept)
    looks = queries.looks(by, kept, {}).rows
    assert [look.what for look in looks] == ["password", "set", "seed"]  # the owner typed both
    assert queries.credentials(by, None, {}).rows == []


def test_it_goes_where_its_channel_goes(cast, kept):
    from tabard.register.actions import move_channel

    assert queries.credential(cast.by("district"), kept.pk)
    with pytest.raises(Missing):
        queries.credential(cast.by("stranger"), kept.pk)
    move_channel(cast.by("owner"), kept.channel, unit=cast.south)
    assert queries.credential(cast.by("stranger"), kept.pk)
    with pytest.raises(Missing):
        queries.credential(cast.by("district"), kept.pk)


def test_a_password_that_stands_is_no_new_one(cast, kept):
    for wrong in (PASSWORD, " blank", "two\nlines", "x" * 1001):
        with pytest.raises(Invalid):
            actions.set_password(cast.by("owner"), kept, password=wrong)
    with pytest.raises(Denied, match="Check it out first"):
        actions.set_password(cast.by("publisher"), kept, password="mine-alone-7")


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1)], ids=["an hour", "a day"])
def test_a_clock_that_is_set_back_gives_nobody_more_time(cast, kept, now, back):
    Grant.objects.update(starts_at=now - timedelta(days=60))
    out = actions.take(cast.by("publisher"), kept, hours=1)
    with clock.at(now - back):
        assert queries.mine(cast.by("publisher"), kept) is None
        with pytest.raises(Denied, match="Check it out first"):
            actions.look(cast.by("publisher"), kept)
        assert queries.CHECK_OUTS.narrow(CheckOut.objects.all(), {"state": ["out"]}).count() == 0
        assert upkeep.end_check_outs() == 1
    out.refresh_from_db()
    assert out.ended_how == CheckOut.Ended.TIME
    assert queries.mine(cast.by("publisher"), kept) is None


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1)], ids=["an hour", "a day"])
def test_a_check_out_whose_time_was_up_stays_over_when_the_clock_is_set_back(cast, kept, now, back):
    Grant.objects.update(starts_at=now - timedelta(days=60))
    actions.take(cast.by("publisher"), kept, hours=1)
    with at(now, minutes=61):
        assert upkeep.end_check_outs() == 1
    with clock.at(now + timedelta(minutes=61) - back):
        assert queries.mine(cast.by("publisher"), kept) is None
