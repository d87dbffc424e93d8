"""Every machine equals the trigger in the database that guards it."""

import importlib
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tabard.kernel.states import Machine

GUARDED = {
    "reply": "inbox.Reply",
    "moderation": "inbox.Moderation",
    "channel": "register.Channel",
    "round": "attestation.Round",
    "sheet": "attestation.Sheet",
    "approval": "approvals.Approval",
    "variant": "posts.Variant",
    "delivery": "publishing.Delivery",
    "rotation": "safety.Rotation",
    "admin_finding": "safety.AdminFinding",
    "register_finding": "register.Finding",
    "channel_request": "life.ChannelRequest",
    "retirement": "life.Retirement",
    "retirement_step": "life.RetirementStep",
    "difference": "life.Difference",
    "case": "watch.Case",
    "filing": "watch.Filing",
    "conversation": "inbox.Conversation",
}


def machines() -> dict[str, Machine]:
    found = {}
    for path in Path(importlib.import_module("tabard").__path__[0]).glob("*/states.py"):
        if path.parent.name == "kernel":
            continue
        module = importlib.import_module(f"tabard.{path.parent.name}.states")
        found.update({m.name: m for m in vars(module).values() if isinstance(m, Machine)})
    return found


def test_every_machine_is_guarded():
    assert set(machines()) == set(GUARDED)


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_the_trigger_has_the_moves_of_the_machine(db, name):
    machine = machines()[name]
    table = apps.get_model(GUARDED[name])._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT obj_description(p.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND t.tgname = %s",
            [table, f"guard_{table}_{machine.column}"],
        )
        assert json.loads(cursor.fetchone()[0]) == machine.as_data()


def test_no_machine_has_more_than_nine_states():
    assert all(len(m.states) <= 9 for m in machines().values())


def test_psql_cannot_force_a_state(cast):
    from tabard.register.models import Channel, Platform

    platform = Platform.objects.create(slug="x-test", name="X test", mark="Xt")
    channel = Channel.objects.create(unit=cast.nordics, platform=platform, handle="nordics")
    with pytest.raises(DatabaseError, match="no move from active to retired"), transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(state="retired")
