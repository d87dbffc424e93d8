"""A word that is common is found on a shorter way; what is found is the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.audit import lists, queries
from tabard.audit.lists import LOG
from tabard.audit.models import Entry
from tabard.kernel import clock, places, query
from tabard.kernel.errors import Invalid

COMMON = replace(LOG, counted=10)


@pytest.fixture
def entries(cast, monkeypatch):
    monkeypatch.setattr(query, "COUNTED", 10)
    monkeypatch.setattr(places, "SMALL", 0)
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


def test_words_of_a_period_are_looked_for_from_its_end(cast, entries, monkeypatch):
    """In the order of time, which is not always the order of numbers; not outside the period."""
    monkeypatch.setattr(lists, "PERIOD", replace(lists.PERIOD, counted=10, near=30))
    monkeypatch.setattr(queries, "PERIOD", lists.PERIOD)
    begin = clock.now() - timedelta(days=400)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        for n, entry in enumerate(entries):
            entry.at = begin + timedelta(days=n // 2, minutes=-n)
            entry.save(update_fields=["at"])
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    days = (begin + timedelta(days=3), begin + timedelta(days=17))
    asked = {"q": ["soups"], "since": [f"{days[0]:%Y-%m-%d}"], "until": [f"{days[1]:%Y-%m-%d}"]}
    within = [e for e in entries if days[0].date() <= e.at.date() <= days[1].date()]
    wanted = [e.pk for e in sorted(within, key=lambda e: e.at, reverse=True) if e.label == "Winter soups"]
    by = cast.by("owner")
    page = queries.entries(by, None, asked | {"size": ["5"]})
    assert ([e.pk for e in page.rows], page.more_than_counted) == (wanted[:5], True)
    assert [e.pk for e in queries.entries(by, None, asked | {"after": [page.older]}).rows] == wanted[5:]
    turned = queries.entries(by, None, asked | {"sort": ["oldest"]})
    assert [e.pk for e in turned.rows] == wanted[::-1]
    rare = queries.entries(by, None, asked | {"q": ["nowhere"]})
    assert (rare.rows, rare.count) == ([], 0)


def test_a_place_in_another_order_is_refused_and_breaks_nothing(cast, entries):
    by, asked = cast.by("owner"), {"q": ["soups"], "since": ["2020-01-01"]}
    place = queries.entries(by, None, {"q": ["soups"], "size": ["5"]}).older
    with pytest.raises(Invalid, match="damaged"):
        queries.entries(by, None, asked | {"after": [place]})


def test_few_that_have_a_word_are_looked_for_once_and_put_in_order(cast, entries, monkeypatch):
    monkeypatch.setattr(places, "SMALL", 50_000)
    monkeypatch.setattr(query, "COUNTED", 1_000)
    by, wanted = cast.by("owner"), [e.pk for e in reversed(entries) if e.label == "Fika"]
    asked = {"q": ["fika"], "size": ["5"]}
    with CaptureQueriesContext(connection) as seen:
        page = LOG.page(by, Entry.objects.all(), asked)
    assert len([q for q in seen if "to_tsquery" in q["sql"]]) == 1
    assert ([e.pk for e in page.rows], page.count, page.more_than_counted) == (wanted[:5], 14, False)
    older = LOG.page(by, Entry.objects.all(), asked | {"after": [page.older]})
    assert ([e.pk for e in older.rows], older.count) == (wanted[5:10], 14)
    oldest = LOG.page(by, Entry.objects.all(), asked | {"sort": ["oldest"]})
    assert [e.pk for e in oldest.rows] == wanted[::-1][:5]
