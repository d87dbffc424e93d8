"""Every role against every action: the reviewed list of tests/rights.json, and what the actions really do."""

from __future__ import annotations

import inspect
import json
from typing import Any

from django.db import transaction

from tabard.kernel import actions, clock
from tabard.kernel.errors import Denied
from tabard.org.catalogue import OWN, ROLES
from tabard.org.people import actor_of
from tests.cast import make_person
from tests.snapshots import RIGHTS

# Actions that ask for more once they know more of the thing.
MORE = {"credential.give_back": "what somebody else has out needs vault.edit"}
ALLOWED = json.loads(RIGHTS.read_text())


def _called(by: Any, spec: Any, thing: Any) -> str:
    """What comes of calling an action with nothing but the thing: `refused` if not even that was let in."""
    needed = list(inspect.signature(spec.function).parameters.values())[2:]
    given = {p.name: None for p in needed if p.default is inspect.Parameter.empty}
    try:
        with transaction.atomic():
            try:
                spec.function(by, thing, **given)
            finally:
                transaction.set_rollback(True)
    except Denied as refusal:
        return "refused" if "needs the right" in refusal.reason else "let in"
    except Exception:  # noqa: BLE001 it was let in, and then found that nothing was said
        return "let in"
    return "let in"


def test_the_list_names_every_role():
    assert ALLOWED.keys() == ROLES.keys()


def test_every_role_may_do_what_the_list_says_and_nothing_else(things):
    """Ten people of the Nordics, one for each role, try each action on a thing of the Nordics."""
    nordics, wrong = things.cast.nordics, []
    people = {role: make_person(nordics, f"Role {role.title()}", role) for role in ROLES}
    made = {on: things.of(on) for on in {spec.on for spec in actions.registry.values()}}
    for role, person in people.items():
        by = actor_of(person, "screen", proved_at=clock.now())
        for name, spec in actions.registry.items():
            if spec.may.startswith(OWN) or name in MORE or made[spec.on].place().unit_path != nordics.path:
                continue
            came = _called(by, spec, made[spec.on])
            if (came == "let in") != (name in ALLOWED[role]):
                wrong.append((role, name, came))
    assert wrong == [], wrong
