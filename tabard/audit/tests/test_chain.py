"""What a superuser of the database can do to the log, with the guards off, and that it shows where."""

from __future__ import annotations

import datetime
import json
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from tabard.audit.chain import encoding, keys, sealing
from tabard.audit.chain.anchors import leave_head, note_of
from tabard.audit.chain.sealing import seal
from tabard.audit.chain.verifying import verify
from tabard.audit.models import Chain, Entry, Seal
from tabard.kernel import clock
from tabard.org.actions import change_unit


def run(sql, *given):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as a superuser may: no triggers
        cursor.execute(sql, given)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def batches(cast, monkeypatch):
    """Some dozens of entries in batches of five, all sealed."""
    monkeypatch.setattr(sealing, "BATCH", 5)
    for n in range(12):
        change_unit(cast.by("district"), cast.nordics, name=f"Nordics {n}")
    seal()
    assert verify().sound
    assert Seal.objects.count() > 4
    return list(Entry.objects.order_by("pk").values_list("pk", flat=True))


def faults(**given):
    return [(f.kind, f.entry) for f in verify(**given).faults]


@pytest.mark.parametrize("where", [0, 1, 7, -1])
@pytest.mark.parametrize(
    "change",
    [
        "label = 'x'",
        "actor_name = 'Somebody else'",
        "at = at + interval '1 microsecond'",
        "thing_id = 999",
        "person_id = 424242",
        'after = after || \'{"name": "x"}\'',
        "salt_who = gen_random_uuid()",
        "salt_who = NULL, actor_name = 'x', origin = ''",
    ],
)
def test_an_edit_is_found_at_its_number(batches, where, change):
    run(f"UPDATE audit_entry SET {change} WHERE id = %s", batches[where])
    assert faults() == [("edited", batches[where])]


@pytest.mark.parametrize("where", [0, 4, 5, 11, -1])
def test_a_deletion_is_found_at_its_number(batches, where):
    run("DELETE FROM audit_entry WHERE id = %s", batches[where])
    assert faults() == [("deleted", batches[where])]


@pytest.mark.parametrize("where", ["before", "between"])
def test_an_insertion_is_found_at_its_number(batches, where):
    pk = 0 if where == "before" else batches[6]
    if where == "between":
        run("DELETE FROM audit_entry WHERE id = %s", batches[6])
        run(_copy(pk), pk, batches[2])
        assert faults() == [("edited", pk)]
        return
    run("UPDATE audit_entry SET id = -1 WHERE id = %s", batches[0])
    assert faults() == [("deleted", batches[0])]
    run("UPDATE audit_entry SET id = %s WHERE id = -1", batches[0])
    gap = next((a + 1 for a, b in pairwise(batches) if b > a + 1), None)
    if gap:
        run(_copy(gap), gap, batches[2])
        assert ("inserted", gap) in faults()


def _copy(pk):
    same = "via, origin, action, kind, label, unit_path, before, after, notes"
    return (
        f"INSERT INTO audit_entry (id, at, actor_kind, actor_name, {same}) "
        f"SELECT %s, at, actor_kind, 'x', {same} FROM audit_entry WHERE id = %s"
    )


def test_an_insertion_into_a_gap_is_found(cast):
    change_unit(cast.by("district"), cast.nordics, name="One")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_entry_id_seq')")
        gap = cursor.fetchone()[0]
    change_unit(cast.by("district"), cast.nordics, name="Two")
    seal()
    run(_copy(gap), gap, gap - 1)
    assert faults() == [("inserted", gap)]


def test_a_number_that_was_never_given_out_is_found(batches):
    run(_copy(10**9), 10**9, batches[0])
    assert ("inserted", 10**9) in faults()


@pytest.mark.parametrize(("one", "other"), [(0, 1), (6, 8), (1, 12)])
def test_reordering_is_told_as_such(batches, one, other):
    a, b = batches[one], batches[other]
    for was, now in ((a, -1), (b, a), (-1, b)):
        run("UPDATE audit_entry SET id = %s WHERE id = %s", now, was)
    found = faults()
    assert {entry for _kind, entry in found} == {a, b}
    if one // 5 == other // 5:
        assert found == [("reordered", a), ("reordered", b)]


def test_a_seal_that_was_altered_is_found(batches):
    run("UPDATE audit_seal SET count = count + 1 WHERE number = 2")
    assert [(f.kind, f.batch) for f in verify().faults] == [("seal", 2)]


def test_an_edit_is_found_though_the_list_of_its_seal_was_altered_too(batches):
    run("UPDATE audit_entry SET label = 'x' WHERE id = %s", batches[7])
    _relist(2)
    assert [(f.kind, f.batch) for f in verify().faults] == [("edited", 2)]


def test_a_batch_removed_with_its_seal_is_found(batches):
    lost = Seal.objects.get(number=3)
    run("DELETE FROM audit_entry WHERE id BETWEEN %s AND %s", lost.first_id, lost.last_id)
    run("DELETE FROM audit_seal WHERE number = 3")
    assert ("missing", None) in faults()
    assert next(f.batch for f in verify().faults if f.kind == "missing") == 3


