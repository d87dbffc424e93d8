"""A word that is common is found on a shorter way; what is found is the same."""

from dataclasses import replace

import pytest
from django.db import connection

from tabard.audit.lists import LOG
from tabard.audit.models import Entry
from tabard.kernel import clock, query

COMMON = replace(LOG, counted=10)


@pytest.fixture
def entries(cast, monkeypatch):
    monkeypatch.setattr(query, "COUNTED", 10)
    made = {"actor_kind": "person", "actor_name": "Freja Holm", "via": "screen", "at": clock.now()}
    return Entry.objects.bulk_create(
        Entry(
            label="Fika" if n % 3 == 0 else "Winter soups",
            action="post.make",
            kind="x",
            unit_id=cast.nordics.pk,
            **made,
        )
        for n in range(40)
    )


def found(by, **params):
    page = COMMON.page(by, Entry.objects.all(), {"size": ["5"], **{k: [v] for k, v in params.items()}})
    return [entry.pk for entry in page.rows], page


@pytest.mark.parametrize("words", ["soups", "winter soups", "freja winter"])
def test_every_page_has_what_it_had(cast, entries, words):
    by, seen = cast.by("owner"), []
    wanted = [e.pk for e in reversed(entries) if e.label == "Winter soups"]
    with connection.execute_wrapper(lambda run, sql, *rest: seen.append(sql) or run(sql, *rest)):
        first, page = found(by, q=words)
    assert any("enable_bitmapscan" in sql for sql in seen)
    assert (first, page.more_than_counted) == (wanted[:5], True)
    second, page = found(by, q=words, after=page.older)
    assert second == wanted[5:10]
    assert found(by, q=words, before=page.newer)[0] == wanted[:5]
    assert found(by, q=words, sort="oldest")[0] == wanted[::-1][:5]


def test_the_database_plans_as_before_afterwards(cast, entries):
    found(cast.by("owner"), q="soups")
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_bitmapscan")
        assert cursor.fetchone() == ("on",)
