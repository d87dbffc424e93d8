"""The API against its own document: whatever is sent, the answer is one that the document names, and no 500.

TABARD_FUZZ is how many requests each operation gets, of what fits its schema and of what does not. Without it
each gets a few of one of the two, by a fixed draw; every operation is tried, and a night run sends thousands.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tabard.access.actions import make_token
from tabard.config.wsgi import application
from tests.cast import cast as build
from tests.conftest import Things

DEEP = "TABARD_FUZZ" in os.environ
EXAMPLES = int(os.environ.get("TABARD_FUZZ", "2"))
MODES = {"fit": GenerationMode.POSITIVE, "unfit": GenerationMode.NEGATIVE}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
DOCUMENT = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPERATIONS = {each.ok().label: each.ok() for each in DOCUMENT.get_all_operations()}


@contextmanager
def _one_connection() -> Iterator[None]:
    """Requests stay in the transaction of the test, as with Django's own client."""
    both = (signals.request_started, signals.request_finished)
    for each in both:
        each.disconnect(close_old_connections)
    yield
    for each in both:
        each.connect(close_old_connections)


@pytest.fixture(scope="module")
def known(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """A company with one thing of every kind; the id of each by its name in addresses."""
    with django_db_blocker.unblock(), _one_connection(), transaction.atomic():
        company = build()
        things = Things(company, company.by("stranger"))
        ids = things.ids()
        key = make_token(company.by("owner"), company.owner, name="fuzz").key
        yield {**ids, "key": key}
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def silent_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No platform answers."""

    async def refuse(*_all: Any, **_named: Any) -> Any:
        raise httpx.ConnectError("nobody is there")

    monkeypatch.setattr(httpx.AsyncClient, "send", refuse)


def _real(value: Any, known: dict[str, Any], name: str = "") -> Any:
    """`value` with every second id in it replaced by one that exists."""
    if isinstance(value, dict):
        return {k: _real(v, known, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_real(v, known, name.removesuffix("s")) for v in value]
    if isinstance(value, int) and not isinstance(value, bool) and value % 2 == 0 and value < 10**6:
        return known.get(name, value)
    return value


_drawn = random.Random(7)
TURNS = [
    (label, mode)
    for label in sorted(OPERATIONS)
    for mode in (MODES if DEEP else _drawn.choices(list(MODES), [1, 2]))
]


@pytest.mark.parametrize(("label", "mode"), TURNS)
def test_any_request_gets_an_answer_of_the_document(label, mode, known):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 50,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=MODES[mode]))
    def attack(case: Any) -> None:
        for name, value in (case.path_parameters or {}).items():
            if name in known and isinstance(value, int) and value % 4:
                case.path_parameters[name] = known[name]
        case.body = _real(case.body, known)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            try:
                case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {known['key']}"})
            finally:
                transaction.set_rollback(True)

    try:
        attack()
    except Exception as error:
        if type(error).__name__ == "Unsatisfiable":
            pytest.skip("there is nothing unfit to send")
        raise
