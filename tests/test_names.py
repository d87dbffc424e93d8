"""Every field in which something is called something: what nobody can see goes, or is refused at the field.

The fields are those of the forms as pages draw them, of the document of the API, of the columns of a file and
of what a directory may say. A new field is tried by being there; nobody writes it down.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from django.test import Client

from tabard.access.actions import make_token
from tabard.kernel import endpoint
from tabard.kernel.actor import Actor
from tests import snapshots
from tests.bodies import Bodies
from tests.conftest import Things
from tests.forms import forms, is_page

MARK = "Zq"
# No width, another direction, blanks like nothing or like a space, a tag, a joiner that joins nothing.
HIDDEN = "\u200b\u202e\u2066\u200f\u00ad\ufeff\u3164\u2800\u115f\U000e0041\u200d"
BLANKS = "\u00a0\u2003\u3000\u0085\u2028"
TRICKY = f"{HIDDEN}{MARK}{HIDDEN}a{BLANKS}\u200bb{HIDDEN}"
LONG = MARK + "x" * 9_998
UNSEEN = set(HIDDEN + BLANKS)
# Words that stay as they were written: what is said in public, talk, keys.
PROSE = {
    "alt": "read aloud, where joiners shape words",
    "content": "what was approved or sent",
    "csv": "a file",
    "letter": "kept as it was sent",
    "message": "said to people",
    "note": "said to people",
    "notes": "sealed",
    "page": "evidence, kept as it was seen",
    "password": "whatever somebody chose",
    "certificates": "in PEM, read whole",
    "codes": "a key",
    "comment": "said to people",
    "review": "said to people",
    "secret": "a key",
    "text": "what goes out, letter by letter",
    "words": "said to people",
}
IDS = re.compile(r"{(?:\w+:)?(\w+)}")
COLUMN = re.compile(r'INSERT INTO "(\w+)" \(([^)]*)\)|UPDATE "(\w+)" SET (.*?) WHERE', re.S)


class Kept:
    """What is written into the database while somebody types: table and columns, and what bears the mark."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if written := COLUMN.match(sql):
            for value in params or ():
                plain = getattr(value, "obj", value)
                said = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, default=str)
                if MARK in said:
                    self.found.append((written[1] or written[3], said))
        return execute(sql, params, many, context)

    def wrong(self) -> list[str]:
        """Tables that took what nobody can see, or ten thousand letters."""
        return sorted(
            {f"{table}: {said[:60]!r}" for table, said in self.found if UNSEEN & set(said) or LONG in said}
        )


@contextmanager
def written() -> Iterator[Kept]:
    kept = Kept()
    with transaction.atomic(), connection.execute_wrapper(kept):
        yield kept
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def known(django_db_setup: None, django_db_blocker: Any) -> Iterator[Things]:
    """A company with one thing of every kind, made once."""
    from tests.cast import cast as build

    with django_db_blocker.unblock(), transaction.atomic():
        company = build()
        things = Things(company, company.by("stranger"))
        things.__dict__["known"] = things.ids()
        yield things
        transaction.set_rollback(True)


@pytest.fixture
def owner(known: Things, monkeypatch: pytest.MonkeyPatch) -> Iterator[Actor]:
    """Who may everything, cut off from the world. Nothing of what they do stays."""

    async def refuse(*_all: Any, **_named: Any) -> Any:
        raise httpx.ConnectError("nobody is there")

    monkeypatch.setattr(httpx.AsyncClient, "send", refuse)
    with transaction.atomic():
        yield known.cast.by("owner")
        transaction.set_rollback(True)


