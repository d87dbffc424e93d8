"""Losing what may be lost, and nothing else: erasure, terms, legal holds."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tabard.audit import actions, keeping
from tabard.audit.chain import sealing
from tabard.audit.chain.sealing import chain, seal
from tabard.audit.chain.verifying import verify
from tabard.audit.lists import said
from tabard.audit.models import Clearing, Entry, Seal
from tabard.audit.tests.test_chain import run
from tabard.kernel import clock
from tabard.kernel.errors import Denied, Invalid
from tabard.org.actions import change_person, change_unit


@pytest.fixture
def written(cast, monkeypatch):
    """Freja Holm did things, and things were done to her; sealed."""
    monkeypatch.setattr(sealing, "BATCH", 5)
    for n in range(8):
        change_unit(cast.by("district"), cast.nordics, name=f"Nordics {n}")
    change_person(cast.by("owner"), cast.district, title="Head of the district")
    change_unit(cast.by("owner"), cast.nordics, name="Kingdom of Freja Holm")
    seal()
    return cast


def _text():
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM audit_entry e")
        return cursor.fetchone()[0].lower()


def test_an_erased_person_is_nowhere_and_the_chain_holds(written):
    assert "freja" in _text()
    actions.erase_person(written.by("owner"), chain(), person_id=written.district.pk, reason="Asked for it")
    assert "freja" not in _text()
    assert Entry.objects.filter(person_id=written.district.pk, action="unit.change").count() == 8
    found = verify()
    assert found.sound
    assert found.erased > 8
    seal()
    assert verify().sound
    entry = Entry.objects.filter(person_id=written.district.pk, action="unit.change").first()
    assert said(entry).startswith("(erased)")
    assert entry.label.startswith("Nordics")  # what was done stays


def test_an_erasure_is_itself_logged_without_the_name(written):
    made = actions.erase_person(written.by("owner"), chain(), person_id=written.district.pk, reason="Why")
    entry = Entry.objects.first()
    assert (entry.action, entry.thing_id, entry.after["reason"]) == ("audit.erase_person", made.pk, "Why")
    assert entry.notes["count"] > 8
    with pytest.raises(Invalid):
        actions.erase_person(written.by("owner"), chain(), person_id=10**9, reason="Nobody")


def test_words_that_go_without_an_erasure_are_found(written):
    entry = Entry.objects.filter(action="unit.change").last()
    run(
        "UPDATE audit_entry SET digest_who = sha256(uuid_send(salt_who) "
        "|| record_send(ROW(actor_name::text, origin::text))), salt_who = NULL, actor_name = '', origin = '' "
        "WHERE id = %s",
        entry.pk,
    )
    assert [(f.kind, f.entry) for f in verify().faults] == [("erased", entry.pk)]


def test_an_erased_entry_cannot_be_given_other_words(written):
    actions.erase_person(written.by("owner"), chain(), person_id=written.district.pk, reason="x")
    entry = Entry.objects.filter(person_id=written.district.pk, action="unit.change").first()
    run("UPDATE audit_entry SET actor_name = 'Mallory' WHERE id = %s", entry.pk)
    assert [(f.kind, f.entry) for f in verify().faults] == [("edited", entry.pk)]


ERASING = (
    "salt_who = NULL, actor_name = '', origin = '', erased_in = {c}, digest_who = "
    "sha256(uuid_send(salt_who) || record_send(ROW(actor_name::text, origin::text)))"
)


@pytest.mark.parametrize(
    "change",
    [
        "label = 'x', erased_in = {c}",
        "erased_in = {c}, at = now()",
        ERASING + ", action = 'x'",
        ERASING + ", thing_id = 5",
        ERASING.replace("sha256(uuid_send(salt_who) ||", "sha256('x' ||"),
        ERASING.replace("actor_name = ''", "actor_name = 'x'"),
        ERASING.replace("erased_in = {c}", "erased_in = NULL"),
        ERASING.replace("erased_in = {c}", "erased_in = 0"),
        "salt_what = NULL, erased_in = {c}",
    ],
)
def test_the_guard_lets_nothing_but_an_erasure_pass(written, change):
    log = chain()
    made = Clearing.objects.create(
        kind="erase", reason="x", unit_id=log.unit_id, unit_path=log.unit_path, at=clock.now()
    )
    _attempt(f"UPDATE audit_entry SET {change.format(c=made.pk)}")
    _attempt("DELETE FROM audit_entry")
    _attempt("TRUNCATE audit_entry")


def test_the_guard_lets_an_erasure_pass_only_in_its_own_transaction(written):
    log = chain()
    made = Clearing(kind="erase", reason="x", unit_id=log.unit_id, unit_path=log.unit_path, at=clock.now())
    made.tx = 1
    made.save()
    _attempt("UPDATE audit_entry SET " + ERASING.format(c=made.pk))


def _attempt(sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


def later(months):
    return clock.at(clock.now() + timedelta(days=31 * months))


def test_what_is_past_its_term_goes_and_the_chain_holds(written):
    owner = written.by("owner")
    actions.set_term(owner, chain(), months=12)
    seal()
    before = Entry.objects.count()
    keeping.remove_due()
    assert Entry.objects.count() == before
    with later(13):
        change_unit(written.by("owner"), written.nordics, name="Young")
        seal()
        keeping.remove_due()
        assert Entry.objects.count() == 2  # the young one, and the one about the removal
        assert Seal.objects.filter(number=1, leaves=b"").exists()
        found = verify()
        assert (found.sound, found.removed) == (True, Seal.objects.count() - 1)
        seal()
        assert verify().sound


def test_what_somebody_removed_is_not_taken_for_past_its_term(written):
    first = Seal.objects.get(number=1)
    run("DELETE FROM audit_entry WHERE id <= %s", first.last_id)
    run("UPDATE audit_seal SET leaves = '' WHERE number = 1")
    assert [(f.kind, f.batch) for f in verify().faults] == [("edited", 1)]


def test_a_hold_stops_erasure_and_removal_until_it_ends(written):
    owner = written.by("owner")
    held = actions.hold(owner, chain(), name="Case 12", reason="Court", person_id=written.district.pk)
    with pytest.raises(Invalid, match="Case 12"):
        actions.erase_person(owner, chain(), person_id=written.district.pk, reason="x")
    actions.set_term(owner, chain(), months=12)
    seal()
    first = Entry.objects.filter(kind="org.person", thing_id=written.district.pk).last()
    with later(13):
        keeping.remove_due()
        assert Entry.objects.filter(pk=first.pk).exists()
        assert verify().sound
        actions.end_hold(written.by("owner"), held, reason="Settled")
        keeping.remove_due()
        assert not Entry.objects.filter(pk=first.pk).exists()


@pytest.mark.parametrize("how", ["kind", "thing", "time"])
def test_a_hold_may_be_on_a_thing_or_a_time(written, how):
    about = {
        "kind": {"kind": "org.unit"},
        "thing": {"kind": "org.unit", "thing_id": written.nordics.pk},
        "time": {"since": clock.now() - timedelta(days=1), "until": clock.now() + timedelta(days=1)},
    }[how]
    actions.hold(written.by("owner"), chain(), name="Hold", reason="Court", **about)
    with pytest.raises(Invalid, match="Hold"):
        actions.erase_person(written.by("owner"), chain(), person_id=written.district.pk, reason="x")


def test_a_manager_reads_the_log_and_does_not_keep_it(written):
    for who in ("regional", "district", "stranger"):
        with pytest.raises(Denied):
            actions.erase_person(written.by(who), chain(), person_id=written.district.pk, reason="x")
        with pytest.raises(Denied):
            actions.set_term(written.by(who), chain(), months=12)


def test_the_screens_say_how_it_stands(client, written):
    client.force_login(written.owner)
    assert "batch 1" in client.get(f"/audit/{Entry.objects.last().pk}/").content.decode()
    assert client.post("/audit/keeping/", {"do": "term", "months": "24"}).status_code == 302
    assert chain().months == 24
    given = {"do": "hold", "name": "Case", "reason": "Court", "person": str(written.district.pk)}
    assert client.post("/audit/keeping/", given).status_code == 302
    wrong = client.post("/audit/erase/", {"person_id": str(written.district.pk), "reason": "x"})
    assert wrong.status_code == 422
    assert "Case" in wrong.content.decode()
    keeping.check()
    assert "Unchanged" in client.get("/audit/seals/").content.decode()
    run("UPDATE audit_entry SET label = 'x' WHERE id = %s", Entry.objects.last().pk)
    keeping.check()
    seen = client.get("/audit/seals/").content.decode()
    assert f"entry {Entry.objects.last().pk}" in seen
