"""Every list is narrowed, searched and turned page by page, on its screen and by the API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tabard.access.actions import make_token
from tests.rows import Rows

# Page by its name, operation, and a query that every row of `Rows` answers to.
LISTS = {
    "holds": ("/holds", "state=force&q=nordics"),
    "campaigns": ("/campaigns", "when=open&q=nordics"),
    "imports": ("/imports", "state=checking&q=x.csv"),
    "reorganisations": ("/reorganisations", "state=done&kind=close&q=nordics"),
    "deliveries": ("/deliveries", "state=queued"),
    "posts": ("/posts", "state=draft"),
    "library": ("/assets", ""),
    "grants": ("/grants", "state=active"),
    "emergencies": ("/emergencies", "state=asked"),
}
COUNT = 30


@pytest.fixture
def reader(things, client):
    """A browser and a program of the owner, and thirty of everything."""
    Rows(things).until(COUNT)
    client.force_login(things.cast.owner)
    key = make_token(things.cast.by("owner"), things.cast.owner, name="reader").key
    return client, {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_to_its_end_once_each(name, reader):
    client, key = reader
    path, narrowed = LISTS[name]
    there, after = [], ""
    while after is not None:
        answer = client.get(f"/api/v1{path}?{narrowed}&size=7&after={after}", headers=key)
        assert answer.status_code == 200, answer.content
        there += [row["id"] for row in answer.json()["items"]]
        assert len(there) == len(set(there)), "none comes twice"
        after = answer.json()["after"]
    assert len(there) >= COUNT - 2

    shown, after = [], ""
    while after is not None:
        page = client.get(f"{reverse(name)}?{narrowed}&size=7&after={after}").context["page"]
        shown += [row.pk for row in page.rows]
        assert shown == there[: len(shown)]
        after = page.older
    assert shown == there
    assert page.newer

    back = client.get(f"{reverse(name)}?{narrowed}&size=7&before={page.newer}").context["page"]
    assert [row.pk for row in back.rows] == shown[-7 - len(page.rows) : -len(page.rows)]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_a_part_a_file_and_says_when_nothing_fits(name, reader):
    client, key = reader
    path, narrowed = LISTS[name]
    part = client.get(f"{reverse(name)}?{narrowed}", headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    file = b"".join(client.get(f"{reverse(name + '_csv')}?{narrowed}")).decode()
    assert len(file.splitlines()) > COUNT - 2
    empty = client.get(f"{reverse(name)}?q=nobodysaysthis")
    assert empty.context["page"].rows == []
    assert "Clear" in empty.content.decode()
    assert client.get(f"/api/v1{path}?q=nobodysaysthis", headers=key).json()["items"] == []
    assert client.get(f"/api/v1{path}?after=damaged", headers=key).status_code == 422