def _texts(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where words stand in a body."""
    if isinstance(body, dict):
        for name, each in body.items():
            yield from _texts(each, (*path, name))
    elif isinstance(body, list):
        for n, each in enumerate(body):
            yield from _texts(each, (*path, n))
    elif isinstance(body, str):
        yield path


def _with(body: Any, path: tuple[Any, ...], value: str) -> Any:
    copy = json.loads(json.dumps(body))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def _named(path: tuple[Any, ...]) -> str:
    return next(str(step) for step in reversed(path) if isinstance(step, str))


def test_the_marks_are_what_they_are_meant_to_be():
    assert {unicodedata.category(c) for c in UNSEEN} <= {"Cf", "Cc", "Lo", "So", "Zs", "Zl"}


def test_no_operation_keeps_a_name_that_hides_something(owner, known):
    """Each text of each body, with what nobody can see and with ten thousand letters."""
    key = make_token(owner, known.cast.owner, name="names", dangerous=True).key
    client = Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)
    bodies = Bodies(snapshots.document(), known.__dict__["known"], known.cast.regional.pk)
    wrong, tried = [], 0
    for each in [o for o in endpoint.operations if o.method in {"POST", "PUT", "PATCH"}]:
        body, media = bodies.of(each.method, each.path)
        if media != "application/json" or body is None:
            continue
        ids = known.__dict__["known"]
        address = "/api/v1" + IDS.sub(lambda found, ids=ids: str(ids.get(found[1], 1)), each.path)
        for path in _texts(body):
            if _named(path) in PROSE:
                continue
            for value in (TRICKY, LONG):
                tried += 1
                with written() as kept:
                    answer = client.generic(
                        each.method, address, json.dumps(_with(body, path, value)), "application/json"
                    )
                where = f"{each.method} {each.path} {'.'.join(map(str, path))}"
                wrong += [f"{where} answers {answer.status_code}"] if answer.status_code >= 500 else []
                wrong += [f"{where} -> {said}" for said in kept.wrong()]
    assert not wrong, "\n".join(wrong)
    assert tried > 150


def test_no_form_keeps_a_name_that_hides_something(owner, known):
    """Each field of each form that a page draws."""
    client = Client(raise_request_exception=False)
    client.force_login(known.cast.owner)
    wrong, tried = [], set()
    for address in _pages(known):
        page = client.get(address)
        if page.status_code != 200 or not is_page(page):
            continue
        for where, fields in forms(page.content, address).items():
            for name, value in fields.items():
                if name in PROSE or (where, name) in tried or not isinstance(value, str) or value.isdigit():
                    continue
                tried.add((where, name))
                for typed in (TRICKY, LONG):
                    with written() as kept:
                        answer = client.post(where, {**fields, name: typed})
                    said = f"{where} {name}"
                    wrong += [f"{said} answers {answer.status_code}"] if answer.status_code >= 500 else []
                    wrong += [f"{said} -> {each}" for each in kept.wrong()]
    assert not wrong, "\n".join(wrong)
    assert len(tried) > 100


def _pages(known: Things) -> list[str]:
    from django.urls import reverse

    from tests.test_gates import routes

    ids = known.__dict__["known"]
    return [
        reverse(entry.name, kwargs={word: ids[word] for word in entry.pattern.converters})
        for _path, entry in routes()
        if entry.callback.page and set(entry.pattern.converters) <= set(ids)
    ]


# The file itself stays as it was brought, and a directory hears letter by letter what it said.
VERBATIM = {"register_import", "access_member", "access_membergroup"}
ROWS = {
    "channels": {"platform": "x", "handle": "fresh_soups", "unit": "Nordics"},
    "units": {"name": "Stews of the north", "parent": "Nordics"},
}


def _columns() -> Iterator[tuple[str, str]]:
    from tabard.register.imports.columns import KNOWN

    for kind, fields in KNOWN.items():
        for name in fields:
            yield kind, name


def test_no_column_of_a_file_brings_a_name_that_hides_something(owner, known):
    """Each column of each kind of file, one row each; what cannot be taken is said at its row."""
    from tabard.register.running import straight

    wrong, taken = [], 0
    for (kind, name), typed in itertools.product(_columns(), (TRICKY, LONG)):
        row = {**ROWS[kind], name: typed}
        data = "\n".join([",".join(row), ",".join(f'"{value}"' for value in row.values())]).encode()
        with written() as kept:
            brought = straight(owner, known.cast.organisation, "list.csv", data, kind=kind)
            taken += brought.counts.get("new", 0)
        wrong += [f"{kind} {name} -> {said}" for said in kept.wrong() if said.split(":")[0] not in VERBATIM]
    assert not wrong, "\n".join(wrong)
    assert taken > 10


def test_no_directory_brings_a_name_that_hides_something(owner, known):
    """Each word that directories say of people and groups."""
    from tabard.access.tests.scim_client import ENTERPRISE, GROUP, PERSON, Speaker

    entra = Speaker(known.cast.nordics)
    people = {
        "schemas": [PERSON, ENTERPRISE],
        "userName": "nadia@corp.example",
        "externalId": "e-1",
        "displayName": "Nadia Haddad",
        "nickName": "Nadia",
        "title": "Editor",
        "userType": "Employee",
        "preferredLanguage": "bg-BG",
        "timezone": "Europe/Sofia",
        "name": {"givenName": "Nadia", "familyName": "Haddad", "formatted": "Nadia Haddad"},
        "emails": [{"value": "nadia@meridian.example", "type": "work", "primary": True}],
        ENTERPRISE: {"department": "Social", "division": "North", "costCenter": "7", "organization": "M"},
    }
    group = {"schemas": [GROUP], "displayName": "Writers", "externalId": "g-1"}
    wrong = []
    for path, body in (("/Users", people), ("/Groups", group)):
        for there in _texts(body):
            if there[0] == "schemas":
                continue
            for value in (TRICKY, LONG):
                with written() as kept:
                    answer = entra.ask("POST", path, _with(body, there, value))
                where = f"{path} {'.'.join(map(str, there))}"
                wrong += [f"{where} answers {answer.status_code}"] if answer.status_code >= 500 else []
                wrong += [f"{where} -> {s}" for s in kept.wrong() if s.split(":")[0] not in VERBATIM]
    assert not wrong, "\n".join(wrong)
