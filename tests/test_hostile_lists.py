"""Lists against strangers and spreadsheets, and writes against other people's pages: every route there is."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from tabard.access.actions import make_token
from tabard.kernel import endpoint
from tabard.kernel.permissions import PUBLIC
from tabard.kernel.query import safe_cell
from tests.test_gates import routes

IDS = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
EVIL = '=HYPERLINK("http://bad.example","Look")'
RUNS = re.compile(r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"^[-+]?\d+([.,:]\d+)*$")
# Words that only the things of the Nordics have, and a stranger of the South must never read.
MARK, PART = "northsecret", "secret"
NAMED = (
    "org.Unit.name",
    "org.Person.name",
    "org.Person.title",
    "register.Channel.name",
    "register.Channel.handle",
    "register.Channel.purpose",
    "library.Asset.name",
    "library.Asset.alt",
    "posts.Campaign.name",
    "posts.Post.title",
    "posts.Post.text",
    "publishing.Hold.reason",
    "org.Grant.reason",
    "org.Reorganisation.reason",
)


def named(value: str, **only: Any) -> None:
    """Give everything that people name this name, with a number where names are unique."""
    for label in NAMED:
        model, _dot, column = label.rpartition(".")
        for row in apps.get_model(model)._base_manager.filter(**only.get(model, {})):
            field: Any = row._meta.get_field(column)
            unique = (column in {"handle", "name"} and f" {row.pk}") or ""
            type(row)._base_manager.filter(pk=row.pk).update(
                **{column: f"{value}{unique}"[: field.max_length]}
            )


@pytest.fixture
def ids(things) -> dict[str, int]:
    """One thing of every kind, and things that stand in the lists of today."""
    found = things.ids()
    Post: type[models.Model] = apps.get_model("posts.Post")
    Post._base_manager.update(due_at=datetime.now(UTC) + timedelta(hours=1))
    data, refused = f"platform,handle\nx,{EVIL}\n".encode(), {"row": 2, "outcome": "refused", "why": [EVIL]}
    apps.get_model("register.Import")._base_manager.update(source=data, results=[refused])
    return found


def opened(address: str, ids: dict[str, int]) -> str:
    return "/" + IDS.sub(lambda found: str(ids.get(found[1], 1)), address).lstrip("/")


def csv_routes() -> list[str]:
    return [path for path, _entry in routes() if path.endswith(("csv/", "refused/", ".csv"))]


def test_no_cell_of_any_list_is_run_by_a_spreadsheet(things, ids):
    named(EVIL)
    client = Client()
    client.force_login(things.cast.owner)
    seen = 0
    for path in csv_routes():
        answer = client.get(opened(path, ids))
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8"), path
        text = b"".join(answer).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert [c for c in cells if RUNS.match(c) and not NUMBER.match(c)] == [], path
        seen += sum("HYPERLINK" in cell for cell in cells)
    assert seen > 20, "the lists do show the names"


def test_every_download_is_one_of_the_lists_above():
    """A list that is written somewhere else would escape the test above."""
    client_side = {path for path, entry in routes() if "csv" in (entry.name or "") or "csv" in path}
    assert client_side <= set(csv_routes())


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1+2", "@sum", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠a"]
)
def test_a_cell_that_would_run_is_made_text(cell):
    assert safe_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["a=1", "", "12", "Супа", "–", None])
def test_other_cells_stay_as_they_are(cell):
    assert safe_cell(cell) == (cell or "")


@pytest.fixture
def marked(things, ids) -> dict[str, int]:
    """Everything of the Nordics has a word in it; the stranger manages the South."""
    below = things.cast.nordics.path
    north = {"unit__path__startswith": below}
    only = {label.rpartition(".")[0]: north for label in NAMED}
    only |= {"org.Unit": {"path__startswith": below}}
    named(MARK, **only)
    return ids


def test_no_screen_shows_a_stranger_anything_of_ours(things, marked):
    client = Client()
    client.force_login(things.cast.stranger)
    client.raise_request_exception = False
    told = []
    for path, entry in routes():
        if entry.callback.may == PUBLIC:
            continue
        for query in ("", f"?q={PART}&find={PART}&name={PART}"):
            answer = client.get(opened(path, marked) + query)
            if MARK.encode() in (b"".join(answer) if answer.streaming else answer.content):
                told.append(f"{path}{query}")
    assert told == []


def operations(*methods: str) -> list[endpoint.Operation]:
    return [o for o in endpoint.operations if o.method in methods]


def test_no_operation_tells_a_stranger_anything_of_ours(things, marked):
    key = make_token(things.cast.by("stranger"), things.cast.stranger, name="curious").key
    client = Client(headers={"Authorization": f"Bearer {key}"})
    today = datetime.now(UTC)
    span = f"begins={today:%Y-%m-%d}T00:00Z&ends={today + timedelta(days=30):%Y-%m-%d}T00:00Z"
    told = []
    for operation in operations("GET"):
        for query in ("", f"?q={PART}&{span}"):
            answer = client.get("/api/v1" + opened(operation.path, marked) + query)
            if MARK.encode() in answer.content:
                told.append(operation.path + query)
            if "_id}" in operation.path and "{int:role_id}" not in operation.path:  # roles are everybody's
                assert answer.status_code in {403, 404, 422}, operation.path
    assert told == []


@pytest.mark.parametrize("which", ["nothing", "wrong"])
def test_no_write_by_the_session_alone_without_its_token(things, ids, which):
    """A page elsewhere can make a browser send a cookie, but not the CSRF token."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(things.cast.owner)
    if which == "wrong":
        client.cookies["csrftoken"] = "a" * 32
    sent = {"X-CSRFToken": "b" * 32} if which == "wrong" else {}
    let_in = []
    for operation in operations("POST", "PUT", "PATCH", "DELETE"):
        address = "/api/v1" + opened(operation.path, ids)
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
            answer = client.generic(operation.method, address, b"{}", content_type=kind, headers=sent)
            if answer.status_code != 403:
                let_in.append((operation.method, operation.path, kind, answer.status_code))
    assert operations("POST"), "there are writes"
    assert let_in == []


def test_no_screen_writes_without_its_token(things, ids):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(things.cast.owner)
    let_in = [
        path for path, _entry in routes() if client.post(opened(path, ids), {}).status_code not in {403, 405}
    ]
    # Platforms have no session: only their signature counts there.
    assert let_in == ["hooks/<slug:platform>/"]
