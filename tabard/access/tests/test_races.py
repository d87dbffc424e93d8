"""Two who write at the same moment: a directory and somebody at a screen."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from tabard.access.actions import leave, suspend
from tabard.access.actions.memberships import change_group
from tabard.access.models import DirectoryGroup, Membership
from tabard.access.tests.scim_client import Speaker
from tabard.kernel import clock
from tabard.kernel.errors import Denied, IllegalMove
from tabard.org.actions import end_grant, give_grant
from tabard.org.models import Grant, Person, Role
from tabard.org.people import actor_of
from tests.cast import cast as build
from tests.test_open_units import Beside


@pytest.fixture
def apart(own_database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield build()


def _leaving(cast: Any, person: Person) -> Beside:
    work = Beside(lambda: leave(cast.by("owner"), person, reason="Left"))
    time.sleep(0.5)
    return work


def test_a_group_is_changed_while_somebody_of_it_leaves(apart):
    """The directory holds the group and waits for its people; whoever leaves is held, and goes out of it."""
    entra = Speaker(apart.nordics)
    known, other = entra.add("nadia"), entra.add("omar")
    person, group = entra.person(known), entra.group("Editors", known["id"])
    with transaction.atomic():
        held = DirectoryGroup.objects.select_for_update(no_key=True).get(pk=group["id"])
        gone = _leaving(apart, person)
        now = {int(other["id"]): ""}
        change_group(apart.by("owner"), held, name="Editors", said={}, members=now)
    gone.join(10)
    assert gone.error is None
    assert not gone.is_alive()
    assert not Person.objects.get(pk=person.pk).is_active
    assert list(Membership.objects.values_list("member", flat=True)) == [int(other["id"])]


def test_two_groups_are_patched_and_people_of_both_leave(apart):
    """Both are let out and in again, named the other way round; and both leave at the same moment."""
    entra = Speaker(apart.nordics)
    people = [entra.add(f"person{n}") for n in range(2)]
    groups = [entra.group(f"Group {n}", *(p["id"] for p in people)) for n in range(2)]
    persons = [entra.person(known) for known in people]

    def patch(group: Any, order: list[Any]) -> int:
        members = [{"value": known["id"]} for known in order]
        operation = {"op": "replace", "path": "members", "value": members}
        return int(entra.patch(f"/Groups/{group['id']}", operation).status_code)

    works = []
    for order in ([], people, [], people[::-1]):
        works += [Beside(lambda g=g, o=order: patch(g, o)) for g in groups]
    works += [Beside(lambda p=p: leave(apart.by("owner"), p, reason="Left")) for p in persons]
    for work in works:
        work.join(30)
    assert [work.error for work in works if work.error] == []
    assert not Membership.objects.exists()


def _owners(cast: Any) -> list[Person]:
    """Two, and nobody else."""
    role = Role.objects.get(slug="owner")
    give_grant(cast.by("owner"), cast.organisation, person=cast.regional, role=role, reason="The second")
    return [cast.owner, cast.regional]


def _grant(person: Person) -> Grant:
    return Grant.objects.get(person=person, role__slug="owner")


ENDS = {
    "grant": lambda by, other: end_grant(by, _grant(other), reason="One of us is enough"),
    "leave": lambda by, other: leave(by, other, reason="One of us is enough"),
    "suspend": lambda by, other: suspend(by, other, reason="x", until=clock.now() + timedelta(days=1)),
}


@pytest.mark.parametrize("ways", ["grant grant", "leave leave", "grant leave", "leave suspend"])
def test_two_owners_who_end_each_other_at_once_leave_one(apart, ways):
    """Both have begun before either is done: somebody else holds the owners' grants until then."""
    owners = _owners(apart)
    with transaction.atomic():
        list(Grant.objects.of_owners().order_by("pk").select_for_update(of=("self",), no_key=True))
        works = [
            Beside(lambda w=way, a=one, b=other: ENDS[w](actor_of(a, "screen", proved_at=clock.now()), b))
            for way, one, other in zip(ways.split(), owners, reversed(owners), strict=True)
        ]
        assert all(work.waits() for work in works)
    for work in works:
        work.join(20)
    (refused,) = [type(work.error) for work in works if work.error]
    # Two who record each other's leaving hold each other besides: then PostgreSQL undoes one of them.
    assert refused in ({IllegalMove} if ways == "grant grant" else {IllegalMove, OperationalError})
    assert Grant.objects.of_owners().lasting().count() == 1


@pytest.mark.parametrize("turn", range(6))
def test_nothing_holds_them_up_and_still_one_is_left(apart, turn):
    owners = _owners(apart)
    works = [
        Beside(lambda a=one, b=other: ENDS["grant"](actor_of(a, "screen", proved_at=clock.now()), b))
        for one, other in zip(owners, reversed(owners), strict=True)
    ]
    for work in works:
        work.join(20)
    assert {type(work.error) for work in works if work.error} <= {IllegalMove, Denied}
    assert Grant.objects.of_owners().lasting().count() == 1
