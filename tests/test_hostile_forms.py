"""Every screen against junk: no fault of ours, whatever a form or an address brings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.cast import cast as build
from tests.conftest import Things
from tests.test_gates import routes

ROOT = Path(__file__).parent.parent / "tabard"
PATHS = sorted({path for path, _entry in routes() if not path.startswith("ui/")})
ASKED = re.compile(r"\b(?:POST|GET|given)(?:\.get(?:list)?\(|\[)\"([a-z_]+)\"")
# The names of everything a view reads, and of what lists and forms read by themselves.
NAMES = sorted(
    {name for path in ROOT.glob("*/screens*/**/*.py") for name in ASKED.findall(path.read_text())}
    | {name for path in ROOT.glob("*/screens.py") for name in ASKED.findall(path.read_text())}
    | {"q", "sort", "after", "before", "size", "state", "unit", "channel", "author", "campaign", "month"}
    | {"handle", "platform", "owner", "languages", "recovery_email", "role", "list", "day", "at"}
)
JUNK = [
    "²",
    "9" * 5000,
    "a\x00b",
    "\u202ename\u200b",
    "-1",
    "2026-02-31",
    "%00",
    "1e309",
    "{{",
    "<b>",
    "99:99",
]
IDS = re.compile(r"<(?:\w+:)?(\w+)>")


def _junk(turn: int) -> dict[str, list[str]]:
    return {
        name: [JUNK[(n + turn) % len(JUNK)], JUNK[(n + turn + 5) % len(JUNK)]] for n, name in enumerate(NAMES)
    }


@pytest.fixture(scope="module")
def known(django_db_setup: None, django_db_blocker: Any) -> Iterator[Things]:
    """A company with one thing of every kind, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        company = build()
        things = Things(company, company.by("stranger"))
        things.__dict__["known"] = things.ids()
        yield things
        transaction.set_rollback(True)


@pytest.fixture
def there(known: Things, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the owner, and addresses with ids of things that are there. Nothing of it stays."""

    async def refuse(*_all: Any, **_named: Any) -> Any:
        raise httpx.ConnectError("nobody is there")

    def address(path: str) -> str:
        return "/" + IDS.sub(lambda found: str(known.__dict__["known"].get(found[1], "1")), path)

    monkeypatch.setattr(httpx.AsyncClient, "send", refuse)
    with transaction.atomic():
        client = Client()
        client.force_login(known.cast.owner)
        yield client, address
        transaction.set_rollback(True)


@pytest.mark.parametrize("path", PATHS)
def test_no_screen_breaks_on_junk(path, there):
    client, address = there
    url = address(path)
    files = [
        SimpleUploadedFile("a.csv", b"\xff\x00;\n;"),
        SimpleUploadedFile("<svg>.png", b"\x89PNG\r\n\x1a\n" * 3),
    ]
    form = "application/x-www-form-urlencoded"
    answers = {
        "empty": lambda: client.post(url),
        "junk": lambda: client.post(url, _junk(0)),
        "files": lambda: client.post(url, {**_junk(4), "files": files}, headers={"HX-Request": "true"}),
        "a file": lambda: client.post(url, {"file": files[0], "unit": "1"}),
        "no UTF-8": lambda: client.post(url, b"name=\xff\xfe&title=%ff%fe&unit=%c0%80", content_type=form),
        "JSON": lambda: client.post(url, b'{"name": [[[', content_type="application/json"),
        "no boundary": lambda: client.post(url, b"x", content_type="multipart/form-data"),
        "the address": lambda: client.get(url, _junk(2)),
        "its other junk": lambda: client.get(url, _junk(7)),
    }
    client.raise_request_exception = False
    codes = {said: answer().status_code for said, answer in answers.items()}
    assert {said: code for said, code in codes.items() if code >= 500} == {}


def test_ten_megabytes_of_form_are_refused_in_words(there):
    client, _address = there
    client.raise_request_exception = False
    answer = client.post("/posts/new/", {"title": "x" * 10_000_000})
    assert answer.status_code == 400
    assert "too large" in answer.content.decode()


def test_a_form_without_its_token_changes_nothing(there, known):
    client = Client(enforce_csrf_checks=True)
    client.force_login(known.cast.owner)
    answer = client.post("/campaigns/", {"name": "Soup week"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


def test_what_was_typed_into_a_refused_form_is_shown_again(there):
    client, address = there
    came = address("posts/<int:post_id>/")
    form = {"due_date": "2026-02-31", "note": "Soup week of the north", "app_password": "abcd efgh ijkl"}
    answer = client.post(f"{came}schedule/", form, headers={"Referer": f"http://testserver{came}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is not a day of the calendar" in page
    assert "Soup week of the north" in page
    assert f'href="{came}"' in page
    assert "abcd" not in page


def test_a_form_of_its_own_comes_back_with_what_was_typed(there):
    client, _address = there
    answer = client.post("/campaigns/", {"name": "Soup week of the north", "starts_on": "2026-02-31"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is not a day of the calendar" in page
    assert 'value="Soup week of the north"' in page


def test_the_page_of_the_api_needs_nothing_from_elsewhere(there):
    client, _address = there
    page = client.get("/api/v1/docs").content.decode()
    assert "/api/v1/posts/{post_id}/schedule" in page
    assert re.findall(r"(?:src|href)=\"(https?:)?//", page) == []
    assert "<script>" not in page


def test_the_page_of_the_api_asks_who_is_there(client):
    assert client.get("/api/v1/docs").status_code == 302


def test_a_wrong_address_of_the_api_is_answered_in_json(client):
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
