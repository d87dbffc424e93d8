"""Whatever people write anywhere is text on every page: nothing of it becomes an element or an attribute."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from tabard.kernel.permissions import PUBLIC
from tests import strangers
from tests.planted import Company, plant, planted
from tests.test_gates import routes
from tests.test_hostile_lists import opened

# Ends an attribute in either kind of quotes, and an element; escaped, none of it is left.
EVIL = "\"'><i>"
ESCAPED = "&quot;&#x27;&gt;&lt;i&gt;"


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: object) -> Iterator[Company]:
    """Two sides, and every column that people of the Nordics write into says the same."""
    with django_db_blocker.unblock(), strangers.one_connection(), transaction.atomic():  # type: ignore[attr-defined]
        made = planted()
        plant(made.north.nordics, EVIL)
        yield made
        transaction.set_rollback(True)


@pytest.mark.parametrize("part", [False, True], ids=["pages", "parts"])
def test_what_people_wrote_is_text_everywhere(company, monkeypatch, part):
    strangers.silence(monkeypatch)
    who = strangers.owner(company)
    headers = {"HX-Request": "true"} if part else {}
    raw, shown = [], 0
    for path, entry in routes():
        if entry.callback.may == PUBLIC:
            continue
        answer = who.page.get(opened(path, company.ids), headers=headers)
        said = b"".join(answer) if answer.streaming else answer.content
        if "text/html" not in answer.get("Content-Type", ""):
            continue
        shown += ESCAPED.encode() in said
        raw += [path] if EVIL.encode() in said else []
    assert raw == []
    assert shown > 50
