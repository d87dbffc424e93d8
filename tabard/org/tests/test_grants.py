"""Who may do what: grants, their reach, their end, and standing in for somebody."""

from datetime import timedelta

import pytest

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid, ProveFirst
from tabard.kernel.permissions import may
from tabard.org.actions import (
    change_person,
    change_role,
    end_absence,
    end_grant,
    give_grant,
    make_role,
    say_absent,
)
from tabard.org.models import Person, Role, Unit
from tabard.org.people import actor_of
from tests.cast import make_person


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
    with pytest.raises(ProveFirst):
        change_person(actor_of(cast.district, "screen"), cast.creator, email="marek@meridian.example")
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


def away(by, person, deputy):
    now = clock.now()
    return say_absent(by, person, deputy=deputy, starts_at=now, ends_at=now + timedelta(days=7))


def test_nobody_makes_a_friend_the_deputy_of_somebody_who_may_more(cast):
    """A deputy may all that the person may: an owner who sits in a district is not its manager's to lend."""
    Person.objects.filter(pk=cast.owner.pk).update(unit=cast.nordics)
    with pytest.raises(Denied, match="may do more than you"):
        away(cast.by("district"), cast.owner, cast.creator)
    assert not may(cast.by("creator"), "roles.edit", cast.organisation.place())
    # What begins tomorrow is lent with the rest.
    later = {"starts_at": clock.now() + timedelta(days=1), "reason": "From tomorrow"}
    regional = Role.objects.get(slug="manager")
    give_grant(cast.by("owner"), cast.north, person=cast.publisher, role=regional, **later)
    with pytest.raises(Denied, match="may do more than you"):
        away(cast.by("district"), cast.publisher, cast.creator)
    assert away(cast.by("district"), cast.creator, cast.publisher).deputy == cast.publisher


def test_a_narrow_key_does_not_lend_all_that_its_person_may(cast):
    narrow = Actor("token", "x", "api", cast.district.pk, frozenset({"own.absence", "posts.see"}))
    with pytest.raises(Denied, match="than your key"):
        away(narrow, cast.district, cast.creator)
    assert not may(cast.by("creator"), "grants.give", cast.nordics.place())


def test_owner_rights_are_lent_only_by_who_has_just_shown_that_it_is_them(cast):
    with pytest.raises(ProveFirst):
        away(actor_of(cast.owner, "screen"), cast.owner, cast.regional)
    assert away(cast.by("owner"), cast.owner, cast.regional).deputy == cast.regional


def test_who_changes_roles_does_not_come_to_everything(cast):
    """Somebody who may change what roles may do, and little else, changes their own."""
    role = make_role(cast.by("owner"), cast.organisation, name="Role keeper", permissions=["roles.edit"])
    keeper = make_person(cast.organisation, "Kasper Lind", "role-keeper")
    by = actor_of(keeper, "screen", proved_at=clock.now())
    with pytest.raises(Denied, match="do not have it yourself"):
        change_role(by, cast.organisation, role=role, permissions=["roles.edit", "audit.erase"])
    with pytest.raises(Denied, match="do not have it yourself"):
        make_role(by, cast.organisation, name="Mine", permissions=["vault.use"])
    creator = Role.objects.get(slug="creator")
    fewer = sorted(set(creator.permissions) - {"posts.submit"})
    assert change_role(by, cast.organisation, role=creator, permissions=fewer).permissions == fewer


def test_the_last_owner_stays_whoever_ends_it(cast):
    last = cast.owner.grants.get()
    with pytest.raises(IllegalMove, match="Nobody would own"):
        end_grant(cast.by("owner"), last, reason="By mistake")
    owner = Role.objects.get(slug="owner")
    soon = {"ends_at": clock.now() + timedelta(hours=4), "reason": "Emergency"}
    give_grant(cast.by("owner"), cast.organisation, person=cast.regional, role=owner, **soon)
    with pytest.raises(IllegalMove, match="Nobody would own"):
        end_grant(cast.by("regional"), last, reason="Before mine is over")
    give_grant(cast.by("owner"), cast.organisation, person=cast.on_call, role=owner, reason="The next")
    assert end_grant(cast.by("owner"), last, reason="Retires").ended_at
