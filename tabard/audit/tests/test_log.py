"""The audit log: written by every action, and by nothing changed."""

import pytest
from django.db import DatabaseError, connection, transaction

from tabard.audit.models import Entry
from tabard.org.actions import change_unit


def test_an_action_says_who_what_before_and_after(cast):
    change_unit(cast.by("district"), cast.nordics, name="Nordic countries")
    entry = Entry.objects.first()
    assert (entry.actor_name, entry.action, entry.label) == ("Freja Holm", "unit.change", "Nordic countries")
    assert entry.before["name"] == "Nordics"
    assert entry.after["name"] == "Nordic countries"


def test_a_password_is_never_logged(cast):
    assert not Entry.objects.filter(after__has_key="password").exists()


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_entry SET label = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_database_refuses_to_change_what_was_logged(cast, sql):
    with pytest.raises(DatabaseError, match="append-only"):
        _run(sql)


def _run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_reader_sees_names_and_not_numbers(client, cast):
    change_unit(cast.by("district"), cast.nordics, lead=cast.publisher)
    client.force_login(cast.owner)
    seen = client.get(f"/audit/{Entry.objects.first().pk}/").content.decode()
    assert "Tomasz Wilk" in seen
    assert f"<td>{cast.publisher.pk}</td>" not in seen
    assert "on screen" in seen


def test_the_whole_log_as_a_file_needs_the_right_to_export_and_a_proof(cast):
    from datetime import timedelta

    from tabard.access.tests.test_sessions import browser
    from tabard.kernel import clock

    manager, owner = browser(cast.district), browser(cast.owner)
    page = manager.get("/audit/")
    assert page.status_code == 200
    assert "/audit/csv/" not in page.text
    assert manager.get("/audit/csv/").status_code == 403
    assert owner.get("/audit/csv/").status_code == 200
    with clock.at(clock.now() + timedelta(minutes=11)):
        answer = owner.get("/audit/csv/")
        assert answer["Location"].startswith("/sign-in/again/")
