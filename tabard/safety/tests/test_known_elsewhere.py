"""Secrets that somebody typed or was shown, and other apps keep: named when they leave or are suspended."""

from datetime import timedelta

import pytest

from tabard.access.actions import (
    add_directory,
    add_source,
    change_source,
    end_directory_token,
    leave,
    make_directory_token,
    suspend,
)
from tabard.access.actions.sources import Settings
from tabard.access.queries import departure
from tabard.audit import actions as log
from tabard.audit.chain.sealing import chain
from tabard.kernel import clock
from tabard.kernel.errors import Conflict
from tabard.kernel.holdings import ties
from tabard.kernel.today import needs
from tabard.org.actions import give_grant
from tabard.org.models import Role
from tabard.org.people import actor_of
from tabard.org.tree import root
from tabard.register.actions import drop_app, set_app
from tabard.safety import actions, queries
from tabard.safety.models import Rotation
from tests.cast import make_channel
from tests.harbour.server import APP, known

ISSUER = "https://id.meridian.example"


def said(**more):
    return Settings(**{"name": "Okta", "issuer": ISSUER, "client": "tabard", "secret": "typed", **more})


@pytest.fixture
def second(cast):
    """A second owner, who sets everything up."""
    role = Role.objects.get(slug="owner")
    give_grant(cast.by("owner"), cast.organisation, person=cast.regional, role=role, reason="The second")
    return actor_of(cast.regional, "screen", proved_at=clock.now())


@pytest.fixture
def harbour(cast):
    """A network that wants an app."""
    with known():
        yield make_channel(cast.nordics, "pier", platform="harbour")


@pytest.fixture
def typed(cast, second, harbour):
    """One of each, by the second owner."""
    set_app(second, root(second), platform="harbour", fields=APP)
    source = add_source(second, cast.organisation, said=said())
    directory = add_directory(second, cast.organisation, name="Entra")
    token = make_directory_token(second, directory)
    given = {"kind": "webhook", "address": "https://siem.example/tabard"}
    stream = log.stream(second, chain(), name="SIEM", **given)
    log.stream(second, chain(), name="Loghost", kind="syslog", address="tls://siem.example:6514")
    return source, token, stream


def keys(**more):
    return {(r.elsewhere, r.elsewhere_key) for r in Rotation.objects.filter(**more)}


def all_of(typed):
    source, token, stream = typed
    found = {("source", source.pk), ("token", token.pk), ("stream", stream.pk), ("app", "harbour")}
    return {(kind, str(key)) for kind, key in found}


def test_a_leaver_knew_what_they_typed_and_were_shown(cast, typed, client):
    record = leave(cast.by("owner"), cast.regional, reason="Retired")
    assert keys(departure=record, state="asked", why="left") == all_of(typed)
    # Whoever is asked may change it where it is kept: the lead who keeps passwords may not.
    assert {r.owner for r in Rotation.objects.open()} == {cast.owner}
    ((label, lines),) = departure(cast.by("owner"), record.pk).followed
    assert label == "Passwords and keys to change"
    assert "SIEM · secret of a stream of the audit log" in {line.label for line in lines}
    assert sum("has left" in n.why for n in needs(cast.by("owner"), None)) == 4
    client.force_login(cast.owner)
    listed = client.get("/rotations/").text
    assert "Okta · secret of a source of identity" in listed
    for rotation in Rotation.objects.open():
        page = client.get(f"/rotations/{rotation.pk}/").text
        there = page.partition("Go there")[0].rpartition('href="')[2].partition('"')[0]
        assert client.get(there).status_code == 200
    by_api = client.get("/api/v1/rotations").json()
    assert {(r["elsewhere"], r["elsewhere_key"]) for r in by_api["items"]} == all_of(typed)


def test_another_secret_closes_it_and_the_same_one_does_not(cast, typed):
    source, token, stream = typed
    leave(cast.by("owner"), cast.regional, reason="Retired")
    by = actor_of(cast.owner, "screen", proved_at=clock.now())
    change_source(by, source, said=said())
    set_app(by, root(by), platform="harbour", fields={**APP, "client_secret": ""})
    assert keys(state="asked") == all_of(typed)
    with pytest.raises(Conflict, match="where it is kept"):
        actions.finish(by, Rotation.objects.get(elsewhere="source"), evidence="Trust me")
    change_source(by, source, said=said(secret="another"))
    end_directory_token(by, token)
    log.end_stream(by, stream)
    drop_app(by, root(by), platform="harbour")
    ended = Rotation.objects.filter(state="done", ended_by=cast.owner)
    assert {(r.elsewhere, r.elsewhere_key) for r in ended} == all_of(typed)
    assert "changed where it is kept" in ended[0].evidence


def test_whoever_typed_one_that_stands_no_more_knows_nothing(cast, typed):
    by = actor_of(cast.owner, "screen", proved_at=clock.now())
    change_source(by, typed[0], said=said(secret="another"))
    set_app(by, root(by), platform="harbour", fields={**APP, "client_secret": "another"})
    leave(cast.by("owner"), cast.regional, reason="Retired")
    assert {kind for kind, _key in keys()} == {"token", "stream"}


def test_suspended_it_is_asked_at_once_and_leaving_then_does_not_ask_twice(cast, typed):
    until = clock.now() + timedelta(days=3)
    kept = actions.add_to_unit(cast.by("owner"), cast.organisation, plain={"name": "Desk"})
    actions.take(cast.by("regional"), kept)
    suspend(cast.by("owner"), cast.regional, reason="Asked to", until=until)
    assert keys(why="suspended", departure=None) == {*all_of(typed), ("", "")}
    assert sum("was suspended" in n.why for n in needs(cast.by("owner"), None)) == 5
    record = leave(cast.by("owner"), cast.regional, reason="Let go")
    assert Rotation.objects.count() == 5
    assert keys(why="left", departure=record) == {*all_of(typed), ("", "")}
    assert len(departure(cast.by("owner"), record.pk).evidence["rotations"]) == 5


def test_what_somebody_knows_stands_beside_what_they_hold(cast, typed):
    (known,) = [tie for tie in ties() if tie.name == "safety.elsewhere"]
    assert {item.label for item in known.items(cast.regional.pk)} >= {"Okta", "SIEM"}
    assert known.items(cast.owner.pk) == []


def test_a_manager_of_a_unit_reads_nothing_of_it(cast, typed):
    leave(cast.by("owner"), cast.regional, reason="Retired")
    assert queries.rotations(cast.by("district"), None, {}).rows == []