def _relist(number):
    """What somebody with the database alone does to make the list fit the entries."""
    one = Seal.objects.get(number=number)
    after = Seal.objects.filter(number=number - 1).values_list("last_id", flat=True).first() or 0
    with transaction.atomic():
        packed = b"".join(encoding.leaf(*row) for row in encoding.rows(after, one.last_id))
    run("UPDATE audit_seal SET leaves = %s WHERE number = %s", packed, number)
    return packed


def _rewrite(start, *, with_key):
    """Make all seals from `start` anew over the entries as they are now."""
    for one in Seal.objects.filter(number__gte=start).order_by("number"):
        packed = _relist(one.number)
        before = Seal.objects.filter(number=one.number - 1).first()
        previous = bytes(before.digest) if before else sealing.beginning(Chain.objects.get())
        digest = encoding.head(
            number=one.number,
            previous=previous,
            first=one.first_id,
            last=one.last_id,
            count=one.count,
            sealed_at=one.sealed_at,
            content=encoding.content(packed),
        )
        mac = keys.mac(digest) if with_key else bytes(one.mac)
        run(
            "UPDATE audit_seal SET content = %s, previous = %s, digest = %s, mac = %s WHERE number = %s",
            encoding.content(packed),
            previous,
            digest,
            mac,
            one.number,
        )


def test_a_chain_rewritten_from_the_middle_lacks_the_key(batches):
    run("UPDATE audit_entry SET label = 'x' WHERE id = %s", batches[12])
    _rewrite(3, with_key=False)
    assert {f.kind for f in verify().faults} == {"rewritten"}
    assert min(f.batch for f in verify().faults) == 3


def test_a_chain_rewritten_with_the_key_is_found_against_an_anchor(batches, tmp_path):
    with override_settings(AUDIT_ANCHOR_FOLDER=str(tmp_path)):
        assert [a.trouble for a in leave_head()] == [""]
        run("UPDATE audit_entry SET label = 'x' WHERE id = %s", batches[12])
        _rewrite(3, with_key=True)
        assert {f.kind for f in verify().faults} == {"rewritten"}
    assert verify().sound  # which is why heads are left outside


def test_an_end_that_was_cut_off_is_found_against_an_anchor(batches, tmp_path):
    with override_settings(AUDIT_ANCHOR_FOLDER=str(tmp_path)):
        leave_head()
        last = Seal.objects.first()
        run("DELETE FROM audit_entry WHERE id >= %s", last.first_id)
        run("DELETE FROM audit_anchor")
        run("DELETE FROM audit_seal WHERE number = %s", last.number)
        assert [(f.kind, f.batch) for f in verify().faults] == [("truncated", last.number)]


def test_a_head_from_a_mail_finds_the_same(batches, mailoutbox):
    with override_settings(AUDIT_ANCHOR_MAIL=["auditor@meridian.example"]):
        leave_head()
    note = note_of(Seal.objects.first())
    assert f"--head {note.number}:{note.digest}" in mailoutbox[0].body
    assert verify(given=[(note.number, note.digest)]).sound
    assert not verify(given=[(note.number, "00" * 32)]).sound
    assert not verify(given=[(note.number + 1, note.digest)]).sound


def test_a_file_with_a_head_is_signed_and_never_written_over(batches, tmp_path):
    with override_settings(AUDIT_ANCHOR_FOLDER=str(tmp_path)):
        leave_head()
        leave_head()
    (path,) = tmp_path.iterdir()
    said = json.loads(path.read_text())
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["public_key"]))
    public.verify(bytes.fromhex(said["signature"]), said["signed"].encode())
    assert said["head"] in said["signed"]


def test_the_unsealed_end_may_not_grow_old(batches, cast):
    change_unit(cast.by("district"), cast.nordics, name="Late")
    assert verify().unsealed == 1
    with clock.at(clock.now() + datetime.timedelta(hours=1)):
        assert [f.kind for f in verify().faults] == ["stopped"]


def test_a_key_that_is_not_here_is_told_and_not_taken_for_an_attack(batches):
    with override_settings(AUDIT_KEYS=[], SECRET_KEY="another key of this installation"):
        found = verify()
    assert found.sound
    assert found.unknown_keys == [Seal.objects.first().key_name]


def test_a_new_key_signs_and_the_old_ones_verify(batches, cast):
    with override_settings(AUDIT_KEYS=["a new key for the seals"]):
        change_unit(cast.by("district"), cast.nordics, name="New")
        seal()
        assert verify().unknown_keys == []
    assert len(set(Seal.objects.values_list("key_name", flat=True))) == 2


def test_checking_since_a_day_leaves_out_what_was_sealed_before(batches, cast):
    with clock.at(clock.now() + datetime.timedelta(days=2)):
        change_unit(cast.by("district"), cast.nordics, name="Later")
        seal()
        found = verify(since=clock.now() - datetime.timedelta(days=1))
    assert (found.batches, found.entries, found.sound) == (1, 1, True)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_seal SET leaves = ''",
        "UPDATE audit_seal SET count = 1",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal CASCADE",
        "DELETE FROM audit_clearing",
    ],
)
def test_the_database_refuses_to_change_seals(batches, sql):
    from tabard.audit.models import Clearing

    log = Chain.objects.get()
    Clearing.objects.create(
        kind="erase", reason="x", unit_id=log.unit_id, unit_path=log.unit_path, at=clock.now()
    )
    with pytest.raises(DatabaseError, match="stay"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
