"""What groups and departments of a directory give, and how it ends."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.access.actions import leave, map_directory_groups, place_people
from tabard.access.events import PersonMoved
from tabard.access.models import Membership
from tabard.access.tests.scim_client import ENTERPRISE, Speaker
from tabard.audit.models import Entry
from tabard.kernel import clock, events
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Denied
from tabard.kernel.permissions import may
from tabard.org.actions import give_grant, set_policy
from tabard.org.models import Grant, Role
from tabard.org.people import actor_of


@pytest.fixture
def entra(cast):
    speaker = Speaker(cast.nordics)
    role = Role.objects.get(slug="creator")
    map_directory_groups(cast.by("owner"), speaker.directory, rules=[("Editors", role, cast.nordics)])
    return speaker


def writes(speaker, known, unit):
    return bool(may(actor_of(speaker.person(known), "screen"), "posts.write", unit.place()))


def member(known):
    return {"value": known["id"]}


ADDED = [
    lambda m: {"op": "Add", "path": "members", "value": [m]},
    lambda m: {"op": "add", "value": {"members": [m]}},
    lambda m: {"op": "replace", "path": "members", "value": [m]},
]
REMOVED = [
    lambda m: {"op": "Remove", "path": "members", "value": [m]},
    lambda m: {"op": "remove", "path": f'members[value eq "{m["value"]}"]'},
    lambda m: {"op": "replace", "path": "members", "value": []},
    lambda m: {"op": "remove", "path": "members"},
]


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("removed", REMOVED)
def test_in_a_group_and_out_of_it(entra, cast, added, removed):
    known, other = entra.add("nadia"), entra.add("jose")
    group = entra.group("Editors")
    entra.patch(f"/Groups/{group['id']}", added(member(known)))
    assert writes(entra, known, cast.nordics)
    assert not writes(entra, other, cast.nordics)
    assert entra.find(f"/Users/{known['id']}")["groups"][0]["display"] == "Editors"
    assert entra.person(known).grants.get().reason == "In the group “Editors” of Entra"
    entra.patch(f"/Groups/{group['id']}", removed(member(known)))
    assert not writes(entra, known, cast.nordics)
    assert "groups" not in entra.find(f"/Users/{known['id']}")


def test_one_is_taken_out_and_the_others_stay(entra, cast):
    people = [entra.add(f"p{n}") for n in range(3)]
    group = entra.group("Editors", *(p["id"] for p in people))
    tag = group["meta"]["version"]
    entra.patch(f"/Groups/{group['id']}", REMOVED[0](member(people[1])))
    assert [writes(entra, p, cast.nordics) for p in people] == [True, False, True]
    assert entra.find(f"/Groups/{group['id']}")["meta"]["version"] != tag


def test_letting_one_in_reads_nobody_else(entra, cast):
    people = [entra.add(f"p{n}") for n in range(12)]
    group = entra.group("Editors", *(p["id"] for p in people[:2]))

    def queries(known):
        with CaptureQueriesContext(connection) as caught:
            entra.patch(f"/Groups/{group['id']}", ADDED[0](member(known)))
        return len(caught)

    few = queries(people[2])
    for known in people[3:11]:
        queries(known)
    assert queries(people[11]) == few
    answer = entra.ask("GET", f"/Groups/{group['id']}")
    assert len(answer.json()["members"]) == 12


def test_a_renamed_group_gives_what_it_gave(entra, cast):
    known = entra.add("nadia")
    group = entra.group("Editors", known["id"])
    entra.patch(
        f"/Groups/{group['id']}", {"op": "replace", "value": {"id": group["id"], "displayName": "Writers"}}
    )
    assert writes(entra, known, cast.nordics)
    assert entra.directory.rules.get().group == "Writers"
    entra.group("Editors", known["id"])
    assert entra.person(known).grants.count() == 1


def test_a_deleted_group_gives_nothing(entra, cast):
    known = entra.add("nadia")
    group = entra.group("Editors", known["id"])
    assert entra.ask("DELETE", f"/Groups/{group['id']}").status_code == 204
    assert not writes(entra, known, cast.nordics)


def test_members_who_are_not_there(entra):
    group = entra.group("Editors")
    entra.patch(f"/Groups/{group['id']}", ADDED[0]({"value": "999999"}), status=400)
    entra.patch(f"/Groups/{group['id']}", ADDED[0]({"value": "x"}), status=400)
    answer = entra.ask("POST", "/Groups", {"schemas": [], "displayName": "editors"})
    assert answer.status_code in {400, 409}


def test_back_again_with_nothing_of_what_was(entra, cast):
    known = entra.add("nadia")
    group = entra.group("Editors", known["id"])
    entra.patch(f"/Users/{known['id']}", {"op": "replace", "value": {"active": False}})
    assert not Membership.objects.exists()
    entra.patch(f"/Groups/{group['id']}", ADDED[0](member(known)))
    assert not Membership.objects.exists(), "nobody gets a grant who is not here"
    entra.patch(f"/Users/{known['id']}", {"op": "replace", "value": {"active": True}})
    assert entra.person(known).is_active
    assert not Grant.objects.active().filter(person=entra.person(known)).exists()
    entra.patch(f"/Groups/{group['id']}", ADDED[0](member(known)))
    assert writes(entra, known, cast.nordics), "what the directory says anew is new"


def test_left_by_hand_means_out_of_every_group(entra, cast):
    known = entra.add("nadia")
    group = entra.group("Editors", known["id"])
    leave(cast.by("owner"), entra.person(known), reason="Left")
    assert "members" not in entra.find(f"/Groups/{group['id']}")
    assert entra.find(f"/Users/{known['id']}")["active"] is False


@pytest.fixture
def moved(monkeypatch):
    seen = []
    entry = events._Entry("seen", lambda _by, event: seen.append(event), True)
    monkeypatch.setitem(events._reactions, PersonMoved, [entry])
    return seen


def department(name):
    return {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": name}


def test_another_department_is_another_unit(entra, cast, moved):
    creator, publisher = (Role.objects.get(slug=slug) for slug in ("creator", "publisher"))
    rules = [("department", "North", cast.north, creator), ("department", "South", cast.south, publisher)]
    place_people(cast.by("owner"), entra.directory, rules=rules)
    known = entra.add("nadia", **{ENTERPRISE: {"department": "NORTH"}})
    assert entra.person(known).unit == cast.north
    assert writes(entra, known, cast.north)
    entra.patch(f"/Users/{known['id']}", department("South"))
    assert entra.person(known).unit == cast.south
    assert not writes(entra, known, cast.north)
    assert writes(entra, known, cast.south)
    assert moved == [PersonMoved(entra.person(known).pk, cast.north.pk, cast.south.pk)]
    entra.patch(f"/Users/{known['id']}", department("Nowhere"))
    assert entra.person(known).unit == cast.nordics
    assert not Grant.objects.active().filter(person=entra.person(known)).exists()


def test_old_and_new_overlap_as_long_as_the_policy_says(entra, cast):
    set_policy(cast.by("owner"), cast.organisation, matter="mover_days", value=14)
    creator = Role.objects.get(slug="creator")
    rules = [("department", "North", cast.north, creator), ("department", "South", cast.south, creator)]
    place_people(cast.by("owner"), entra.directory, rules=rules)
    known = entra.add("nadia", **{ENTERPRISE: {"department": "North"}})
    entra.patch(f"/Users/{known['id']}", department("South"))
    assert writes(entra, known, cast.north)
    with clock.at(clock.now() + timedelta(days=13)):
        assert writes(entra, known, cast.north)
    with clock.at(clock.now() + timedelta(days=15)):
        assert not writes(entra, known, cast.north)
        assert writes(entra, known, cast.south)


def test_new_rules_move_people_at_once_and_say_so_before(entra, cast):
    from tabard.access.actions.directories import ranked
    from tabard.access.queries import preview_places

    known = entra.add("nadia", **{ENTERPRISE: {"department": "North"}})
    rules = [("department", "North", cast.north, None)]
    told = preview_places(entra.directory, ranked(entra.directory, rules))
    assert [(m.person, m.before, m.after) for m in told] == [("nadia", "Nordics", "Region North")]
    place_people(cast.by("owner"), entra.directory, rules=rules)
    assert entra.person(known).unit == cast.north
    place_people(cast.by("owner"), entra.directory, rules=[])
    assert entra.person(known).unit == cast.nordics


def test_nobody_gives_by_a_rule_what_they_may_not_give(entra, cast):
    owner = Role.objects.get(slug="owner")
    for act, rules in (
        (map_directory_groups, [("x", owner, cast.nordics)]),
        (place_people, [("department", "x", cast.nordics, owner)]),
    ):
        with pytest.raises(Denied):
            act(cast.by("district"), entra.directory, rules=rules)


def test_the_last_owner_stays_when_the_group_that_made_them_one_vanishes(cast):
    """The directory is not refused for it; the grant ends with its next word once there is another owner."""
    entra = Speaker(cast.organisation)
    owner = Role.objects.get(slug="owner")
    rules = [("Owners", owner, cast.organisation)]
    map_directory_groups(cast.by("owner"), entra.directory, rules=rules)
    known, other = entra.add("nadia"), entra.add("omar")
    group = entra.group("Owners", known["id"], other["id"])
    grant = entra.person(known).grants.get()
    leave(command_line(), cast.owner, reason="Retired")
    entra.patch(f"/Groups/{group['id']}", REMOVED[0](member(other)))
    assert entra.person(other).grants.get().ended_at
    assert entra.ask("DELETE", f"/Groups/{group['id']}").status_code == 204
    grant.refresh_from_db()
    assert grant.ended_at is None
    assert may(actor_of(entra.person(known), "screen"), "roles.edit", cast.organisation.place())
    assert Entry.objects.get(action="directory_group.drop").notes["last_owner_stays"] == [grant.pk]
    give_grant(command_line(), cast.organisation, person=cast.regional, role=owner, reason="The next")
    map_directory_groups(cast.by("regional"), entra.directory, rules=[])
    grant.refresh_from_db()
    assert grant.ended_at
