"""Moving to another unit, and suspensions: nothing opens for a while, and nothing is lost."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from tabard.access.actions import (
    come_back,
    leave,
    make_token,
    move_person,
    resume,
    suspend,
)
from tabard.access.jobs import end_suspensions
from tabard.access.models import ApiToken, Suspension
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.permissions import may
from tabard.org.actions import set_policy
from tabard.org.models import Person, Role


def tomorrow():
    return clock.now() + timedelta(days=1)


def fresh(person):
    return Person.objects.get(pk=person.pk)


def writes(cast, unit):
    return bool(may(cast.by("creator"), "posts.write", unit.place()))


def test_what_they_had_ends_and_the_new_begins(cast):
    role = Role.objects.get(slug="creator")
    grants = list(cast.creator.grants.all())
    move_person(cast.by("owner"), cast.creator, to=cast.south, reason="New team", ends=grants, role=role)
    assert fresh(cast.creator).unit == cast.south
    assert (writes(cast, cast.nordics), writes(cast, cast.south)) == (False, True)


def test_an_overlap_within_the_policy(cast):
    grants = list(cast.creator.grants.all())
    with pytest.raises(Invalid, match="0 days"):
        move_person(cast.by("owner"), cast.creator, to=cast.south, reason="x", ends=grants, days=3)
    set_policy(cast.by("owner"), cast.organisation, matter="mover_days", value=7)
    move_person(cast.by("owner"), cast.creator, to=cast.south, reason="x", ends=grants, days=3)
    assert writes(cast, cast.nordics)
    with clock.at(clock.now() + timedelta(days=4)):
        assert not writes(cast, cast.nordics)


def test_who_may_move_whom(cast):
    with pytest.raises(Denied):
        move_person(cast.by("district"), cast.creator, to=cast.south, reason="x")
    with pytest.raises(Denied):
        move_person(cast.by("owner"), cast.owner, to=cast.south, reason="x")
    with pytest.raises(Invalid):
        move_person(cast.by("owner"), cast.creator, to=cast.nordics, reason="x")
    theirs = cast.publisher.grants.all()
    with pytest.raises(Invalid):
        move_person(cast.by("owner"), cast.creator, to=cast.south, reason="x", ends=theirs)


def test_suspended_nothing_opens(cast, client):
    key = make_token(cast.by("creator"), cast.creator, name="x").key
    Authenticator.objects.create(user=cast.creator, type="totp", data={})
    client.force_login(cast.creator)
    assert client.get("/posts/").status_code == 200
    suspend(cast.by("owner"), cast.creator, reason="Asked to", until=tomorrow())
    assert client.get("/posts/").status_code == 302
    answer = client.get("/api/v1/posts", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert not writes(cast, cast.nordics)
    assert ApiToken.objects.get().ended_at
    assert Authenticator.objects.filter(user=cast.creator).exists()
    assert fresh(cast.creator).left_at is None


def test_back_by_itself_with_what_they_had_but_no_session(cast, client):
    client.force_login(cast.creator)
    suspend(cast.by("owner"), cast.creator, reason="Asked to", until=tomorrow())
    end_suspensions(0)
    assert not fresh(cast.creator).is_active
    with clock.at(tomorrow() + timedelta(minutes=1)):
        end_suspensions(0)
    assert fresh(cast.creator).is_active
    assert writes(cast, cast.nordics)
    assert client.get("/posts/").status_code == 302


def test_who_may_suspend_whom_and_how_long(cast):
    by = cast.by("district")
    for until in (clock.now(), clock.now() + timedelta(days=400)):
        with pytest.raises(Invalid):
            suspend(by, cast.creator, reason="x", until=until)
    with pytest.raises(Denied):
        suspend(by, cast.district, reason="x", until=tomorrow())
    with pytest.raises(IllegalMove, match="last owner"):
        suspend(command_line(), cast.owner, reason="x", until=tomorrow())
    suspend(by, cast.creator, reason="x", until=tomorrow())
    with pytest.raises(IllegalMove):
        suspend(by, cast.creator, reason="x", until=tomorrow())
    with pytest.raises(IllegalMove):
        come_back(by, cast.creator)
    resume(by, cast.creator)
    with pytest.raises(IllegalMove):
        resume(by, cast.creator)


def test_leaving_ends_a_suspension_for_good(cast):
    suspend(cast.by("owner"), cast.creator, reason="x", until=tomorrow())
    leave(cast.by("owner"), cast.creator, reason="Left")
    assert Suspension.objects.get().ended_at
    with clock.at(tomorrow() + timedelta(days=1)):
        end_suspensions(0)
    assert not fresh(cast.creator).is_active


def test_from_the_screens(cast, client):
    client.force_login(cast.owner)
    page = client.get(f"/people/{cast.creator.pk}/move/")
    assert "Creator · Nordics" in page.text
    form = {"unit": cast.south.pk, "reason": "New team", "ends": [g.pk for g in cast.creator.grants.all()]}
    answer = client.post(f"/people/{cast.creator.pk}/move/", form, follow=True)
    assert "Marek Nowak belongs to Region South now." in answer.text
    client.post(f"/people/{cast.creator.pk}/suspend/", {"reason": "x", "until": "2031-01-01T10:00"})
    assert fresh(cast.creator).is_active, "more than a year is refused"
    until = f"{tomorrow():%Y-%m-%dT%H:%M}"
    client.post(f"/people/{cast.creator.pk}/suspend/", {"reason": "x", "until": until})
    assert "suspended" in client.get(f"/people/{cast.creator.pk}/").text
    client.post(f"/people/{cast.creator.pk}/suspend/", {"resume": "1"})
    assert fresh(cast.creator).is_active


def test_by_api(cast, client):
    client.force_login(cast.owner)
    at = f"/api/v1/people/{cast.creator.pk}"
    said = {"unit_id": cast.south.pk, "reason": "x", "ends": [cast.creator.grants.get().pk]}
    assert client.post(f"{at}/move", said, content_type="application/json").json()["unit_id"] == cast.south.pk
    said = {"reason": "x", "until": tomorrow().isoformat()}
    assert client.post(f"{at}/suspension", said, content_type="application/json").status_code == 201
    assert client.delete(f"{at}/suspension").json()["is_active"] is True
