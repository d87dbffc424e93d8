"""One list of ids finds what as many values find."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from tabard.org.models import Grant, Person
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_it_finds_the_same_rows(cast: Cast) -> None:
    ids = {cast.nordics.pk, cast.south.pk}
    assert set(Person.objects.filter(unit__among=ids)) == set(Person.objects.filter(unit__in=ids))
    assert set(Person.objects.filter(pk__among=ids)) == set(Person.objects.filter(pk__in=ids))
    of_them = Grant.objects.filter(person__unit__among=ids)
    assert set(of_them) == set(Grant.objects.filter(person__unit__in=ids))
    assert set(Grant.objects.exclude(person__unit__among=ids)).isdisjoint(of_them)


def test_where_there_is_none_nothing_is_asked(cast: Cast) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        assert list(Person.objects.filter(unit__among=frozenset())) == []
    assert len(asked) == 0
