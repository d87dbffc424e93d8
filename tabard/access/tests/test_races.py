"""Two who write at the same moment: a directory and somebody at a screen."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import transaction

from tabard.access.actions import leave
from tabard.access.actions.memberships import change_group
from tabard.access.models import DirectoryGroup, Membership
from tabard.access.tests.scim_client import Speaker
from tabard.org.models import Person
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
