"""Thousands of rows at once: written as any other row would be, and refused as any other."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from tabard.attestation.models import Item, Round, Sheet
from tabard.audit.models import Entry
from tabard.audit.record import WRITTEN
from tabard.kernel import clock
from tabard.kernel.bulk import among, insert, insert_values

HARD = 'tab\there, back\\slash, new\nline, "quotes", \\N, щ, 東京, 🙂'


def entry(**more) -> Entry:
    known = {"at": clock.now(), "actor_kind": "person", "actor_name": HARD, "via": "cli", "action": "x"}
    return Entry(**known | {"kind": "org.unit", "label": HARD, "after": {"said": [HARD, None, 1.5]}} | more)


def test_rows_come_back_as_they_were_given_and_the_database_fills_in_its_defaults(cast):
    first = Entry.objects.count()
    insert([entry(unit_id=7), entry(person_id=3, notes={})])
    one, other = Entry.objects.order_by("id")[first:]
    assert (one.actor_name, one.label, one.after) == (HARD, HARD, {"said": [HARD, None, 1.5]})
    assert (one.unit_id, one.person_id, other.unit_id, other.person_id) == (7, None, None, 3)
    assert one.salt_who
    assert one.salt_who != other.salt_who
    assert insert([]) is None


def test_constraints_and_guards_hold(cast):
    made = Round.objects.create(kind="access", unit=cast.nordics, opens_at=clock.now(), due_at=clock.now(),
                                made_at=clock.now())  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([Sheet(round=made, unit=cast.nordics, state="signed")])
    insert([Sheet(round=made, unit=cast.nordics, also=[4, 5], told=[{"what": "asked"}])])
    sheet = Sheet.objects.get()
    assert (sheet.also, sheet.told, sheet.state) == ([4, 5], [{"what": "asked"}], "open")
    insert([Item(sheet=sheet, thing="x", thing_id=1, title="x", fingerprint="", gist="", last=None)])
    assert Item.objects.get(last__isnull=True).given == {}


def test_a_column_is_given_for_all_or_for_none(cast):
    with pytest.raises(ValueError, match="salt_who"):
        insert([entry(), entry(salt_who=None)])


def test_numbers_of_rows_narrow_as_they_would_one_by_one(cast):
    people = type(cast.creator).objects
    assert set(people.filter(pk__in=among([cast.creator.pk, cast.district.pk, 0]))) == {
        cast.creator,
        cast.district,
    }
    assert not people.filter(pk__in=among([])).exists()
    assert people.filter(pk__in=among([cast.creator.pk])).update(search=F("search")) == 1


def test_values_without_objects_are_written_alike(cast):
    said = {"said": [HARD, None]}
    first = (clock.now(), "job", HARD, None, "job", "", "x.y", "org.unit")
    rows = [(*first, pk, HARD, None, "", None, {}, said, said) for pk in (1, 2)]
    insert_values(Entry, WRITTEN, rows)
    insert_values(Entry, WRITTEN, [])
    one, two = Entry.objects.filter(action="x.y").order_by("id")
    assert (one.thing_id, one.label, one.before, one.after, one.notes) == (1, HARD, {}, said, said)
    assert (two.thing_id, two.actor_name, two.unit_id) == (2, HARD, None)
    assert one.salt_who != two.salt_who
