"""Every list, on the screen and by the API, asks the database equally often with 10 and with 1,000 rows."""

from __future__ import annotations

import os
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import _addresses
from tabard.kernel import clock, endpoint
from tabard.org.models import Role
from tests import snapshots
from tests.rows import Rows


def _known(rows: Rows) -> dict[str, object]:
    """What the addresses of the bench need."""
    now = clock.now()
    return {
        **rows.ids(),
        "slug": rows.first["org.Unit"].slug,
        "entry_id": rows.first["audit.Entry"].pk,
        "departure_id": 0,
        "role_id": Role.objects.order_by("pk")[0].pk,
        "older_posts": "",
        "year_ago": f"{now:%Y-%m-%d}",
        "week_begins": f"{now:%Y-%m-%dT00:00:00Z}",
        "week_ends": f"{now + clock.minutes(60 * 24 * 7):%Y-%m-%dT00:00:00Z}",
    }


@pytest.fixture
def rows(cast, things, client):
    client.force_login(cast.owner)
    return Rows(things)


def _counted(client, addresses: dict[str, str]) -> dict[str, int]:
    found = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(address)
        if answer.status_code == 200:
            found[name] = len(caught)
    return found


def _lists(known: dict[str, object]) -> dict[str, str]:
    """Every page and operation that is not about one thing."""
    every = {**_addresses.screens(known), **_addresses.operations(known)}
    return {
        name: address
        for name, address in every.items()
        if "," not in name and "?" not in name and not re.search(r"/\d+(/|$)", address)
    }


def test_as_many_questions_for_a_thousand_rows_as_for_ten(rows, client):
    addresses = _lists(_known(rows))
    with clock.at(clock.now()):  # what is written once a minute is written once
        rows.until(10)
        _counted(client, addresses)  # what a process asks once is asked now
        few = _counted(client, addresses)
        rows.until(1_000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does; without it the planner believes in empty tables
        many = _counted(client, addresses)
    assert len(few) > 40
    assert {name: (n, many.get(name)) for name, n in few.items() if n != many.get(name)} == {}
    if os.environ.get("TABARD_SNAPSHOTS"):
        snapshots.QUERIES.write_text(snapshots.written(few))
    assert snapshots.QUERIES.read_text() == snapshots.written(few), snapshots.NEW


def test_every_page_and_operation_is_measured_or_left_out_for_a_reason(rows):
    """A new page is measured by its route; its id has to be known, or it stands in `LEFT_OUT` with why."""
    routes = {entry.name: entry for entry in _addresses.pages()}
    assert set(_addresses.LEFT_OUT) <= set(routes), "left out, but there is no such page"
    measured = set(_addresses.screens(_known(rows)))
    assert set(routes) - measured == set(_addresses.LEFT_OUT)
    read = {o.path for o in endpoint.operations if o.method == "GET"}
    assert len(read) <= len(_addresses.operations(_known(rows)))
