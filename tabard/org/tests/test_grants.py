"""Who may do what: grants, their reach, their end, and standing in for somebody."""

from datetime import timedelta

import pytest

from tabard.kernel import clock
from tabard.kernel.errors import Denied, Invalid
from tabard.kernel.permissions import may
from tabard.org.actions import change_person, end_absence, end_grant, give_grant, say_absent
from tabard.org.models import Person, Role, Unit


def test_a_grant_reaches_down_the_tree_and_not_sideways(cast):
    assert may(cast.by("regional"), "posts.publish", cast.nordics.place())
    assert not may(cast.by("district"), "posts.publish", cast.north.place())
    assert not may(cast.by("stranger"), "posts.publish", cast.nordics.place())


def test_a_refusal_names_the_right_that_is_missing(cast):
    assert (
        "Schedule and publish posts" in may(cast.by("creator"), "posts.publish", cast.nordics.place()).reason
    )


def test_units_out_of_reach_are_not_listed(cast):
    assert set(Unit.objects.visible_to(cast.by("district"))) == {cast.nordics}
    assert cast.nordics not in Unit.objects.visible_to(cast.by("stranger"))


def test_an_ended_grant_allows_nothing(cast):
    assert not may(cast.by("leaver"), "posts.write", cast.nordics.place())


def test_a_grant_begins_and_ends_at_its_times(cast):
    now = clock.now()
    role = Role.objects.get(slug="publisher")
    give_grant(
        cast.by("district"),
        cast.nordics,
        person=cast.analyst,
        role=role,
        reason="Holiday cover",
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
    )
    for days, expected in ((0, False), (1.5, True), (2.5, False)):
        with clock.at(now + timedelta(days=days)):
            assert bool(may(cast.by("analyst"), "posts.publish", cast.nordics.place())) is expected


def test_nobody_gives_more_than_they_have(cast):
    with pytest.raises(Denied, match="do not have its right"):
        give_grant(
            cast.by("district"),
            cast.nordics,
            person=cast.creator,
            role=Role.objects.get(slug="owner"),
            reason="x",
        )


def test_nobody_gives_to_themselves(cast):
    with pytest.raises(Denied, match="to themselves"):
        give_grant(
            cast.by("district"),
            cast.nordics,
            person=cast.district,
            role=Role.objects.get(slug="creator"),
            reason="x",
        )


def test_a_grant_needs_a_reason(cast):
    with pytest.raises(Invalid):
        give_grant(
            cast.by("district"),
            cast.nordics,
            person=cast.creator,
            role=Role.objects.get(slug="creator"),
            reason=" ",
        )


def test_a_deputy_has_the_rights_while_the_person_is_away(cast):
    now = clock.now()
    absence = say_absent(
        cast.by("district"),
        cast.district,
        deputy=cast.creator,
        starts_at=now,
        ends_at=now + timedelta(days=7),
    )
    assert may(cast.by("creator"), "grants.give", cast.nordics.place())
    end_absence(cast.by("district"), absence)
    assert not may(cast.by("creator"), "grants.give", cast.nordics.place())


def test_ending_a_grant_of_a_sibling_unit_is_refused_without_a_hint(cast):
    grant = cast.creator.grants.get()
    with pytest.raises(Denied) as refusal:
        end_grant(cast.by("stranger"), grant, reason="mine now")
    assert refusal.value.hidden


def test_nobody_becomes_somebody_who_may_more(cast):
    """Links for a new password go to the address that is set here."""
    Person.objects.filter(pk=cast.owner.pk).update(unit=cast.nordics)
    with pytest.raises(Denied, match="may do more than you"):
        change_person(cast.by("district"), cast.owner, email="mine@meridian.example")
    assert change_person(cast.by("district"), cast.owner, title="Chair").title == "Chair"
    moved = change_person(cast.by("district"), cast.creator, email="marek@meridian.example")
    assert moved.email == "marek@meridian.example"


def test_nobody_moves_to_another_unit_by_the_way(cast, client):
    """A form or a call that names a unit all the same: moving is an act of its own, with which grants end."""
    client.force_login(cast.owner)
    address = f"/people/{cast.creator.pk}/"
    sent = {"name": "Marek N.", "email": cast.creator.email, "title": "", "unit": str(cast.south.pk)}
    client.post(address, sent)
    call = {"title": "Editor", "unit_id": cast.south.pk, "unit": cast.south.pk}
    answer = client.patch(f"/api/v1{address.rstrip('/')}", call, content_type="application/json")
    assert answer.status_code == 200
    cast.creator.refresh_from_db()
    assert (cast.creator.name, cast.creator.title, cast.creator.unit) == ("Marek N.", "Editor", cast.nordics)
