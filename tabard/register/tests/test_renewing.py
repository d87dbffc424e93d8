"""An access that ends is renewed once, by whoever comes first, and stored before it is used."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from tabard.access.vault import seal, unseal
from tabard.connectors.errors import Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.kernel.today import needs
from tabard.register import ahead, connecting, queries, renewing
from tabard.register.actions import disconnect
from tabard.register.links import access_of, unkept
from tabard.register.models import Channel, Connection
from tests.cast import cast as build
from tests.harbour.server import connected, harbour_at_work


@pytest.fixture
def cast(own_database, settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    made = build()
    made.url = own_database
    return made


@pytest.fixture
def harbour():
    with harbour_at_work() as net:
        yield net


@pytest.fixture
def pier(cast, harbour):
    return connected(harbour, cast.nordics)


def access(channel):
    return access_of(Channel.objects.select_related("connection").get(pk=channel.pk), unkept)


def session(channel):
    return unseal(Connection.objects.get(channel=channel).session, about=f"channel {channel.pk}")


def process(cast, channel):
    """Another worker, up and waiting for the word."""
    told = {"DATABASE_URL": cast.url, "TABARD_LOCAL": "1", "TABARD_PRIVATE_HOSTS": "127.0.0.1"}
    made = subprocess.Popen(
        [sys.executable, "-m", "tests.harbour.renewing", str(channel.pk)],
        env={**os.environ, **told},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert made.stdout.readline() == "ready\n"
    return made


def go(made):
    made.stdin.write("\n")
    made.stdin.flush()


def test_two_processes_spend_a_key_once_and_both_have_the_new_one(cast, harbour, pier):
    harbour.slow = 1.0
    both = [process(cast, pier) for _each in range(2)]
    for each in both:
        go(each)
    said = [json.loads(each.communicate(timeout=60)[0]) for each in both]
    assert harbour.renewals == ["refresh-1"]
    assert said[0] == said[1] == session(pier)
    assert said[0]["refresh"] == "refresh-2"
    kept = Connection.objects.get()
    assert (kept.renewing_at, kept.renewal_lost_at) == (None, None)
    assert kept.expires_at > clock.now() + timedelta(minutes=100)
    assert connecting.check(cast.by("district"), pier).health == "healthy"


def test_one_killed_between_the_answer_and_the_store_is_said_honestly(cast, harbour, pier):
    harbour.slow = 30.0
    made = process(cast, pier)
    go(made)
    for _try in range(100):
        if harbour.renewals:
            break
        time.sleep(0.1)
    made.kill()
    made.communicate()
    harbour.slow = 0.0
    assert session(pier)["refresh"] == "refresh-1"
    now, ago = clock.now(), clock.now() - timedelta(minutes=2)
    Connection.objects.update(renewing_at=ago, renew_at=now, expires_at=now)
    assert ahead.due() == [pier.pk]
    ahead.renew(pier.pk)
    pier.refresh_from_db()
    assert pier.health == "revoked"
    assert "its answer never reached Tabard" in pier.problem
    assert ahead.due() == []
    assert any("cannot publish" in need.title for need in needs(cast.by("district"), None))


def test_a_call_that_meets_the_end_renews_and_goes_on(cast, harbour, pier):
    by = cast.by("district")
    harbour.expire()
    assert connecting.check(by, queries.channel(by, pier.pk)).health == "healthy"
    assert harbour.renewals == ["refresh-1"]
    assert connecting.check(by, queries.channel(by, pier.pk)).health == "healthy"
    assert harbour.renewals == ["refresh-1"]


def test_whoever_holds_an_older_access_gets_the_newer_without_asking(cast, harbour, pier):
    older = access(pier)
    newer = renewing.renewed(pier.pk, older)
    assert renewing.renewed(pier.pk, older).session == newer.session == session(pier)
    assert harbour.renewals == ["refresh-1"]


def test_a_lost_answer_is_later_and_if_the_key_was_taken_people_are_told_why(cast, harbour, pier):
    harbour.lose = True
    with pytest.raises(Later):
        renewing.renewed(pier.pk, access(pier))
    kept = Connection.objects.get()
    assert kept.renewing_at is None
    assert kept.renewal_lost_at
    harbour.lose = False
    with pytest.raises(Revoked, match="its answer never reached"):
        renewing.renewed(pier.pk, access(pier))


@pytest.mark.parametrize(
    ("error", "raised", "lost"),
    [
        (Later("x", code="unreachable"), Later, False),
        (Later("x", code="fault"), Later, True),
        (Limited("x", until=clock.now()), Limited, False),
        (Refused("x"), Refused, False),
        (Unsure("x"), Later, True),
        (TimeoutError(), Later, True),
        (KeyboardInterrupt(), KeyboardInterrupt, True),
        (RuntimeError(), RuntimeError, True),
    ],
)
def test_trouble_leaves_the_old_one_and_its_turn_to_others(cast, harbour, pier, error, raised, lost):
    before = session(pier)

    def ask(fresh):
        fresh.session.clear()
        raise error

    with pytest.raises(raised):
        renewing.renewed(pier.pk, access(pier), ask)
    kept = Connection.objects.get()
    assert (kept.renewing_at, bool(kept.renewal_lost_at)) == (None, lost)
    assert session(pier) == before
    assert renewing.renewed(pier.pk, access(pier)).session["refresh"] == "refresh-2"
    assert Connection.objects.get().renewal_lost_at is None


def test_what_was_sealed_anew_meanwhile_is_still_ours_and_what_was_connected_anew_is_not(cast, harbour, pier):
    about = f"channel {pier.pk}"

    def sealed_anew(fresh):
        Connection.objects.update(session=seal(session(pier), about=about))
        renewing.ask_now(fresh)

    assert renewing.renewed(pier.pk, access(pier), sealed_anew).session["refresh"] == "refresh-2"
    assert session(pier)["refresh"] == "refresh-2"

    def connected_anew(fresh):
        renewing.ask_now(fresh)
        Connection.objects.update(session=seal({"access": "another"}, about=about))

    assert renewing.renewed(pier.pk, access(pier), connected_anew).session == {"access": "another"}
    assert session(pier) == {"access": "another"}


def test_a_channel_disconnected_meanwhile_keeps_nothing(cast, harbour, pier):
    def gone(fresh):
        renewing.ask_now(fresh)
        disconnect(cast.by("district"), pier)

    with pytest.raises(Refused):
        renewing.renewed(pier.pk, access(pier), gone)
    assert not Connection.objects.exists()


def test_who_waits_too_long_for_another_is_told_later(cast, harbour, pier, monkeypatch):
    monkeypatch.setattr(renewing, "WAIT_S", 0.5)
    Connection.objects.update(renewing_at=clock.now())
    with pytest.raises(Later):
        renewing.renewed(pier.pk, access(pier))
    assert harbour.renewals == []


def test_ahead_of_time_each_is_given_out_once_and_renewed(cast, harbour, pier):
    gone = connected(harbour, cast.nordics, "gone")
    for state in ("retiring", "retired"):
        Channel.objects.filter(pk=gone.pk).update(state=state)
    assert ahead.due() == []
    Connection.objects.update(renew_at=clock.now(), expires_at=clock.now() + timedelta(minutes=10))
    assert (ahead.due(), ahead.due()) == ([pier.pk], [])
    ahead.renew(pier.pk)
    kept = Connection.objects.get(channel=pier)
    left = kept.expires_at - kept.renew_at
    assert timedelta(minutes=10) <= left <= timedelta(minutes=15, seconds=1)
    ahead.renew(pier.pk)  # the same once more, late
    assert harbour.renewals == ["refresh-1"]


def test_trouble_is_tried_again_and_told_once_the_access_has_ended(cast, harbour, pier):
    harbour.broken = True
    Connection.objects.update(renew_at=clock.now(), expires_at=clock.now() + timedelta(minutes=10))
    ahead.renew(pier.pk)
    pier.refresh_from_db()
    kept = Connection.objects.get()
    assert pier.health == "healthy"
    assert clock.now() < kept.renew_at < clock.now() + timedelta(minutes=5)
    Connection.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    ahead.renew(pier.pk)
    pier.refresh_from_db()
    assert (pier.health, pier.problem) == ("failing", "Harbour has a fault.")
    harbour.broken = False
    ahead.renew(pier.pk)
    pier.refresh_from_db()
    assert (pier.health, pier.problem) == ("healthy", "")


def test_an_access_that_is_renewed_by_itself_is_nothing_to_mend(cast, harbour, pier):
    assert queries.counts(cast.by("district"), None)["failing"] == 0
    Connection.objects.update(renew_at=None)
    assert queries.counts(cast.by("district"), None)["failing"] == 1


def test_an_access_that_only_a_person_can_renew_is_named_as_ending_and_left_alone(
    cast, harbour, pier, monkeypatch
):
    there = access(pier)
    monkeypatch.setattr(type(connector(there.platform)), "renewable", lambda self, access: False)
    times = renewing.times(there)
    assert times["expires_at"] > clock.now()
    assert times["renew_at"] is None
    Connection.objects.update(**times)
    assert queries.counts(cast.by("district"), None)["failing"] == 1
    assert ahead.due() == []


def test_one_that_lasts_minutes_is_not_renewed_again_and_again(cast, harbour, pier):
    harbour.lifetime = 60.0
    renewing.renewed(pier.pk, access(pier))
    assert Connection.objects.get().renew_at > clock.now() + timedelta(seconds=25)
