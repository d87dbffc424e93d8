"""A question answers each time what the query set it was made of would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from tabard.kernel import clock
from tabard.kernel.question import below, counts, question
from tabard.org.models import Absence, Grant, Person, Policy, Unit
from tabard.org.reach import Reach
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@question
def in_units(units: tuple[int, ...], path: str) -> Any:
    return below(Person.objects.filter(unit__in=units), path).order_by("pk").values_list("pk", "name")


@question
def away(person: int) -> Any:
    now = clock.now()
    rows = Absence.objects.filter(person=person, starts_at__lte=now, ends_at__gt=now - timedelta(hours=1))
    return rows.values_list("pk")


@question
def within(reach: Reach) -> Any:
    return reach.narrow(Person.objects.all(), unit="unit").values_list("pk")


def test_it_answers_for_whom_it_is_asked(cast: Cast) -> None:
    for units in ((cast.nordics.pk,), (cast.south.pk,), (cast.nordics.pk, cast.south.pk), ()):
        for path in ("", cast.nordics.path):
            assert in_units.rows(units, path) == list(in_units(units, path))
            assert in_units.count(units, path) == in_units(units, path).count()
    assert in_units.rows((cast.nordics.pk,), "")


def test_it_asks_about_this_moment(cast: Cast) -> None:
    now = clock.now()
    made = {"person": cast.creator, "deputy": cast.approver, "reason": "Holiday"}
    one = Absence.objects.create(**made, starts_at=now, ends_at=now + timedelta(days=1))
    with clock.at(now - timedelta(minutes=1)):
        assert away.rows(cast.creator.pk) == []
    with clock.at(now + timedelta(hours=24, minutes=59)):
        assert away.rows(cast.creator.pk) == [one.pk]
        assert away.rows(cast.approver.pk) == []
    with clock.at(now + timedelta(hours=25, minutes=1)):
        assert away.rows(cast.creator.pk) == []


def test_putting_it_into_sql_stops_no_clock(cast: Cast) -> None:
    before = clock.now()
    away.rows(cast.creator.pk)
    assert before <= clock.now() < before + timedelta(minutes=5)


def test_a_reach_is_part_of_its_shape(cast: Cast) -> None:
    nothing = Reach(False, frozenset(), frozenset(), None)
    there = Reach(False, frozenset({cast.nordics.pk}), frozenset(), None)
    assert within.rows(nothing) == []
    assert set(within.rows(there)) == {p.pk for p in Person.objects.filter(unit=cast.nordics)}
    assert len(within.rows(Reach(True, frozenset(), frozenset(), None))) == Person.objects.count()


def test_many_are_counted_at_once(cast: Cast) -> None:
    asked: list[Any] = [
        (in_units, ((cast.nordics.pk,), "")),
        (in_units, ((), "")),
        (away, (cast.creator.pk,)),
    ]
    with CaptureQueriesContext(connection) as queries:
        found = counts(asked)
    assert found == [Person.objects.filter(unit=cast.nordics).count(), 0, 0]
    assert len(queries) == 1
    assert counts([(in_units, ((), ""))]) == [0]


def test_what_cannot_be_filled_in_is_refused(cast: Cast) -> None:
    """Else whoever asked first would be answered for everybody."""
    limited = question(lambda most: Unit.objects.values_list("pk")[:most])
    said = question(lambda number: Unit.objects.filter(name=f"Unit {number}").values_list("pk"))
    among = question(lambda number: Unit.objects.filter(name__in=[str(number)]).values_list("pk"))
    for each in (limited, said, among):
        with pytest.raises(LookupError):
            each.rows(3)


def test_percent_and_quotes_stay_what_they_are(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.south.pk).update(name="100 % 'South'")
    named = question(lambda name, pk: Unit.objects.filter(Q(name__contains=name), pk=pk).values_list("name"))
    assert named.rows("0 % 'S", cast.south.pk) == ["100 % 'South'"]
    assert named.rows("0 % 'S", cast.nordics.pk) == []


def test_grants_that_ended_are_told_by_the_clock(cast: Cast) -> None:
    held = question(lambda person: Grant.objects.active().filter(person=person).values_list("pk"))
    assert set(held.rows(cast.creator.pk)) == set(held(cast.creator.pk).values_list("pk", flat=True))


def test_rows_come_as_models_with_what_was_asked(cast: Cast) -> None:
    asked = question(lambda pk: Unit.objects.filter(pk=pk).values_list("id", "name", "kind"))
    [unit] = asked.models(Unit, cast.south.pk)
    assert (unit, unit.name) == (cast.south, cast.south.name)
    assert unit.get_deferred_fields() >= {"path", "arms"}
    assert unit.path == cast.south.path


def test_values_are_read_as_their_fields_say(cast: Cast) -> None:
    Policy.objects.create(unit=cast.south, matter="second_factor", value=["approver"], set_by=cast.creator)
    asked = question(lambda pk: Policy.objects.filter(unit=pk).values_list("matter", "value"))
    assert asked.rows(cast.south.pk) == [("second_factor", ["approver"])]
